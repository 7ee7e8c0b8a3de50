"""Entries of the log that can't be read, and positions that it lacks."""

from typing import Final

import msgspec

from services.gateway.tables.pool import TablesDamaged, Views

LISTED: Final = 100
_COUNT: Final = "SELECT coalesce(sum(until - position + 1), 0) FROM set_aside"
_FIRST: Final = "SELECT position, until, type, reason, data FROM set_aside ORDER BY position LIMIT ?"
_LETTERS: Final = 2_000


class SetAside(msgspec.Struct, frozen=True, kw_only=True):
    position: int
    until: int
    """The last position of a range; mostly the same."""
    type: str
    """Of the event; empty for missing positions."""
    reason: str
    """The decoder's, in English."""
    data: str
    """As the log holds it, shortened; bytes that are no text are escaped."""


async def set_aside_count(views: Views) -> int:
    """How many entries; 0 while the tables can't say."""
    try:
        rows = await views.fetch(_COUNT)
    except TablesDamaged:  # or they are of an earlier version
        return 0
    return int(rows[0][0]) if rows else 0


async def set_aside(views: Views) -> list[SetAside]:
    """The first of them; none while the tables can't say."""
    try:
        rows = await views.fetch(_FIRST, (LISTED,))
    except TablesDamaged:
        return []
    return [
        SetAside(
            position=position,
            until=until,
            type=name,
            reason=reason,
            data=data[:_LETTERS].decode("utf-8", "backslashreplace"),
        )
        for position, until, name, reason, data in rows
    ]
