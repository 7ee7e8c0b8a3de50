"""Appends by 64 concurrent callers, each append durable before its caller continues, against the PyPI package
`eventsourcing` on the same disk."""

import asyncio
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from typing import Final
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteAggregateRecorder, SQLiteDatastore

from ops.bench.measure import Measure, size
from ops.bench.paired import median_ratio
from services.domain.albums.events import ImagesAddedToAlbum
from services.kernel.log.envelope import Record, record_event
from services.kernel.log.ids import new_id
from services.kernel.log.sqlite_log import SqliteLog

CALLERS: Final = size(64, 4)
ROUNDS: Final = size(5, 1)
SECONDS: Final = size(3.0, 0.1)


def measure() -> list[Measure]:
    ours, theirs = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            ours.append(asyncio.run(_ours(Path(folder) / "events.db")))
            theirs.append(_theirs(Path(folder) / "theirs.db"))
    note = f"{CALLERS} callers, one event per append, synchronous=FULL; {ROUNDS} × {SECONDS:g} s, alternating"
    threads = f"{CALLERS} threads"
    return [
        Measure(what="append", value=median(ours), unit="events/s", note=note),
        Measure(what="eventsourcing's recorder", value=median(theirs), unit="events/s", note=threads),
        Measure(
            what="append / eventsourcing", value=median_ratio(ours, theirs), unit="×", target=5.0, note=note
        ),
    ]


def _record(caller: int) -> Record:
    event = ImagesAddedToAlbum(album_id=str(caller), image_ids=["0f" * 16])
    return record_event(event, event_id=new_id(), stream=f"album-{caller}", correlation_id=new_id())


async def _ours(path: Path) -> float:
    log = await SqliteLog.open(path)
    began = time.perf_counter()

    async def caller(number: int) -> int:
        count = 0
        while time.perf_counter() - began < SECONDS:
            await log.append([_record(number)], {f"album-{number}": count})
            count += 1
        return count

    total = sum(await asyncio.gather(*(caller(number) for number in range(CALLERS))))
    seconds = time.perf_counter() - began
    await log.close()
    return total / seconds


def _theirs(path: Path) -> float:
    datastore = SQLiteDatastore(str(path), pool_size=CALLERS, pool_timeout=60)
    recorder = SQLiteAggregateRecorder(datastore, "stored_events")
    recorder.create_table()
    counts = [0] * CALLERS
    began = time.perf_counter()

    def caller(number: int) -> None:
        originator = uuid4()
        state = _record(number).data.encode()
        while time.perf_counter() - began < SECONDS:
            event = StoredEvent(originator, counts[number] + 1, "images_added_to_album", state)
            recorder.insert_events([event])
            counts[number] += 1

    threads = [threading.Thread(target=caller, args=(number,)) for number in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    datastore.close()
    return sum(counts) / seconds
