"""A log of each schema that was ever released opens, is brought to the newest and chained, and says what it said then.

`logs/schema-<n>.db.xz` was written by the program of that time: 40 albums, each by a command. None is ever changed.
"""

import lzma
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from services.domain.albums.commands import CreateAlbum
from services.domain.albums.events import AlbumCreated, AlbumRenamed
from services.kernel.log.codec import decode_command
from services.kernel.log.migrate import steps
from services.kernel.log.rows import COLUMNS
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.log.verify import verify
from tests.support.log import records
from tests.support.waiting import eventually

LOGS = Path(__file__).with_name("logs")
RECORDS = 80
FIRST = 2
"""The first release had two steps, so no log ever stopped at schema 1."""


def unpacked(schema: int, folder: Path) -> Path:
    path = folder / "events.db"
    path.write_bytes(lzma.decompress((LOGS / f"schema-{schema}.db.xz").read_bytes()))
    return path


def rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(f"SELECT {COLUMNS} FROM event WHERE position <= ?", (RECORDS,)).fetchall()


def test_there_is_a_log_of_each_schema() -> None:
    """A new migration needs one: write it with the program that has that schema, then add it to `logs`."""
    names = sorted(path.name for path in LOGS.iterdir())
    assert names == [f"schema-{schema}.db.xz" for schema in range(FIRST, steps()[-1][0] + 1)]


@pytest.mark.parametrize("schema", range(FIRST, steps()[-1][0] + 1))
async def test_a_log_of_that_schema_opens(schema: int, tmp_path: Path) -> None:
    path = unpacked(schema, tmp_path)
    before = rows(path)
    assert verify(path) is None, "as it is, without being brought to the newest schema"

    log = await SqliteLog.open(path)
    for number in range(40):
        command, event = await log.read(2 * number, 2)
        name = f"Älbum {number} \N{EGG}"
        assert decode_command(command.type, command.data) == CreateAlbum(name=name)
        created = event.event()
        assert isinstance(created, AlbumCreated)
        assert (created.name, event.causation_id) == (name, command.event_id)

    async def chained() -> bool:
        return await log.link(RECORDS) is not None

    await eventually(chained, "the chain is complete")
    (one,) = records([AlbumRenamed(album_id="a", name="New")])
    assert (await log.append([one])).positions == [RECORDS + 1]
    assert await log.link(RECORDS + 1) is not None
    await log.close()
    assert verify(path) is None
    assert rows(path) == before
