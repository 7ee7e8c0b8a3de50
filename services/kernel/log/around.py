"""Reads what a damaged log still holds: rows on other pages than those that SQLite can't read."""

import sqlite3
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from services.kernel.log.rows import COLUMNS, Columns, replaced
from services.kernel.log.sqlite import is_unreadable

CAREFULLY: Final = 4096
"""Positions that are tried one by one behind damage, 10 µs each. Beyond them, steps get longer, so that of an island
between two damaged places the beginning may be missed; at once if the disk fails, which may take seconds for each."""

_FROM: Final = f"SELECT {COLUMNS} FROM event WHERE position >= ? ORDER BY position LIMIT ?"
_ANY: Final = "SELECT position FROM event WHERE position >= ? ORDER BY position LIMIT 1"
_ONE: Final = f"SELECT {COLUMNS} FROM event WHERE position = ?"
_HEAD: Final = "SELECT coalesce(max(position), 0) FROM event"


def read_after(db: sqlite3.Connection, after: int, limit: int) -> list[Columns]:
    """Rows after a position, in order, up to the next damage; if it is right there, those behind it. Empty if there are
    no more that can be read. In a text, bytes that are no UTF-8 are replaced. A row whose number has changed is left
    out where it stands. Raises sqlite3.Error for anything but damage."""
    first: int | None = after + 1
    while first is not None:
        rows, damage = _until_damage(db, _FROM, (first, limit))
        if (
            not rows and damage and limit > 1
        ):  # Python fetches a row ahead, so the last one before it went unseen
            rows, damage = _until_damage(db, _FROM, (first, 1))
        if whole := [row for row in ascending(rows, first) if is_whole(row)]:
            return whole
        if rows:
            last = max(row[0] for row in rows)
            first = last + 1 if last >= first else None
        elif damage:
            first = _behind(db, first, damage)
        else:
            break
    return []


def ascending(rows: Sequence[Columns], first: int) -> Sequence[Columns]:
    """As many as possible whose positions ascend: SQLite takes the order of rows on a page as it is. (The longest
    increasing subsequence, by patience sorting.)"""
    if all(one[0] < other[0] for one, other in pairwise(rows)) and (not rows or rows[0][0] >= first):
        return rows
    lasts: list[int] = []
    chains: list[list[Columns]] = []
    for row in rows:
        if row[0] >= first:
            length = bisect_left(lasts, row[0])
            chain = [*(chains[length - 1] if length else ()), row]
            lasts[length : length + 1], chains[length : length + 1] = [row[0]], [chain]
    return chains[-1] if chains else []


def read_each(db: sqlite3.Connection, positions: Sequence[int]) -> list[Columns]:
    """Those of the rows that can be read, in order of the positions. Raises sqlite3.Error for anything but damage."""
    rows = (row for position in positions for row in _until_damage(db, _ONE, (position,))[0])
    return [row for row in rows if is_whole(row)]


def _until_damage(
    db: sqlite3.Connection, sql: str, parameters: Sequence[object]
) -> tuple[list[Columns], sqlite3.DatabaseError | None]:
    rows: list[Columns] = []
    try:
        rows.extend(db.execute(sql, parameters))
    except sqlite3.DatabaseError as error:
        if "UTF-8" in str(error) and db.text_factory is str:
            return _leniently(db, sql, parameters)
        if not is_unreadable(error):
            raise
        return rows, error
    return rows, None


def _leniently(
    db: sqlite3.Connection, sql: str, parameters: Sequence[object]
) -> tuple[list[Columns], sqlite3.DatabaseError | None]:
    db.text_factory = replaced
    try:
        return _until_damage(db, sql, parameters)
    finally:
        db.text_factory = str


def is_whole(row: Columns) -> bool:
    """Of a page that is cut off, SQLite reads the rest as zeros, and their columns as NULL."""
    position, event_id, stream, version, _, name, _, data, correlation, _, recorded = row
    return (
        type(event_id) is type(correlation) is bytes
        and type(stream) is type(name) is type(data) is str
        and type(position) is type(version) is type(recorded) is int
    )


def _behind(db: sqlite3.Connection, lost: int, damage: sqlite3.DatabaseError) -> int | None:
    """The first position after a lost one from which something can be read; None: there is nothing more."""
    try:
        (head,) = db.execute(_HEAD).fetchone()
    except sqlite3.DatabaseError:  # its end is damaged as well
        head = 2 * lost + CAREFULLY
    step, tries, low, high = 1, 0, lost, lost + 1
    while high <= head and not _readable(db, high):
        tries += 1
        step = 2 * step if tries > CAREFULLY or "IOERR" in damage.sqlite_errorname else step
        low, high = high, high + step
    if high > head and not _readable(db, high := head):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _readable(db, middle) else (middle, high)
    return high if high > lost else None


def _readable(db: sqlite3.Connection, first: int) -> bool:
    """Whether nothing is damaged right at a position. Raises sqlite3.Error for anything but damage."""
    try:
        db.execute(_ANY, (first,)).fetchone()
    except sqlite3.DatabaseError as error:
        if not is_unreadable(error):
            raise
        return False
    return True
