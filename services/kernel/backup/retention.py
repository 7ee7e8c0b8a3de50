"""Which backups are kept: the last three, and the newest of each of 14 days, 8 weeks and 12 months. Pure.

Days, weeks (ISO 8601) and months without a backup don't count, as in restic's `forget --keep-daily`: an album that
nobody opens for a year loses nothing.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

Period = Callable[[datetime], tuple[int, ...]]
RULES: Final[tuple[tuple[int, Period], ...]] = (
    (3, lambda at: (int(at.timestamp()),)),
    (14, lambda at: (at.year, at.month, at.day)),
    (8, lambda at: tuple(at.isocalendar()[:2])),
    (12, lambda at: (at.year, at.month)),
)
"""(how many, of which period). Three, because the newest may turn out to be damaged."""


def keep(times: Iterable[datetime]) -> set[datetime]:
    """Those of the times, all in one time zone, whose backups are kept."""
    newest_first = sorted(times, reverse=True)
    result: set[datetime] = set()
    for number, period in RULES:
        newest: dict[tuple[int, ...], datetime] = {}
        for at in newest_first:
            newest.setdefault(period(at), at)
        result.update(list(newest.values())[:number])
    return result
