"""Sums over all photos, kept in parts of the library: after a change, only the parts that it was in are added up again.

A photo belongs to a part by the beginning of its id, so those that arrive together are spread over all parts. The
projector notes which parts it has changed, table by table (`part_change`); SQLite says which tables a query reads.
"""

import asyncio
import json
import sqlite3
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from typing import Any, Final, Protocol, TypeVar

import aiosqlite
import msgspec

PARTS: Final = 128
"""More make an answer after a change faster, and take more memory: each part has rows of its own."""
_MOST_KEPT: Final = 24
"""Queries; the least recently used go first."""
_PREFIXES: Final = 256
"""Of two hexadecimal digits, which is what `part_change` notes of an id."""
_BEGIN: Final = ["", *(f"{_PREFIXES * part // PARTS:02x}" for part in range(1, PARTS)), "\U0010ffff"]
"""The first id of each part, and the end of the last one."""
_CHANGES: Final = """SELECT c.position, p.prefix FROM checkpoint c LEFT JOIN part_change p
    ON p.position > ? AND p.table_name IN (SELECT value FROM json_each(?))
  WHERE c.name = 'views'"""
_UNNOTED: Final = """SELECT name FROM sqlite_schema t
  WHERE type = 'table' AND name IN (SELECT value FROM json_each(?)) AND NOT EXISTS (
    SELECT 1 FROM sqlite_schema n WHERE n.type = 'trigger' AND n.name = t.name || '_part_0')"""
"""Of these tables, those whose changes the projector doesn't note."""

Row = tuple[Any, ...]
_T = TypeVar("_T")


class Sum(msgspec.Struct, frozen=True):
    """A query that adds up the photos of a part."""

    sql: str
    """Its rows: `key` columns, a count, and, if there are more columns, the best photo: how good it is, its id, and
    what else is shown of it. Wherever it reads photos, it asks for those `in_part`."""
    key: int


def in_part(table: str = "image") -> str:
    """The condition of a `Sum`. It has the first two parameters, and must stand before others that have no number."""
    return f"{table}.image_id >= ?1 AND {table}.image_id < ?2"


class Tables(Protocol):
    """Read tables (pool.py)."""

    async def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]: ...

    async def ask(self, ask: Callable[[aiosqlite.Connection], Awaitable[_T]]) -> _T | None: ...


class Sums:
    """Of one file of read tables."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()

    async def rows(self, tables: Tables, of: Sum, parameters: Sequence[Any]) -> list[Row]:
        """As if the query had been asked of the whole library, in any order; none while there are no read tables.

        Each part is as it was at one moment, and no change that was there before the call is missed.
        """
        key = (of, *parameters)
        kept = self._kept.setdefault(key, _Kept(of.key))
        self._kept.move_to_end(key)
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        async with kept.lock:
            if not kept.tables:
                kept.tables = json.dumps(await _tables_read(tables, of.sql, ("", "", *parameters)))
                kept.lasts = not await tables.fetch(_UNNOTED, (kept.tables,))
            changes = await tables.fetch(_CHANGES, (kept.position, kept.tables))
            if not changes:
                return []
            for part in _parts_of(row[1] for row in changes) if kept.position >= 0 else range(PARTS):
                kept.replace(part, await tables.fetch(of.sql, (_BEGIN[part], _BEGIN[part + 1], *parameters)))
            kept.position = changes[0][0] if kept.lasts else -1
            return list(kept.whole.values())


async def _tables_read(tables: Tables, sql: str, parameters: Sequence[Any]) -> list[str]:
    """By the query itself or through views."""
    read = set[str]()

    def note(action: int, table: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_READ and table:
            read.add(table)
        return sqlite3.SQLITE_OK

    async def explain(db: aiosqlite.Connection) -> None:
        await db.set_authorizer(note)
        try:
            await db.execute_fetchall(f"EXPLAIN {sql}", parameters)
        finally:
            await db.set_authorizer(None)

    await tables.ask(explain)
    return sorted(read)


def _parts_of(prefixes: Iterable[str | None]) -> Sequence[int]:
    """The empty prefix stands for something else than photos: all parts depend on it."""
    some = {prefix for prefix in prefixes if prefix is not None}
    return range(PARTS) if "" in some else sorted({bisect_right(_BEGIN, prefix) - 1 for prefix in some})


class _Kept:
    """The rows of one query."""

    def __init__(self, key: int) -> None:
        self._key = key
        self._parts: list[dict[Row, Row]] = [{} for _ in range(PARTS)]
        self.whole: dict[Row, Row] = {}
        self.tables = ""
        """That it reads, as JSON."""
        self.lasts = False
        """Whether the changes of all of these tables are noted."""
        self.position = -1
        """Of the read tables, up to which every change is in the rows; -1: of nothing."""
        self.lock = asyncio.Lock()

    def replace(self, part: int, rows: Sequence[Row]) -> None:
        before, now = self._parts[part], {row[: self._key]: row for row in rows}
        self._parts[part] = now
        for key in before.keys() | now.keys():
            if (old := before.get(key)) != (new := now.get(key)):
                self._move(key, old, new)

    def _move(self, key: Row, old: Row | None, new: Row | None) -> None:
        """From one row of a part to another."""
        whole, at = self.whole.get(key), self._key
        count = (whole[at] if whole else 0) - (old[at] if old else 0) + (new[at] if new else 0)
        if not count:
            del self.whole[key]
            return
        best = [row[at + 1 :] for row in (whole, new) if row]
        if (
            whole and old and whole[at + 1 :] == old[at + 1 :]
        ):  # the best of all: any other part's may be that now
            best = [rows[key][at + 1 :] for rows in self._parts if key in rows]
        self.whole[key] = (*key, count, *max(best, key=_worth))


def _worth(best: Row) -> tuple[float, Any]:
    """What is compared; the ids of two that are as good."""
    return (best[0], best[1]) if best and best[0] is not None else (0.0, "")
