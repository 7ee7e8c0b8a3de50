"""Appends to a log until it has grown by so many records, and prints each position once it is acknowledged.

python -m tests.chaos.appender FILE COUNT BYTES
"""

import asyncio
import os
import sys
from pathlib import Path
from uuid import UUID

from services.kernel.log.envelope import Record
from services.kernel.log.sqlite_log import SqliteLog
from tests.support.disk import STDOUT


def numbered(number: int, size: int) -> Record:
    """The record at position `number`, with about so many bytes of data."""
    text = f"{number:08}" * (size // 8)
    return Record(
        event_id=UUID(int=number),
        stream=f"album-{number % 7}",
        kind="E",
        type="album_renamed",
        schema_version=1,
        data=f'{{"album_id":"a","name":"{text}"}}',
        correlation_id=UUID(int=number),
        causation_id=None,
    )


async def append(path: Path, count: int, size: int) -> None:
    log = await SqliteLog.open(path)
    begun = await log.head()
    for number in range(begun + 1, begun + count + 1):
        await log.append([numbered(number, size)])
        os.write(STDOUT, b"%d\n" % number)
    await log.close()


if __name__ == "__main__":
    asyncio.run(append(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
