"""The log, backwards, for the history page: over a connection of its own, so that no writer waits."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import aiosqlite

from services.kernel.envelope import Envelope
from services.kernel.groupcommit import envelope
from services.kernel.sqlite import READER, reader_uri

_BACK: Final = """SELECT position, event_id, stream, version, kind, type, schema_version, data, correlation_id,
  causation_id, recorded_at FROM event WHERE position < ? AND type IN (SELECT value FROM json_each(?))
  ORDER BY position DESC LIMIT ?"""
_NO_END: Final = 2**62


class Logbook:
    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    @classmethod
    async def open(cls, path: Path) -> "Logbook":
        """The log must be there."""
        db = await aiosqlite.connect(reader_uri(path), uri=True, isolation_level=None)
        for pragma in READER:
            await db.execute(pragma)
        return cls(db)

    async def back(self, types: Sequence[str], before: int | None, limit: int) -> list[Envelope]:
        """Messages of these types from before a position, newest first."""
        parameters = (before or _NO_END, json.dumps(list(types)), limit)
        rows = await self._db.execute_fetchall(_BACK, parameters)
        return [envelope(tuple(row)) for row in rows]

    async def close(self) -> None:
        await self._db.close()
