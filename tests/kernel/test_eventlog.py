"""The log keeps its promises: both implementations, under any interleaving, with cancelled callers and repeated ids."""

import asyncio
import contextlib
import sqlite3
import threading
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from services.domain.albums.events import AlbumCreated, AlbumRenamed
from services.kernel.log import chain, groups
from services.kernel.log.envelope import Envelope, Record, record_event
from services.kernel.log.eventlog import Conflict, Log, MemoryLog
from services.kernel.log.finding import LogError
from services.kernel.log.groups import Request, next_group
from services.kernel.log.guard import Guard
from services.kernel.log.ids import new_id
from services.kernel.log.rows import row as columns
from services.kernel.log.sqlite_log import SqliteLog
from tests.support.chance import examples
from tests.support.waiting import PATIENCE_S


def record(stream: str = "album-a", event_id: UUID | None = None, name: str = "A") -> Record:
    event = AlbumRenamed(album_id=stream.partition("-")[2], name=name)
    return record_event(event, event_id=event_id or new_id(), stream=stream, correlation_id=new_id())


@pytest.fixture(params=["memory", "sqlite"])
async def log(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Log]:
    if request.param == "memory":
        yield MemoryLog()
        return
    sqlite = await SqliteLog.open(tmp_path / "events.db")
    yield sqlite
    await sqlite.close()


@pytest.fixture
async def sqlite_log(tmp_path: Path) -> AsyncIterator[SqliteLog]:
    sqlite = await SqliteLog.open(tmp_path / "events.db")
    yield sqlite
    await sqlite.close()


def check(rows: list[Envelope]) -> None:
    """Positions 1, 2, 3, …; versions per stream 1, 2, 3, …; no duplicate ids."""
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    versions: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        versions[row.stream].append(row.version)
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
    assert len({row.event_id for row in rows}) == len(rows)


async def test_what_is_appended_is_read_back(log: Log) -> None:
    event = AlbumCreated(album_id="ä", name="Zürich ‘b’ \U0001f95a")
    sent = record_event(
        event, event_id=new_id(), stream="album-ä", correlation_id=new_id(), causation_id=new_id()
    )
    appended = await log.append([sent])
    assert (appended.positions, appended.new, appended.last) == ([1], 1, 1)
    (row,) = await log.read(0)
    assert row.event() == event
    assert {field: getattr(row, field) for field in Record.__struct_fields__} == {
        field: getattr(sent, field) for field in Record.__struct_fields__
    }


async def test_a_repeated_id_is_told_its_first_position(log: Log) -> None:
    """Also within one append, and even if the expected version no longer matches."""
    first = record()
    await log.append([record("album-b"), first])
    again = await log.append([first, first, new := record()], {})
    assert (again.positions, again.new) == ([2, 2, 3], 1)
    repeated = await log.append([first, new], {"album-a": 0})
    assert (repeated.positions, repeated.new) == ([2, 3], 0)
    assert await log.head() == 3


async def test_a_conflict_appends_nothing(log: Log) -> None:
    await log.append([record()], {"album-a": 0})
    with pytest.raises(Conflict) as error:
        await log.append([record("album-b"), record()], {"album-b": 0, "album-a": 0})
    assert (error.value.stream, error.value.expected, error.value.actual) == ("album-a", 0, 1)
    assert await log.head() == 1
    await log.append([record()], {"album-a": 1})
    assert [row.version for row in await log.read_stream("album-a")] == [1, 2]


async def test_reading_from_the_middle(log: Log) -> None:
    await log.append([record(f"album-{n % 3}") for n in range(10)])
    assert [row.position for row in await log.read(4, 3)] == [5, 6, 7]
    assert await log.read(10) == []
    assert [row.position for row in await log.read_positions([9, 2, 2, 99, 1, 0])] == [1, 2, 9]
    assert [row.version for row in await log.read_stream("album-0")] == [1, 2, 3, 4]


async def test_find(log: Log) -> None:
    one = record()
    await log.append([one])
    found = await log.find(one.event_id)
    assert found is not None
    assert found.position == 1
    assert await log.find(new_id()) is None


async def test_the_versions_of_streams_that_are_there(log: Log) -> None:
    await log.append([record("album-a"), record("album-a"), record("album-b")])
    assert await log.versions(["album-a", "album-none", "album-b"]) == {"album-a": 2, "album-b": 1}
    assert await log.versions([]) == {}


async def test_each_record_is_chained_to_all_before_it(log: Log) -> None:
    """In the commit that appends it, whatever it shared a commit with."""
    repeated = record()
    await log.append([repeated, record("album-b")])
    with contextlib.suppress(Conflict):
        await log.append([record()], {"album-a": 9})
    await log.append([repeated, record("album-c")])
    end = chain.BEGINNING.hash
    for envelope in await log.read(0):
        end = chain.link(end, columns(envelope))
        assert await log.link(envelope.position) == end
    assert await log.head() == 3
    assert await log.link(0) is None
    assert await log.link(4) is None


async def test_no_record_waits_for_its_hash(sqlite_log: SqliteLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only those of logs that are older than the chain get theirs later."""

    def later(*_: object) -> None:
        raise sqlite3.OperationalError

    monkeypatch.setattr(chain, "extend", later)
    for _ in range(2):
        await sqlite_log.append([record(), record()])
    assert None not in [await sqlite_log.link(position) for position in range(1, 5)]


async def test_an_append_of_nothing(log: Log) -> None:
    nothing = await log.append([])
    assert (nothing.positions, nothing.new, nothing.last) == ([], 0, 0)


async def test_an_append_may_rest_on_all_streams_of_a_kind(log: Log) -> None:
    """Nothing may have come to any of them after a position; others don't count."""
    await log.append([record("category-a"), record("album-a")])
    await log.append([record("category-b")], {"category-*": 1})
    await log.append([record("album-a")], {"category-*": 3})
    with pytest.raises(Conflict) as error:
        await log.append([record("category-c")], {"category-*": 2, "album-a": 2})
    assert (error.value.stream, error.value.expected, error.value.actual) == ("category-*", 2, 3)
    assert await log.head() == 4
    await log.append([record("category-c")], {"category-*": 4})


async def test_one_thread_alone_has_the_write_connection(sqlite_log: SqliteLog) -> None:
    """However many want it at once, and however long one of them takes."""

    def thread(db: sqlite3.Connection) -> int:
        db.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) SELECT sum(i) FROM n"
        ).fetchall()
        return threading.get_ident()

    assert len(set(await asyncio.gather(*(sqlite_log.on_connection(thread) for _ in range(20))))) == 1


async def test_of_callers_who_rest_on_all_streams_of_a_kind_one_wins(sqlite_log: SqliteLog) -> None:
    """Also within one commit, each with a stream of its own."""
    answers = await asyncio.gather(
        *(sqlite_log.append([record(f"album-{n}")], {"album-*": 0}) for n in range(30)),
        return_exceptions=True,
    )
    assert sum(not isinstance(answer, Exception) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 29


async def test_of_callers_who_expect_the_same_version_one_wins(sqlite_log: SqliteLog) -> None:
    answers = await asyncio.gather(
        *(sqlite_log.append([record()], {"album-a": 0}) for _ in range(30)), return_exceptions=True
    )
    assert sum(not isinstance(answer, Exception) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 29
    check(await sqlite_log.read(0))


@pytest.mark.parametrize(
    ("sizes", "together"),
    [([3], 1), ([3, 4, 1], 2), ([3, 5, 1], 1), ([7, 1], 1), ([8], 1), ([0, 8], 1), ([0, 7, 0], 3)],
)
async def test_a_group_is_as_large_as_may_be(
    monkeypatch: pytest.MonkeyPatch, sizes: list[int], together: int
) -> None:
    monkeypatch.setattr(groups, "MAX_GROUP_RECORDS", 7)
    answer = asyncio.get_running_loop().create_future()
    waiting = [Request([record()] * size, {}, answer) for size in sizes]
    assert next_group(waiting) == waiting[:together]


async def test_a_group_shares_a_commit_but_no_failure(sqlite_log: SqliteLog) -> None:
    """Of a hundred callers sharing a commit, one has a conflict and one repeats an id."""
    first = record("album-first")
    await sqlite_log.append([first])
    calls = [sqlite_log.append([record(f"album-{n}")]) for n in range(100)]
    conflict = sqlite_log.append([record("album-first")], {"album-first": 0})
    repeated = sqlite_log.append([first])
    *fine, wrong, same = await asyncio.gather(*calls, conflict, repeated, return_exceptions=True)
    assert all(not isinstance(answer, BaseException) for answer in fine)
    assert isinstance(wrong, Conflict)
    assert not isinstance(same, BaseException)
    assert same.positions == [1]
    rows = await sqlite_log.read(0)
    assert len(rows) == 101
    check(rows)


async def test_a_cancelled_caller_loses_nothing_and_blocks_nobody(sqlite_log: SqliteLog) -> None:
    """Its records are in the log as a whole or not at all; repeating them with the same ids is harmless."""
    theirs = [[record(f"album-{n}"), record(f"album-{n}")] for n in range(20)]
    tasks = [asyncio.create_task(sqlite_log.append(records)) for records in theirs]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.gather(*(sqlite_log.append(records) for records in theirs))
    rows = await sqlite_log.read(0)
    assert len(rows) == 40
    check(rows)


async def test_closing_commits_what_was_handed_over(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "events.db")
    waiting = [asyncio.create_task(log.append([record(f"album-{n}")])) for n in range(50)]
    await asyncio.sleep(0)
    await log.close()
    await asyncio.gather(*waiting)
    with pytest.raises(RuntimeError, match="closed"):
        await log.append([record()])
    again = await SqliteLog.open(tmp_path / "events.db")
    rows = await again.read(0)
    assert len(rows) == 50
    check(rows)
    assert (await again.append([record("album-0")])).positions == [51]
    assert [row.version for row in await again.read_stream("album-0")] == [1, 2]
    await again.close()


async def test_whoever_waits_is_told_when_it_has_grown(sqlite_log: SqliteLog) -> None:
    async def wait() -> int:
        async with sqlite_log.grown:
            await sqlite_log.grown.wait_for(lambda: sqlite_log._head >= 2)
        return await sqlite_log.head()

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    await sqlite_log.append([record(), record()])
    assert await asyncio.wait_for(waiting, PATIENCE_S) == 2


async def test_an_append_of_what_is_there_wakes_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a job that repeats its results would wake all that follow the log, each time."""
    sqlite, again, wakes = await SqliteLog.open(tmp_path / "events.db"), record(), list[int]()
    monkeypatch.setattr(sqlite.grown, "notify_all", lambda: wakes.append(sqlite._head))
    await sqlite.append([again])
    await sqlite.append([again])
    await sqlite.append([])
    await sqlite.close()  # the writer has come to an end
    assert wakes == [1]


async def test_a_writer_that_ends_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: Guard) -> None:
        raise MemoryError

    monkeypatch.setattr(Guard, "verify", failing)
    log = await SqliteLog.open(tmp_path / "events.db")
    with pytest.raises(RuntimeError, match="closed"):
        async with asyncio.timeout(PATIENCE_S):
            await log.append([record("a")])
    with pytest.raises(MemoryError):
        await log.close()


async def test_what_can_not_be_read_is_an_error_of_the_log(tmp_path: Path) -> None:
    """Here a column whose name has changed in the schema."""
    path = tmp_path / "events.db"
    first = await SqliteLog.open(path)
    await first.append([record("a")])
    await first.close()
    path.write_bytes(path.read_bytes().replace(b"recorded_at", b"recorded_au"))
    log = await SqliteLog.open(path)
    for answer in (log.read(0), log.read_positions([1]), log.read_stream("a")):
        with pytest.raises(LogError):
            await answer
    await log.close()


async def test_a_record_whose_ids_are_cut_off_is_shown_all_the_same(
    sqlite_log: SqliteLog, tmp_path: Path
) -> None:
    """And longer ones. SQLite reads a column of zeros as NULL, so a row without an id is no record."""
    await sqlite_log.append([record("album-a") for _ in range(4)])
    damaged = (b"\1" * 15, b"\1" * 17, None)
    with contextlib.closing(sqlite3.connect(tmp_path / "events.db")) as db, db:
        db.executescript("DROP TRIGGER event_no_update; PRAGMA writable_schema = ON;")
        db.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, 'correlation_id BLOB NOT NULL', 'correlation_id BLOB')"
        )
        db.execute("PRAGMA writable_schema = RESET")
        for position, value in enumerate(damaged, 2):
            db.execute("UPDATE event SET correlation_id = ? WHERE position = ?", (value, position))
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute("UPDATE event SET type = CAST(x'61ff' AS TEXT) WHERE position = 3")
    shown = await sqlite_log.read_stream("album-a")
    assert [(row.position, row.correlation_id.hex) for row in shown[1:]] == [
        (2, "01" * 15 + "00"),
        (3, "01" * 16),
    ]
    assert [row.type for row in shown[2:]] == ["a\ufffd"], "what is no UTF-8 is replaced"
    assert [row.position for row in await sqlite_log.read_positions([2, 3, 4])] == [2, 3]


async def test_a_full_disk_is_told_to_every_caller_and_the_log_goes_on(tmp_path: Path) -> None:
    """SQLite's page limit stands in for a full disk."""
    log = await SqliteLog.open(tmp_path / "events.db")
    pages = (await log._in_thread(log._db.execute, "PRAGMA page_count")).fetchone()[0]
    await log._in_thread(log._db.execute, f"PRAGMA max_page_count = {pages}")
    big = record(name="x" * 100_000)
    answers = await asyncio.gather(*(log.append([big]) for _ in range(3)), return_exceptions=True)
    assert [answer.finding.code for answer in answers if isinstance(answer, LogError)] == ["full"] * 3
    assert await log.head() == 0
    for _ in range(2):  # it tries
        fault = await log.fault()
        assert fault and fault.code == "full"
    await log._in_thread(log._db.execute, "PRAGMA max_page_count = 1000000")
    assert await log.fault() is None
    assert (await log.append([big])).positions == [1]
    check(await log.read(0))
    await log.close()


async def test_rows_can_be_neither_changed_nor_deleted(sqlite_log: SqliteLog, tmp_path: Path) -> None:
    await sqlite_log.append([record()])
    db = sqlite3.connect(tmp_path / "events.db")
    try:
        for statement in ("UPDATE event SET data = '{}'", "DELETE FROM event"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(statement)
    finally:
        db.close()


STEPS = st.lists(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30)), min_size=1, max_size=4),
    min_size=1,
    max_size=12,
)


@examples(40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(appends=STEPS, cancelled=st.sets(st.integers(0, 11)), expecting=st.sets(st.integers(0, 11)))
def test_any_interleaving(
    tmp_path_factory: pytest.TempPathFactory,
    appends: list[list[tuple[int, int]]],
    cancelled: set[int],
    expecting: set[int],
) -> None:
    """Concurrent appends to few streams, with repeated ids, some with expected versions, some cancelled: the log has no
    gap and no duplicate id, and every caller that got an answer finds all its records there."""

    async def scenario() -> None:
        log = await SqliteLog.open(tmp_path_factory.mktemp("log") / "events.db")
        batches = [[record(f"album-{s}", UUID(int=i)) for s, i in steps] for steps in appends]
        tasks = [
            asyncio.create_task(log.append(batch, {batch[0].stream: 0} if n in expecting else {}))
            for n, batch in enumerate(batches)
        ]
        await asyncio.sleep(0)
        for n, task in enumerate(tasks):
            if n in cancelled:
                task.cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        rows = await log.read(0)
        check(rows)
        by_position = {row.position: row.event_id for row in rows}
        for batch, answer in zip(batches, answers, strict=True):
            if isinstance(answer, Conflict | asyncio.CancelledError):
                continue
            assert not isinstance(answer, BaseException), answer
            assert [by_position[p] for p in answer.positions] == [r.event_id for r in batch]
        await log.close()

    asyncio.run(scenario())
