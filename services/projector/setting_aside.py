"""An entry of the log that can't be read is no reason to show nothing: it is kept as it is, with the reason, and all
others are projected. The same for positions that the log lacks."""

from collections.abc import Iterable
from typing import Final

from services.kernel.log.codec import BrokenEvent, UnknownEvent
from services.projector.rows.statement import Changes, Parameters, Statement, Table

UNREADABLE: Final = (
    *(UnknownEvent, BrokenEvent, ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError),
)
"""What a damaged entry may cause: it does not decode, or its values make no sense to a projection."""
ASIDE: Final = Statement(
    Table("set_aside", 1),
    """INSERT INTO set_aside (position, until, type, reason, data) VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (position) DO UPDATE SET until = excluded.until, type = excluded.type, reason = excluded.reason,
        data = excluded.data""",
)
_MOST: Final = 2**63


def undecodable(position: int, name: str, data: str | bytes, error: Exception) -> Changes:
    content = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    reason = str(error) or type(error).__name__
    return [(ASIDE, (position, position, str(name), reason, content))]


def absent_range(first: int, last: int) -> Changes:
    """No entry has these positions."""
    return [(ASIDE, (first, last, "", "missing", b""))]


def require_storable(rows: Iterable[Parameters]) -> None:
    """Raises OverflowError or UnicodeEncodeError for values that SQLite can't hold, which JSON can."""
    for row in rows:
        for value in row:
            if type(value) is int and not -_MOST <= value < _MOST:
                raise OverflowError(f"{value} is too large a number")
            if type(value) is str and not value.isascii():
                value.encode()
