"""Which tables a query reads, and where they have changed since, as the projector notes it (`part_change`)."""

import sqlite3
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Sequence
from contextvars import ContextVar
from typing import Any, Final

_CHANGES: Final = """SELECT c.position, p.table_name, p.prefix, p.position FROM checkpoint c
    LEFT JOIN part_change p ON p.position > ? WHERE c.name = 'views'"""
_POSITION: Final = "SELECT position, NULL, NULL, NULL FROM checkpoint WHERE name = 'views'"
_TABLE: Final = "part_change"
"""Tables that an earlier version has made lack it, and nothing in them is noted."""
_UNNOTED: Final = """SELECT t.name FROM sqlite_schema t WHERE t.type = 'table' AND NOT EXISTS (
  SELECT 1 FROM sqlite_schema n WHERE n.type = 'trigger' AND n.name = t.name || '_part_0')"""
"""Tables whose changes are not noted, virtual ones among them."""
_MOST_KNOWN: Final = 2000
"""Queries: searches make ever new ones."""

TableRow = tuple[Any, ...]
Fetch = Callable[[str, Sequence[Any]], Awaitable[list[TableRow]]]


class Reads:
    """What an answer is made of."""

    def __init__(self) -> None:
        self._tables: set[str] | None = set()
        """None if they are not all known."""
        self.used: list[tuple[Hashable, Any, Any]] = []
        """Other answers (cache.py): key, how it is asked for, and value."""

    def add(self, tables: Collection[str] | None) -> None:
        if self._tables is None or tables is None:
            self._tables = None
        else:
            self._tables.update(tables)

    def use(self, key: Hashable, ask: Any, value: Any) -> None:
        self.used.append((key, ask, value))

    def holds(self, changes: "Changes", position: int) -> bool:
        """Whether the tables are as they were at a position. An answer that is made of nothing may be made of
        anything."""
        if self._tables is None or not (self._tables or self.used):
            return False
        return not changes.since(position, self._tables)


READING: Final = ContextVar[Reads | None]("reading", default=None)
"""Gets what is read in this context."""


class Changes:
    """Of one file of read tables, as far as they were followed."""

    def __init__(self) -> None:
        self.position = 0
        self._unnoted: frozenset[str] | None = None
        self._tables: OrderedDict[str, frozenset[str]] = OrderedDict()
        """That queries read; those asked least recently are forgotten first."""
        self._at: dict[str, dict[str, int]] = {}
        """Table -> beginning of ids -> position of the last change."""
        self._last: dict[str, int] = {}
        """Table -> position of the last change."""

    async def follow(self, fetch: Fetch) -> int:
        """Up to the position that the tables have reached, which is returned; 0 while there are none."""
        if self._unnoted is None:
            self._unnoted = frozenset(row[0] for row in await fetch(_UNNOTED, ()))
        noted = _TABLE in self._unnoted
        rows = await (fetch(_CHANGES, (self.position,)) if noted else fetch(_POSITION, ()))
        for position, table, prefix, at in rows:
            self.position = max(self.position, position)
            if table is not None:
                of_table = self._at.setdefault(table, {})
                of_table[prefix] = max(
                    at, of_table.get(prefix, 0)
                )  # of two who ask, the earlier may hear later
                self._last[table] = max(at, self._last.get(table, 0))
        return rows[0][0] if rows else 0

    def learn(self, sql: str, tables: Iterable[str]) -> None:
        """What SQLite said when it compiled the query."""
        self._tables[sql] = frozenset(tables)
        if len(self._tables) > _MOST_KNOWN:
            self._tables.popitem(last=False)

    def tables(self, sql: str) -> frozenset[str] | None:
        """That a query reads, itself and through views; None if that isn't known, or their changes are not."""
        if (tables := self._tables.get(sql)) is None:
            return None
        self._tables.move_to_end(sql)
        return None if self._unnoted is None or tables & self._unnoted else tables

    def since(self, position: int, tables: Iterable[str]) -> bool:
        """Whether one of them has changed after a position."""
        return any(self._last.get(table, 0) > position for table in tables)

    def prefixes(self, position: int, tables: Iterable[str]) -> set[str]:
        """The beginnings of the ids of photos in whose rows one of them has changed after a position; the empty one
        stands for what isn't about one photo."""
        changed = [self._at[table] for table in tables if self._last.get(table, 0) > position]
        return {prefix for of in changed for prefix, at in of.items() if at > position}


class Compiled:
    """Notes what SQLite reads in what one connection compiles."""

    def __init__(self) -> None:
        self._read = set[str]()

    def __call__(self, action: int, table: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_READ and table:
            self._read.add(table)
        return sqlite3.SQLITE_OK

    def taken(self) -> set[str]:
        """Since the last call; nothing if a query was compiled before."""
        read, self._read = self._read, set()
        return read
