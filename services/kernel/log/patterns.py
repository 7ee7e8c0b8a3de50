"""Appends that rest on many streams at once, as a name that must be free does on those of all categories.

Among the versions that an append expects, `category-*` stands for every stream whose name begins so: nothing may have
been appended to any of them after the position that is given.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Final

from services.kernel.log.envelope import Envelope

ANY: Final = "*"
_LATEST: Final = "SELECT coalesce(max(position), 0) FROM event WHERE position > ? AND stream GLOB ?"


def matches(pattern: str, stream: str) -> bool:
    return pattern.endswith(ANY) and stream.startswith(pattern.removesuffix(ANY))


def latest(db: sqlite3.Connection, expected: Mapping[str, int], rows: Iterable[Envelope]) -> dict[str, int]:
    """Pattern -> the last position in its streams, 0 if nothing came after the one that is expected. `rows`: about to
    be appended in the same transaction."""
    positions = {}
    for pattern, since in expected.items():
        if pattern.endswith(ANY):
            (last,) = db.execute(_LATEST, (since, pattern)).fetchone()
            positions[pattern] = max([last, *(row.position for row in rows if matches(pattern, row.stream))])
    return positions
