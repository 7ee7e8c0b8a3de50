"""The days on which something changed, and how much."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from services.domain.subject import Section
from services.gateway.history.kinds import ABOUT

SECTION_OF: Final[dict[str, Section]] = {name: section for section, names in ABOUT.items() for name in names}
"""Event type -> what it is counted as; one that is in several sections, as the last of them."""


class ChangedDay(msgspec.Struct, frozen=True):
    day: str
    """ISO 8601, by the computer's clock."""
    counts: dict[Section, int]
    """Actions by what they are about."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def by_day(actions: Iterable[tuple[str, int]]) -> list[ChangedDay]:
    """`actions`: (event type, microseconds since 1970), oldest first."""
    days: dict[str, Counter[Section]] = {}
    for name, at in actions:
        if section := SECTION_OF.get(name):
            days.setdefault(datetime.fromtimestamp(at / 1e6).date().isoformat(), Counter())[section] += 1
    return [ChangedDay(day, dict(counts)) for day, counts in sorted(days.items())]
