"""However many files change, are gone or can't be read: a scan makes its records a few at a time, and keeps nobody
waiting in between."""

from collections.abc import Iterator, Mapping, Sequence

import pytest

from services.domain.files.rejections import RejectionWithdrawn
from services.gateway.queries import problems
from services.gateway.running.appending import TOGETHER, Appending
from services.kernel.log.envelope import Record, record_event
from services.kernel.log.eventlog import Appended, MemoryLog
from services.kernel.log.ids import derived_id, new_id
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.settings import Settings
from tests.support.stack import Stack

MANY = 3 * TOGETHER + 7


def record(number: int) -> Record:
    event = RejectionWithdrawn(root="/photos", path=f"{number}.jpg")
    return record_event(event, event_id=derived_id("many", number), correlation_id=new_id())


async def test_records_are_made_as_they_are_appended() -> None:
    made, ahead = 0, list[int]()
    events = MemoryLog()

    class Counting(MemoryLog):
        async def append(self, records: Sequence[Record], expected: Mapping[str, int] = {}) -> Appended:
            ahead.append(made - len(events.rows))
            return await events.append(records, expected)

    def records() -> Iterator[Record]:
        nonlocal made
        for number in range(MANY):
            made += 1
            yield record(number)

    found = Appending(Counting())
    await found.add_each(records())
    await found.flush()
    assert len(events.rows) == MANY
    assert ahead == [TOGETHER, TOGETHER, TOGETHER, MANY - 3 * TOGETHER]


async def test_what_belongs_together_is_one_append(monkeypatch: pytest.MonkeyPatch) -> None:
    events, sizes = MemoryLog(), list[int]()
    append = events.append

    async def appended(records: Sequence[Record], expected: Mapping[str, int] = {}) -> Appended:
        sizes.append(len(records))
        return await append(records, expected)

    monkeypatch.setattr(events, "append", appended)
    await Appending(events).add([record(number) for number in range(MANY)])
    assert sizes == [MANY]


async def test_files_that_could_not_be_read_may_all_be_gone(
    settings: Settings, scanned: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is told of, and none in an append that others would have to wait for."""
    root, sizes = settings.photos[0], list[int]()
    broken = [root / f"broken {number}.jpg" for number in range(2 * TOGETHER)]
    append = SqliteLog.append

    async def appended(
        log: SqliteLog, records: Sequence[Record], expected: Mapping[str, int] = {}
    ) -> Appended:
        sizes.append(len(records))
        return await append(log, records, expected)

    for path in broken:
        path.touch()
    await scanned.done("scan")
    assert await problems.rejected(scanned.gateway.views) == len(broken)
    for path in broken:
        path.unlink()
    monkeypatch.setattr(SqliteLog, "append", appended)
    await scanned.done("scan")
    assert await problems.rejected(scanned.gateway.views) == 0
    assert max(sizes) <= TOGETHER
