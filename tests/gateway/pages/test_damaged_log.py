"""A log of which a page is damaged: whatever can still be read of it is shown, and where it can't be is said."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.cli.preparation import remains
from services.domain.albums.events import AlbumCreated
from services.gateway.closed.standing import SOUND, Standing, Way
from services.gateway.pages.events import lines, messages
from services.kernel.backup.daily import back_up
from services.kernel.log.setback import judge
from services.kernel.settings import Settings
from services.projector import generation
from services.projector.errors import LogUnreadable
from services.projector.rebuild import REMAINS, rebuild
from tests.support.album import Album, command_line
from tests.support.log import laid_down
from tests.support.stack import Stack, stack
from tests.support.waiting import PATIENCE_S, eventually

EVENTS = 600
PAGE = 4096


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return written(tmp_path)


def written(folder: Path) -> Settings:
    """All of the log is in its file, nothing in a `-wal`."""
    return laid_down(
        folder, lambda _: [AlbumCreated(album_id=f"{n:04}", name=f"Album {n} ") for n in range(EVENTS)]
    )


def damaged(settings: Settings) -> list[int]:
    """The page with album 300 is all zeros. Returns the positions that were on it."""
    with closing(sqlite3.connect(settings.events_db)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(settings.events_db.read_bytes())
    start = content.index(b'"Album 300 "') // PAGE * PAGE
    page = bytes(content[start : start + PAGE])
    content[start : start + PAGE] = bytes(PAGE)
    settings.events_db.write_bytes(content)
    return [n + 1 for n in range(EVENTS) if f'"Album {n} "'.encode() in page]


@asynccontextmanager
async def opened(settings: Settings, closed: bool) -> AsyncIterator[Stack]:
    """The gateway on the damaged log. `closed`: after it has judged the log."""
    damaged(settings)
    setback = judge(settings, thorough=True) if closed else None
    async with stack(settings, standing=Standing(setback=setback) if setback else SOUND) as one:
        yield one


both = pytest.mark.parametrize("closed", [False, True])


@both
async def test_the_log_as_lines(settings: Settings, closed: bool) -> None:
    """Every event but those on that page, in whose place one line says that they can't be read."""
    async with opened(settings, closed) as running:
        answer = await running.client.get("/events")
        assert answer.status_code == 200
        rows = [msgspec.json.decode(line) for line in answer.text.splitlines()]
        (gap,) = [row for row in rows if row["type"] is None]
        assert set(gap) == {"position", "until", "type", "data", "unreadable"}
        assert "can’t be read" in gap["unreadable"]
        positions = [row["position"] for row in rows if row["type"]]
        assert positions == [*range(1, gap["position"]), *range(gap["until"] + 1, EVENTS + 1)]
        assert gap["position"] < 301 <= gap["until"]
        some = await running.client.get("/events", params={"after": gap["position"], "limit": 2})
        begin = [msgspec.json.decode(line)["position"] for line in some.text.splitlines()]
        assert begin == [gap["position"] + 1, gap["until"] + 1, gap["until"] + 2]


@both
async def test_the_live_log(settings: Settings, closed: bool) -> None:
    async with opened(settings, closed) as running:
        rows: list[Any] = []
        async with asyncio.timeout(PATIENCE_S):
            async for message in messages(running.gateway.events, running.gateway.stopping, 290):
                rows.append(msgspec.json.decode(str(message.data)))
                assert message.id == str(rows[-1].get("until", rows[-1]["position"]))
                if rows[-1]["position"] == EVENTS:
                    break
        (gap,) = [row for row in rows if row["type"] is None]
        assert gap["until"] >= 301
        assert rows[-1]["data"]["name"] == f"Album {EVENTS - 1} "


@both
async def test_the_history(settings: Settings, closed: bool) -> None:
    async with opened(settings, closed) as running, running.browser() as browser:
        first = await browser.get("/history")
        assert first.status_code == 200
        assert f"Album {EVENTS - 1} " in first.text
        around = await browser.get("/history", params={"before": 320})
        assert around.status_code == 200
        assert "Album 300 " not in around.text
        assert "Album 319 " not in around.text or "Album 318 " in around.text


def of_another_version(settings: Settings) -> Path:
    """The read tables become those of a program whose queries were others. Returns their file."""
    path = generation.current(settings.views)
    assert path
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("ALTER TABLE any_album RENAME COLUMN changed_us TO altered_us")
        db.execute("DROP TABLE set_aside")
    other = path.rename(path.with_name("views-00000000000f-1.db"))
    (settings.views / generation.POINTER).write_text(f"{other.name}\n")
    return other


def of_this_one(settings: Settings) -> Path:
    """They are as they should be."""
    path = generation.current(settings.views)
    assert path
    return path


def damaged_themselves(settings: Settings) -> Path:
    path = of_this_one(settings)
    with path.open("r+b") as file:
        file.seek(PAGE)
        file.write(bytes(path.stat().st_size // 2))
    return path


@pytest.mark.parametrize("tables", [of_another_version, damaged_themselves])
async def test_tables_that_no_page_can_read_are_made_of_what_is_left(
    settings: Settings, tables: Callable[[Settings], Path]
) -> None:
    lost = damaged(settings)
    before = (path := tables(settings)).read_bytes()
    setback = judge(settings, thorough=True)
    assert setback and setback.kind == "damaged"
    shown = remains(settings)
    assert shown
    standing = Standing(setback=setback, tables=shown)
    async with stack(settings, standing=standing, projector=False) as running, running.browser() as browser:
        names = {row["name"] for row in await running.get("/api/albums")}
        assert names == {f"Album {n} " for n in range(EVENTS) if n + 1 not in lost}
        for page in ("/", "/albums", "/jobs", "/history", "/log", "/settings"):
            assert (await browser.get(page)).status_code == 200, page
        assert "Entries " in (await browser.get("/log")).text
    assert path.read_bytes() == before
    assert judge(settings, thorough=True) == setback, "what proves the loss is as it was"


async def test_after_an_upgrade(settings: Settings, tmp_path: Path) -> None:
    """The whole program: once it has found the damage, it shows what is left and accepts nothing."""
    lost = damaged(settings)
    of_another_version(settings)
    (tmp_path / "photos").mkdir(exist_ok=True)
    album = Album(tmp_path / "photos", settings.data, None, "--no-classify")
    album.start_all()
    try:
        async with await album.ready() as client:

            async def shown() -> bool:
                answer = await client.get("/api/albums")
                return answer.status_code == 200 and len(answer.json()) == EVENTS - len(lost)

            await eventually(shown, "what is left is shown")
            assert (await client.get("/", headers={"Accept": "text/html"})).status_code == 200
            assert (await client.post("/commands/create-album", json={"name": "A"})).status_code == 503
    finally:
        album.stop_all()


def without_its_first_page(log: Path) -> None:
    with log.open("r+b") as file:
        file.write(bytes(PAGE))


def without_what_leads_to_the_events(log: Path) -> None:
    with closing(sqlite3.connect(log)) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'event'").fetchone()
    with log.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(bytes(PAGE))


@pytest.mark.parametrize("harm", [without_its_first_page, without_what_leads_to_the_events])
def test_events_that_sqlite_can_not_reach_are_shown_all_the_same(
    settings: Settings, harm: Callable[[Path], None]
) -> None:
    harm(settings.events_db)
    of_another_version(settings)
    shown = remains(settings)
    assert shown
    with closing(sqlite3.connect(shown)) as db:
        assert db.execute("SELECT count(*) FROM album").fetchone() == (EVENTS,)
    assert {path.name for path in settings.views.glob(REMAINS)} == {shown.name}


def test_tables_of_nothing_are_not_made(settings: Settings) -> None:
    """An empty album would say that there never was anything."""
    settings.events_db.write_bytes(b"Dear diary, " * 999)
    of_another_version(settings)
    assert remains(settings) is None
    assert not [*settings.views.glob(REMAINS)]


async def test_a_log_that_is_whole_again_is_believed_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when its disk works again, or somebody has put the right file back."""
    monkeypatch.setattr("services.gateway.closed.watch.LOOK_EVERY_S", 0.01)
    whole = settings.events_db.read_bytes()
    damaged(settings)
    restarts: list[Way | None] = []
    standing = Standing(setback=judge(settings, thorough=True), restart=restarts.append)
    async with stack(settings, standing=standing, projector=False) as running:
        assert (await running.post("create-album", {"name": "A"})).status_code == 503
        assert not restarts
        settings.events_db.write_bytes(whole)
        await eventually(lambda: restarts == [None], "it starts again")


def test_tables_that_pages_can_read_are_shown(settings: Settings) -> None:
    """They may know more than the log still holds."""
    damaged(settings)
    of_this_one(settings)
    assert remains(settings) is None
    assert not [*settings.views.glob(REMAINS)]


def test_a_rebuild_that_fails_leaves_what_is_shown_meanwhile(settings: Settings) -> None:
    """As a projector of its own may try again and again."""
    damaged(settings)
    of_another_version(settings)
    shown = remains(settings)
    assert shown
    with pytest.raises(LogUnreadable):
        rebuild(settings)
    assert shown.exists()


def test_what_was_shown_meanwhile_is_deleted_with_the_next_rebuild(settings: Settings) -> None:
    of_another_version(settings)
    assert remains(settings)
    rebuild(settings)
    assert not [*settings.views.glob(REMAINS)]


async def test_where_nothing_can_be_shown_the_page_says_how_to_go_on(settings: Settings) -> None:
    """It is not loaded again and again, as when the tables are being made."""
    of_another_version(settings)
    settings.events_db.write_bytes(b"Dear diary, " * 999)
    standing = Standing(setback=judge(settings))
    async with stack(settings, standing=standing, projector=False) as running, running.browser() as browser:
        answer = await browser.get("/albums")
        assert answer.status_code == 503
        assert "until you have chosen how to continue" in answer.text
        assert 'href="/log"' in answer.text
        assert "Refresh" not in answer.headers
        assert (await browser.get("/log")).status_code == 200
        assert (await running.client.get("/api/albums")).status_code == 503


async def test_half_a_log(settings: Settings) -> None:
    """Its beginning is shown, although nobody can say where it ends."""
    with closing(sqlite3.connect(settings.events_db)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.truncate(settings.events_db, settings.events_db.stat().st_size // 2 + 1234)
    setback = judge(settings)
    assert setback and setback.kind == "damaged"
    async with stack(settings, standing=Standing(setback=setback)) as running, running.browser() as browser:
        answer = await browser.get("/events")
        rows = [msgspec.json.decode(line) for line in answer.text.splitlines()]
        assert rows[0]["data"]["name"] == "Album 0 "
        assert len(rows) > 100
        assert (rows[-1]["until"], rows[-1]["data"]) == (EVENTS, None)
        assert (await browser.get("/history")).status_code == 200


def test_an_end_that_can_not_be_read_is_said() -> None:
    assert [(at, msgspec.json.decode(line)["until"]) for at, line in lines([], 5, 9)] == [(9, 9)]
    assert list(lines([], 9, 9)) == []


def test_programs_that_need_all_of_it_refuse_and_change_nothing(settings: Settings) -> None:
    """The tables and the newest backup, which still have what was on the page, stay."""
    assert back_up(settings).name
    damaged(settings)
    before = _kept(settings)
    for command in (("replay",), ("backup",), ("forget", "f" * 32), ("migrate",)):
        answer = command_line(*command, "--data", settings.data)
        if command == ("migrate",):
            assert answer.returncode == 0, "nothing is rebuilt"
            continue
        assert answer.returncode in (1, 2), command
        assert "malformed" in answer.stderr or "damaged" in answer.stderr or "no photo" in answer.stderr
        assert "Traceback" not in answer.stderr
    assert _kept(settings) == before


def _kept(settings: Settings) -> dict[Path, bytes]:
    files = [*settings.views.glob("views-*.db"), *settings.backups.iterdir()]
    return {path: path.read_bytes() for path in files}
