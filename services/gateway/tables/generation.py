"""The connections to one file of read tables."""

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import aiosqlite

from services.gateway.tables.changes import Changes, Compiled, TableRow
from services.kernel.log.sqlite import READER, reader_uri

CONNECTIONS: Final = 2
_CACHE: Final = "PRAGMA cache_size = -32768"
"""32 MB of pages per connection, so that hardly any query has to ask the operating system for one again."""

Stamp = tuple[int, int, int]


class Generation:
    """Closed once it is outdated and its last query is done."""

    def __init__(self, name: str, stamp: Stamp) -> None:
        self.name, self.stamp = name, stamp
        self._connections = 0
        self._idle: asyncio.Queue[tuple[aiosqlite.Connection, Compiled]] = asyncio.Queue()

    @classmethod
    async def open(cls, path: Path, stamp: Stamp) -> "Generation":
        """Raises sqlite3.DatabaseError."""
        generation = cls(path.name, stamp)
        try:
            for _ in range(CONNECTIONS):
                await generation._connect(path)
        except sqlite3.DatabaseError:
            await generation.close()
            raise
        return generation

    async def _connect(self, path: Path) -> None:
        db = await aiosqlite.connect(reader_uri(path), uri=True, isolation_level=None, cached_statements=256)
        compiled = Compiled()
        self._idle.put_nowait((db, compiled))
        self._connections += 1
        for pragma in (*READER, _CACHE):
            await db.execute(pragma)
        await db.set_authorizer(compiled)

    async def rows(self, sql: str, parameters: Sequence[Any], changes: Changes) -> list[TableRow]:
        """Of one SELECT. `changes` learn what it reads. Raises sqlite3.Error."""
        db, compiled = await self._idle.get()
        try:
            fetched: Iterable[Any] = await db.execute_fetchall(sql, parameters)
            if tables := compiled.taken():
                changes.learn(sql, tables)
            return list(fetched)
        finally:
            self._idle.put_nowait((db, compiled))

    async def close(self) -> None:
        for _ in range(self._connections):
            db, _compiled = await self._idle.get()
            await db.close()
