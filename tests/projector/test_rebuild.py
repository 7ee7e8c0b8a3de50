"""Blue/green: read tables are replaced completely or not at all."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from services.domain.albums.events import AlbumCreated
from services.domain.subject import Event
from services.kernel.log.envelope import record_event
from services.kernel.log.ids import new_id
from services.kernel.log.sqlite import open_reader
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.settings import Settings
from services.projector import generation
from services.projector.errors import Interrupted, LogUnreadable, NoLog
from services.projector.rebuild import migrate_views, rebuild
from tests.support.given import dump


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, previews=tmp_path / "previews")


async def append(settings: Settings, events: Sequence[Event]) -> None:
    log = await SqliteLog.open(settings.events_db)
    job = new_id()
    await log.append(
        [record_event(event, event_id=new_id(), stream="library", correlation_id=job) for event in events]
    )
    await log.close()


def albums(count: int, first: int = 0) -> list[Event]:
    return [AlbumCreated(album_id=f"{n:04}", name=f"Album {n}") for n in range(first, first + count)]


def read(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    """Read like a page: from the current generation, read-only."""
    path = generation.current(settings.views)
    assert path
    db = open_reader(path)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def damage(settings: Settings, sql: str) -> None:
    db = sqlite3.connect(settings.events_db)
    db.execute("DROP TRIGGER event_no_delete")
    db.execute(sql)
    db.commit()
    db.close()


async def test_a_rebuild_makes_all_tables_from_the_log(settings: Settings) -> None:
    """In more than one chunk, with progress reported to the end."""
    await append(settings, albums(12_000))
    progress: list[tuple[int, int]] = []
    report = rebuild(settings, lambda done, total: progress.append((done, total)))
    assert report.events == 12_000
    assert report.path == generation.current(settings.views)
    assert read(settings, "SELECT count(*) FROM album") == [(12_000,)]
    assert read(settings, "SELECT position FROM checkpoint") == [(12_000,)]
    assert progress == [(10_000, 12_000), (12_000, 12_000)]


async def test_an_empty_log_gives_the_built_in_rows(settings: Settings) -> None:
    """Pages have something to read before any event."""
    await append(settings, [])
    assert rebuild(settings).events == 0
    assert read(settings, "SELECT count(*) FROM class") == [(1000,)]
    assert read(settings, "SELECT name FROM category WHERE category_id = 'dog'") == [("Dog",)]


async def test_rebuilding_again_gives_the_same_bytes(settings: Settings) -> None:
    """Same log, same tables."""
    await append(settings, albums(20))
    dumps = []
    for _ in range(2):
        db = open_reader(rebuild(settings).path)
        dumps.append(dump(db))
        db.close()
    assert dumps[0] == dumps[1]


async def test_the_generation_before_is_kept_and_no_older_one(settings: Settings) -> None:
    """A page with the old file open can keep reading it; older files and those of a killed build are removed."""
    await append(settings, albums(1))
    first = rebuild(settings).path
    reader = open_reader(first)
    assert reader.execute("SELECT count(*) FROM album").fetchall() == [(1,)]
    (settings.views / f"{first.name}.part").write_text("left behind")
    paths = [first, rebuild(settings).path, rebuild(settings).path]
    assert reader.execute("SELECT count(*) FROM album").fetchall() == [(1,)]
    reader.close()
    assert {p.name for p in settings.views.iterdir()} == {"current", *(p.name for p in paths[1:])}
    assert len({p.name for p in paths}) == 3


async def test_a_gap_in_the_log_is_set_aside(settings: Settings) -> None:
    """What is there is shown, and what is missing is said."""
    await append(settings, albums(5))
    damage(settings, "DELETE FROM event WHERE position = 3")
    rebuild(settings)
    assert read(settings, "SELECT position, until, type, reason, data FROM set_aside") == [
        (3, 3, "", "missing", b"")
    ]
    assert read(settings, "SELECT count(*) FROM album") == [(4,)]


async def test_an_interrupted_rebuild_changes_nothing(settings: Settings) -> None:
    """It can be interrupted between two chunks."""
    await append(settings, albums(3))
    before = rebuild(settings).path
    with pytest.raises(Interrupted):
        rebuild(settings, interrupted=lambda: True)
    assert generation.current(settings.views) == before
    assert not list(settings.views.glob("*.part*"))


def test_without_a_log_there_is_nothing_to_rebuild(settings: Settings) -> None:
    """It says what to do, and creates no files."""
    with pytest.raises(NoLog, match="albumen up"):
        rebuild(settings)
    assert not settings.views.exists()


async def test_migrating_rebuilds_only_what_another_version_made(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables of this version are left alone; older or missing ones are built."""
    await append(settings, albums(2))
    assert migrate_views(settings) is not None
    assert migrate_views(settings) is None
    monkeypatch.setattr(generation, "digest", lambda: "0123456789ab")
    report = migrate_views(settings)
    assert report is not None
    assert report.path.name.startswith("views-0123456789ab-")
    assert read(settings, "SELECT count(*) FROM album") == [(2,)]


@pytest.mark.parametrize(
    "spoil", [Path.unlink, lambda p: p.write_text("../../etc/passwd"), lambda p: p.write_bytes(b"\xff")]
)
async def test_a_pointer_that_names_nothing_of_ours_is_no_pointer(
    settings: Settings, spoil: Callable[[Path], object]
) -> None:
    """Missing, pointing elsewhere or invalid: as if there were no read tables."""
    await append(settings, albums(1))
    rebuild(settings)
    spoil(settings.views / "current")
    assert generation.current(settings.views) is None
    assert migrate_views(settings) is not None
    assert read(settings, "SELECT count(*) FROM album") == [(1,)]


def test_a_lock_is_waited_for(tmp_path: Path) -> None:
    """The second process waits, unless told to stop."""
    calls: list[bool] = []

    def impatient() -> bool:
        calls.append(True)
        return len(calls) == 2

    with generation.lock(tmp_path / "lock", lambda: False):
        second = generation.lock(tmp_path / "lock", impatient)
        with pytest.raises(Interrupted):
            second.__enter__()
    with generation.lock(tmp_path / "lock", impatient):
        pass
    assert len(calls) == 2


def cut(log: Path) -> None:
    os.truncate(log, log.stat().st_size // 2)


def emptied(log: Path) -> None:
    os.truncate(log, 0)


def overwritten(log: Path) -> None:
    log.write_bytes(b"Dear diary, " * (log.stat().st_size // 12))


def put_back(log: Path) -> None:
    """By an earlier copy, which is whole in itself."""
    with closing(sqlite3.connect(log)) as db:
        db.execute("DROP TRIGGER event_no_delete")
        db.execute("DELETE FROM event WHERE position > 500")
        db.commit()


@pytest.mark.parametrize("harm", [cut, emptied, overwritten, put_back])
async def test_a_log_that_is_harmed_while_it_is_replayed_makes_no_tables(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, harm: Callable[[Path], None]
) -> None:
    """Those in use stay as they are, and the reason is said."""
    monkeypatch.setattr("services.projector.rebuild.EVENTS_AT_ONCE", 100)
    await append(settings, albums(1000))
    before = rebuild(settings).path
    files = {path.name for path in settings.views.iterdir()}

    def harmed(done: int, total: int) -> None:
        if done == 200:
            harm(settings.events_db)

    with pytest.raises(LogUnreadable, match="stay as they are"):
        rebuild(settings, harmed)
    assert generation.current(settings.views) == before
    assert {path.name for path in settings.views.iterdir()} == files


async def test_a_log_that_can_not_be_opened_makes_no_tables(settings: Settings) -> None:
    """As when it may not be read: a folder in its place is refused to root as well."""
    await append(settings, albums(3))
    before = rebuild(settings).path
    settings.events_db.rename(settings.data / "away.db")
    settings.events_db.mkdir()
    with pytest.raises(LogUnreadable, match="can't be read"):
        rebuild(settings)
    assert generation.current(settings.views) == before
