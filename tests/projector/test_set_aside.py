"""One entry that can't be read is not the end: it is kept with its reason and its bytes, everything else is shown, and
a rebuild sets the same aside as the running projector."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from services.domain.albums.events import AlbumCreated, AlbumRenamed
from services.kernel.log.sqlite import open_reader
from services.kernel.settings import Settings
from services.projector import generation
from services.projector.follower import Follower
from services.projector.rebuild import rebuild
from services.projector.setting_aside import undecodable
from tests.gateway.pages import seeded
from tests.support.given import dump
from tests.support.log import laid_down, write
from tests.support.stack import stack

VICTIM = 3
"""The position of the entry that is damaged."""
DAMAGE = {
    "broken JSON": "data = CAST(substr(data, 2) AS TEXT)",
    "no JSON": "data = 'oops'",
    "nothing": "data = ''",
    "not UTF-8": "data = CAST(x'7b22ff' AS TEXT)",
    "unknown type": "type = 'from_the_future'",
    "newer schema": "schema_version = 99",
    "older schema": "schema_version = 0",
    "wrong type of a field": """data = '{"album_id":7,"name":"A"}'""",
    "missing field": "data = '{}'",
    "unknown field": """data = '{"album_id":"a","name":"A","colour":"red"}'""",
    "another event's data": """data = '{"job_id":"x"}', type = 'image_imported'""",
    "number too large": """type = 'model_registered',
      data = '{"model_id":"m","name":"n","weights_digest":"d","preprocessing_id":"p",
        "input_size":99999999999999999999999,"class_count":1,"source":"s"}'""",
    "number too large for a table that is empty": """type = 'files_checked', data = '{"root":"/p","files":
        [{"image_id":"i","path":"a.jpg","ctime_ns":99999999999999999999999}]}'""",
    "no correlation": "correlation_id = x'00'",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data=tmp_path, previews=tmp_path / "previews")
    events = [AlbumCreated(album_id=f"{n}", name=f"Album {n}") for n in range(1, 6)]
    asyncio.run(write(settings, [*events, AlbumRenamed(album_id="1", name="Renamed")]))
    return settings


def tamper(settings: Settings, change: str) -> None:
    """Change one entry behind the back of triggers and checks."""
    with closing(sqlite3.connect(settings.events_db, isolation_level=None)) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute("DROP TRIGGER event_no_update")
        db.execute(f"UPDATE event SET {change} WHERE position = {VICTIM}")


def tables(settings: Settings) -> str:
    path = generation.current(settings.views)
    assert path is not None
    with closing(open_reader(path)) as db:
        return dump(db)


@pytest.mark.parametrize("change", DAMAGE.values(), ids=DAMAGE)
def test_the_rest_is_shown(settings: Settings, change: str) -> None:
    tamper(settings, change)
    path = rebuild(settings).path
    with closing(open_reader(path)) as db:
        assert db.execute("SELECT album_id, name FROM album ORDER BY 1").fetchall() == [
            *(("1", "Renamed"), ("2", "Album 2"), ("4", "Album 4"), ("5", "Album 5")),
        ]
        ((position, until, reason, data),) = db.execute("SELECT position, until, reason, data FROM set_aside")
    with closing(sqlite3.connect(settings.events_db)) as log:
        (stored,) = log.execute(
            "SELECT CAST(data AS BLOB) FROM event WHERE position = ?", (VICTIM,)
        ).fetchone()
    assert (position, until, data) == (VICTIM, VICTIM, stored)
    assert reason


@pytest.mark.parametrize("change", DAMAGE.values(), ids=DAMAGE)
def test_a_rebuild_and_the_running_projector_agree(settings: Settings, change: str) -> None:
    tamper(settings, change)
    rebuild(settings)
    rebuilt = tables(settings)
    for path in settings.views.iterdir():
        path.unlink()
    empty = Settings(data=settings.data / "other", previews=settings.previews)
    asyncio.run(write(empty, []))
    live = rebuild(empty).path
    settings.views.mkdir(exist_ok=True)
    live.rename(settings.views / live.name)
    generation.switch(settings.views / live.name)
    with closing(Follower(settings, lambda: False)) as follower:
        while follower.step():
            pass
        assert follower.position == 6
    assert tables(settings) == rebuilt


@pytest.mark.parametrize("change", DAMAGE.values(), ids=DAMAGE)
async def test_pages_and_programs_are_told(tmp_path: Path, change: str) -> None:
    """No page fails, not even those that read the damaged entry itself."""
    settings = await asyncio.to_thread(laid_down, tmp_path, seeded.library)
    await asyncio.to_thread(tamper, settings, change)
    await asyncio.to_thread(rebuild, settings)
    async with stack(settings) as running:
        await running.caught_up()
        ready = (await running.client.get("/readyz")).json()
        assert ready["views"]["set_aside"] == 1
        events = (await running.client.get("/events")).text.splitlines()
        assert len(events) == ready["log"]["position"]
        async with running.browser() as browser:
            for path in ("/", "/albums", "/history", f"/history/{VICTIM}", "/jobs", "/log"):
                assert (await browser.get(path)).status_code == 200, path
            assert "Set aside" in (await browser.get("/log")).text
        await running.done("create-album", {"name": "After"})


@pytest.mark.parametrize(
    ("error", "reason"),
    [(KeyError("album_id"), "'album_id'"), (ValueError("odd"), "odd"), (IndexError(), "IndexError")],
)
def test_the_reason_is_what_the_error_says_or_else_its_kind(error: Exception, reason: str) -> None:
    ((_, (first, until, name, kept, data)),) = undecodable(3, "album_created", "{\udcff", error)
    assert (first, until, name, kept, data) == (3, 3, "album_created", reason, b"{\xff")
