"""Sums over all photos, kept in parts of the library: after a change, only the parts that it was in are added up again.

A photo belongs to a part by the beginning of its id, so those that arrive together are spread over all parts.
"""

import asyncio
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Final

import msgspec

from services.gateway.tables.changes import Changes, Fetch, TableRow

PART_COUNT: Final = 128
"""More make an answer after a change faster, and take more memory: each part has rows of its own."""
_MOST_KEPT: Final = 24
"""Queries; the least recently used go first."""
_PREFIXES: Final = 256
"""Of two hexadecimal digits, which is what `part_change` notes of an id."""
_BEGIN: Final = [
    "",
    *(f"{_PREFIXES * part // PART_COUNT:02x}" for part in range(1, PART_COUNT)),
    "\U0010ffff",
]
"""The first id of each part, and the end of the last one."""


class Sum(msgspec.Struct, frozen=True):
    """A query that adds up the photos of a part."""

    sql: str
    """Its rows: `key` columns, a count, and, if there are more columns, the best photo: how good it is, its id, and
    what else is shown of it. Wherever it reads photos, it asks for those `in_part`."""
    key: int


def in_part(table: str = "image") -> str:
    """The condition of a `Sum`. It has the first two parameters, and must stand before others that have no number."""
    return f"{table}.image_id >= ?1 AND {table}.image_id < ?2"


class Sums:
    """Of one file of read tables."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()

    async def rows(
        self, fetch: Fetch, changes: Changes, of: Sum, parameters: Sequence[Any]
    ) -> list[TableRow]:
        """As if the query had been asked of the whole library, in any order; none while there are no read tables.

        `changes`: as followed just before. Each part is as it was at one moment, and none of these changes is missed.
        """
        key = (of, *parameters)
        kept = self._kept.setdefault(key, _Kept(of.key))
        self._kept.move_to_end(key)
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        async with kept.lock:
            position, tables = changes.position, changes.tables(of.sql)
            stale: Iterable[int] = range(PART_COUNT)
            if tables is not None and kept.position >= 0:
                stale = _parts_of(changes.prefixes(kept.position, tables))
            for part in stale:
                kept.replace(part, await fetch(of.sql, (_BEGIN[part], _BEGIN[part + 1], *parameters)))
            kept.position = position
            return list(kept.whole.values())


def _parts_of(prefixes: set[str]) -> Iterable[int]:
    if "" in prefixes:  # all of them depend on what isn't about one photo
        return range(PART_COUNT)
    return sorted({bisect_right(_BEGIN, prefix) - 1 for prefix in prefixes})


class _Kept:
    """The rows of one query."""

    def __init__(self, key: int) -> None:
        self._key = key
        self._parts: list[dict[TableRow, TableRow]] = [{} for _ in range(PART_COUNT)]
        self.whole: dict[TableRow, TableRow] = {}
        self.position = -1
        """Of the read tables, up to which every change is in the rows; -1: of nothing."""
        self.lock = asyncio.Lock()

    def replace(self, part: int, rows: Sequence[TableRow]) -> None:
        before, now = self._parts[part], {row[: self._key]: row for row in rows}
        self._parts[part] = now
        for key in before.keys() | now.keys():
            if (old := before.get(key)) != (new := now.get(key)):
                self._move(key, old, new)

    def _move(self, key: TableRow, old: TableRow | None, new: TableRow | None) -> None:
        """From one row of a part to another."""
        whole, at = self.whole.get(key), self._key
        count = (whole[at] if whole else 0) - (old[at] if old else 0) + (new[at] if new else 0)
        if not count:
            del self.whole[key]
            return
        best = [row[at + 1 :] for row in (whole, new) if row]
        if whole and old and whole[at + 1 :] == old[at + 1 :]:
            # The best of all leaves: now any other part's may be that
            best = [rows[key][at + 1 :] for rows in self._parts if key in rows]
        self.whole[key] = (*key, count, *max(best, key=_worth))


def _worth(best: TableRow) -> tuple[float, Any]:
    """What is compared; the ids of two that are as good."""
    return (best[0], best[1]) if best and best[0] is not None else (0.0, "")
