"""The running projector: it keeps the read tables up to date, whatever happens around it."""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path

import msgspec
import pytest

from services.domain.albums.events import AlbumCreated, ImagesAddedToAlbum
from services.domain.subject import Event
from services.kernel.bus.contract import Bus, BusUnavailable
from services.kernel.log.envelope import record_event
from services.kernel.log.ids import new_id
from services.kernel.log.setback import overrule
from services.kernel.log.sqlite import open_reader
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.settings import Settings
from services.projector import follower, generation, runner
from services.projector.errors import LogWentBack, TwoProjectors
from services.projector.rebuild import rebuild
from services.projector.tables import Tables
from tests.support.given import dump
from tests.support.waiting import PATIENCE_S, eventually

Rings = AbstractAsyncContextManager[AsyncIterator[None]]


class Bell:
    """The part of a bus that the projector uses."""

    def __init__(self, *, away: bool = False) -> None:
        self._rung, self._away = asyncio.Event(), away
        self.asked = 0

    def ring(self) -> None:
        self._rung.set()

    def rings(self) -> Rings:
        return self._rings()

    @asynccontextmanager
    async def _rings(self) -> AsyncIterator[AsyncIterator[None]]:
        self.asked += 1
        if self._away:
            raise BusUnavailable("refused")
        yield self._each()

    async def _each(self) -> AsyncIterator[None]:
        while True:
            await self._rung.wait()
            self._rung.clear()
            yield None


class Projector:
    """A projector running in this process."""

    def __init__(self, settings: Settings, bell: Bell) -> None:
        self.stop = asyncio.Event()
        bus: Bus = bell  # type: ignore[assignment]
        self.task = asyncio.create_task(runner.run(bus, settings, self.stop))

    async def end(self) -> None:
        self.stop.set()
        async with asyncio.timeout(PATIENCE_S):
            await self.task


@asynccontextmanager
async def projecting(settings: Settings, bell: Bell | None = None) -> AsyncIterator[Projector]:
    projector = Projector(settings, bell or Bell(away=True))
    try:
        yield projector
    finally:
        if not projector.task.done():
            await projector.end()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, previews=tmp_path / "previews")


@pytest.fixture
async def log(settings: Settings) -> AsyncIterator[SqliteLog]:
    sqlite = await SqliteLog.open(settings.events_db)
    yield sqlite
    await sqlite.close()


async def append(log: SqliteLog, *events: Event) -> int:
    records = [record_event(x, event_id=new_id(), stream="library", correlation_id=new_id()) for x in events]
    return (await log.append(records)).last


def albums(count: int, first: int = 0) -> list[Event]:
    return [AlbumCreated(album_id=f"{n:04}", name=f"Album {n}") for n in range(first, first + count)]


def read(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    path = generation.current(settings.views)
    if path is None or not path.exists():
        return []
    db = open_reader(path)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def position(settings: Settings) -> int:
    try:
        return int(str(read(settings, "SELECT position FROM checkpoint")[0][0]))
    except (IndexError, sqlite3.Error):
        return -1


async def caught_up(settings: Settings, at: int) -> None:
    await eventually(lambda: position(settings) == at, f"read tables at position {at}")


def rewrite(settings: Settings, *statements: str) -> None:
    """Alter the append-only log."""
    db = sqlite3.connect(settings.events_db)
    for trigger in ("event_no_update", "event_no_delete"):
        db.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    for sql in statements:
        db.execute(sql)
    db.commit()
    db.close()


async def test_it_waits_for_the_log_and_then_follows_it(settings: Settings) -> None:
    """Started before the gateway, it creates the read tables as soon as there is a log, and keeps them up to date."""
    async with projecting(settings):
        await asyncio.to_thread(settings.run.mkdir, parents=True, exist_ok=True)
        log = await SqliteLog.open(settings.events_db)
        try:
            await caught_up(settings, 0)
            await caught_up(settings, await append(log, *albums(3)))
            assert read(settings, "SELECT name FROM album WHERE album_id = '0001'") == [("Album 1",)]
        finally:
            await log.close()


async def test_a_ring_wakes_it(settings: Settings, log: SqliteLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """With polling practically disabled, new events still appear."""
    monkeypatch.setattr(runner, "POLL_S", 3600.0)
    bell = Bell()
    async with projecting(settings, bell):
        await caught_up(settings, 0)
        last = await append(log, *albums(1))
        bell.ring()
        await caught_up(settings, last)


async def test_without_a_bus_it_polls_and_asks_again(
    settings: Settings, log: SqliteLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a broker events arrive some milliseconds later, but none is lost."""
    monkeypatch.setattr(runner, "RECONNECT_S", 0.01)
    bell = Bell(away=True)
    async with projecting(settings, bell):
        await caught_up(settings, await append(log, *albums(1)))
        await eventually(lambda: bell.asked > 2, "the bus to be asked again")


async def test_it_stops_at_once(settings: Settings, log: SqliteLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not wait out its poll interval."""
    monkeypatch.setattr(runner, "POLL_S", 3600.0)
    projector = Projector(settings, Bell())
    await caught_up(settings, 0)
    await projector.end()


async def test_the_next_start_goes_on_from_the_checkpoint(settings: Settings, log: SqliteLog) -> None:
    """In the same file, without rereading old events: one that would fail now is already behind it."""
    async with projecting(settings):
        await caught_up(settings, await append(log, *albums(2)))
    before = generation.current(settings.views)
    rewrite(settings, "UPDATE event SET type = 'from_the_future' WHERE position = 1")
    last = await append(log, *albums(1, 2))
    async with projecting(settings):
        await caught_up(settings, last)
    assert generation.current(settings.views) == before
    assert read(settings, "SELECT count(*) FROM album") == [(3,)]


async def test_live_tables_equal_a_rebuild(
    settings: Settings, log: SqliteLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Followed in small batches or rebuilt from scratch: the same bytes."""
    monkeypatch.setattr(follower, "LIMIT", 7)
    async with projecting(settings):
        for start in range(0, 60, 20):
            await append(log, *albums(20, start))
            images = [f"{n}" for n in range(start, start + 20)]
            await append(log, ImagesAddedToAlbum(album_id="0001", image_ids=images))
        await caught_up(settings, await log.head())
    live, rebuilt = generation.current(settings.views), rebuild(settings).path
    assert live
    dumps = []
    for path in (live, rebuilt):
        db = open_reader(path)
        dumps.append(dump(db))
        db.close()
    assert dumps[0] == dumps[1]


async def test_a_gap_is_set_aside(settings: Settings, log: SqliteLog) -> None:
    """A missing position means damage, which is said; everything else is shown."""
    async with projecting(settings):
        await caught_up(settings, await append(log, *albums(2)))
        rewrite(settings, "UPDATE sqlite_sequence SET seq = 5 WHERE name = 'event'")
        rewrite(
            settings,
            """INSERT INTO event SELECT 6, randomblob(16), stream, 99, kind, type, schema_version, data,
              correlation_id, causation_id, recorded_at FROM event WHERE position = 1""",
        )
        await caught_up(settings, 6)
    assert read(settings, "SELECT position, until, reason FROM set_aside") == [(3, 5, "missing")]


async def test_an_unknown_event_is_set_aside(settings: Settings, log: SqliteLog) -> None:
    """Written by a newer Albumen, whose own tables will have it."""
    await append(log, *albums(2))
    rewrite(settings, "UPDATE event SET type = 'from_the_future' WHERE position = 1")
    async with projecting(settings):
        await caught_up(settings, 2)
    assert read(settings, "SELECT position, type FROM set_aside") == [(1, "from_the_future")]
    assert read(settings, "SELECT name FROM album") == [("Album 1",)]


async def test_a_step_says_whether_there_may_be_more(
    settings: Settings, log: SqliteLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If it said so at the end of the log, the projector would never rest."""
    monkeypatch.setattr(follower, "LIMIT", 3)
    await append(log, *albums(1))
    with closing(follower.Follower(settings, lambda: False)) as one:
        assert not one.step()
        await append(log, *albums(4, first=1))
        assert [one.step(), one.step(), one.step()] == [True, False, False]
        assert one.position == 5


async def test_two_on_the_same_data_take_turns(settings: Settings, log: SqliteLog) -> None:
    """The second waits, and takes over when the first ends."""
    async with projecting(settings) as first:
        await caught_up(settings, 0)
        async with projecting(settings):
            await caught_up(settings, await append(log, *albums(1)))
            await first.end()
            await caught_up(settings, await append(log, *albums(1, 1)))


async def test_a_lock_that_was_deleted_is_made_again(settings: Settings, log: SqliteLog) -> None:
    """Otherwise it would be missed, and another could write the same tables."""
    async with projecting(settings):
        await caught_up(settings, await append(log, *albums(1)))
        settings.run.rename(settings.data / "gone")  # at once: it is made again at any moment

        def locked() -> bool:
            try:
                with (settings.run / "projector.lock").open("r") as file:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            except OSError:
                return False
            return False

        await eventually(locked, "it holds a lock again")
        await caught_up(settings, await append(log, *albums(1, first=1)))


async def test_one_that_waits_for_its_turn_can_be_stopped(settings: Settings, log: SqliteLog) -> None:
    """It has nothing to finish, because it holds nothing."""
    async with projecting(settings):
        await caught_up(settings, 0)
        second = Projector(settings, Bell())
        await second.end()


async def test_a_foreign_hand_on_the_checkpoint_stops_it(settings: Settings, log: SqliteLog) -> None:
    """Rows and checkpoint are written in one transaction that requires the checkpoint to be unchanged. Tables at 1 may
    be newly built and not open yet; at 2 they are being followed."""
    async with projecting(settings) as projector:
        await caught_up(settings, await append(log, *albums(1)))
        await caught_up(settings, await append(log, *albums(1, 1)))
        path = generation.current(settings.views)
        assert path
        other = Tables.open(path)
        other._db.execute("UPDATE checkpoint SET position = 17")
        other.close()
        await append(log, *albums(1, 2))
        with pytest.raises(TwoProjectors):
            await projector.task
    assert read(settings, "SELECT count(*) FROM album") == [(2,)]


async def test_a_rebuild_beside_it_is_taken_over(settings: Settings, log: SqliteLog) -> None:
    """Two rebuilds happen while events keep arriving: the projector continues in the new file, and every event is there
    once."""
    async with projecting(settings):
        await caught_up(settings, await append(log, *albums(50)))
        before = generation.current(settings.views)
        writing = asyncio.create_task(_keep_appending(log, 50, 60))
        await asyncio.to_thread(rebuild, settings)
        report = await asyncio.to_thread(rebuild, settings)
        await writing
        await caught_up(settings, await log.head())
        assert generation.current(settings.views) == report.path != before
        assert read(settings, "SELECT count(*) FROM album") == [(110,)]
        await caught_up(settings, await append(log, *albums(1, 200)))


async def _keep_appending(log: SqliteLog, first: int, count: int) -> None:
    for n in range(first, first + count):
        await append(log, *albums(1, n))


@pytest.mark.parametrize("left", [b"", b"not a database" * 400, None])
async def test_damaged_or_lost_tables_are_made_anew(
    settings: Settings, log: SqliteLog, left: bytes | None
) -> None:
    """An empty file, an unrelated file, no file: the log has everything."""
    last = await append(log, *albums(3))
    path = rebuild(settings).path
    if left is None:
        path.unlink()
    else:
        path.write_bytes(left)
    async with projecting(settings):
        await eventually(lambda: generation.current(settings.views) not in (None, path), "a new generation")
        await caught_up(settings, last)


async def test_a_cut_off_file_is_found_at_the_start(settings: Settings, log: SqliteLog) -> None:
    """Damage that the next write might not run into."""
    last = await append(log, *albums(300))
    path = rebuild(settings).path
    os.truncate(path, path.stat().st_size // 2)
    async with projecting(settings):
        await eventually(lambda: generation.current(settings.views) != path, "a new generation")
        await caught_up(settings, last)


async def test_tables_lost_while_it_runs_are_made_anew(settings: Settings, log: SqliteLog) -> None:
    """Somebody cleans up the folder: a moment later pages have tables again."""
    async with projecting(settings):
        last = await append(log, *albums(3))
        await caught_up(settings, last)
        lost = generation.current(settings.views)
        for entry in settings.views.iterdir():
            entry.unlink(missing_ok=True)  # the projector cleans up, too, once it has seen what is gone
        await caught_up(settings, last)
        assert generation.current(settings.views) != lost


async def test_tables_ahead_of_the_log_stay_until_a_person_has_chosen(settings: Settings) -> None:
    """A log put back to an older copy is shorter than the tables say, and they are all that proves it."""
    log = await SqliteLog.open(settings.events_db)
    await append(log, *albums(5))
    await log.close()
    path = rebuild(settings).path
    for entry in settings.data.glob("events.db*"):
        entry.unlink()
    restored = await SqliteLog.open(settings.events_db)
    last = await append(restored, *albums(2))
    with pytest.raises(LogWentBack, match="ends at 2; it was at 5"):
        rebuild(settings)
    async with projecting(settings):
        with pytest.raises(AssertionError):
            await eventually(lambda: generation.current(settings.views) != path, "another generation", 2.0)
        assert (position(settings), len(read(settings, "SELECT 1 FROM album"))) == (5, 5)
        overrule(settings)
        await caught_up(settings, last)
    await restored.close()
    assert generation.current(settings.views) != path


async def test_tables_of_another_log_stay_until_a_person_has_chosen(
    settings: Settings, log: SqliteLog
) -> None:
    """Even if the other log has since grown beyond the tables' checkpoint."""
    await append(log, *albums(1))
    rebuild(settings)
    rewrite(settings, "UPDATE event SET event_id = randomblob(16), data = replace(data, 'Album 0', 'Other')")
    last = await append(log, *albums(1, 1))
    with pytest.raises(LogWentBack, match="other"):
        rebuild(settings)
    overrule(settings)
    async with projecting(settings):
        await caught_up(settings, last)
    assert read(settings, "SELECT name FROM album") == [("Other",), ("Album 1",)]


async def test_another_taxonomy_is_another_generation(
    settings: Settings, log: SqliteLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program with other tables, projections or categories does not use the old tables."""
    last = await append(log, *albums(1))
    rebuild(settings)
    monkeypatch.setattr(generation, "digest", lambda: "0123456789ab")
    async with projecting(settings):
        await eventually(
            lambda: "views-0123456789ab-" in str(generation.current(settings.views)), "a new generation"
        )
        await caught_up(settings, last)


async def test_the_heartbeat_is_touched(settings: Settings, log: SqliteLog) -> None:
    """So that a health check can see that it is alive."""
    beating = msgspec.structs.replace(settings, heartbeat=settings.data / "beat" / "projector")
    async with projecting(beating):
        await eventually((settings.data / "beat" / "projector").exists, "the heartbeat")
