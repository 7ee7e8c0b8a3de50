"""A copy of a log: the same records, the same hashes, and nothing of its own."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from services.domain.albums.events import AlbumCreated
from services.kernel.log.envelope import Envelope
from services.kernel.log.finding import LogError
from services.kernel.log.replica import NotInOrder, ReplicaLog
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.log.verify import verify
from tests.support.log import records
from tests.support.waiting import eventually


@pytest.fixture
async def rows(tmp_path: Path) -> list[Envelope]:
    log = await SqliteLog.open(tmp_path / "first.db")
    for number in range(4):
        await log.append(records(AlbumCreated(album_id=f"{number}{one}", name="a") for one in range(3)))
    entries = await log.read(0)
    await log.close()
    return entries


@pytest.fixture
async def copy(tmp_path: Path) -> AsyncIterator[ReplicaLog]:
    log = await ReplicaLog.open(tmp_path / "copy.db")
    yield log
    await log.close()


async def test_it_holds_the_same_records_and_its_hashes_come_out_the_same(
    tmp_path: Path, rows: list[Envelope], copy: ReplicaLog
) -> None:
    for part in (rows[:1], rows[1:8], rows[8:]):
        await copy.adopt(part)
    assert await copy.read(0) == rows
    assert await copy.head() == len(rows)
    first = await SqliteLog.open(tmp_path / "first.db")
    links = [await first.link(row.position) for row in rows]
    await first.close()
    assert [await copy.link(row.position) for row in rows] == links
    assert None not in links
    assert verify(tmp_path / "copy.db") is None


async def test_who_waits_for_growth_is_told(rows: list[Envelope], copy: ReplicaLog) -> None:
    async with copy.grown:
        adopting = asyncio.create_task(copy.adopt(rows))
        await asyncio.wait_for(copy.grown.wait(), 60)
    await adopting


async def test_a_gap_stays_one_and_is_not_chained(rows: list[Envelope], copy: ReplicaLog) -> None:
    await copy.adopt([*rows[:3], *rows[5:]])
    assert await copy.read(0) == [*rows[:3], *rows[5:]]

    async def chained() -> bool:
        return await copy.link(3) is not None

    await eventually(chained, "what is before the gap is chained")
    assert await copy.link(6) is None


@pytest.mark.parametrize(
    "change",
    [
        {"position": 3},
        {"position": 2},
        {"position": 1 << 70},
        {"recorded_at": 1 << 70},
        {"data": "{"},
        {"stream": "\ud800"},
        {"version": 0},
        {"event_id": None},
    ],
)
async def test_what_can_not_stand_there_is_refused_and_nothing_is_added(
    rows: list[Envelope], copy: ReplicaLog, change: dict[str, object]
) -> None:
    await copy.adopt(rows[:3])
    if "event_id" in change:
        change = {"event_id": rows[0].event_id}
    with pytest.raises(NotInOrder):
        await copy.adopt([rows[3], msgspec.structs.replace(rows[4], **change)])
    assert await copy.read(0) == rows[:3]
    await copy.adopt(rows[3:])
    assert await copy.read(0) == rows


async def test_nothing_of_its_own_is_appended(rows: list[Envelope], copy: ReplicaLog) -> None:
    await copy.adopt(rows)
    with pytest.raises(LogError, match="a copy of another library"):
        await copy.append(records([AlbumCreated(album_id=uuid4().hex, name="b")]))
    assert await copy.head() == len(rows)
