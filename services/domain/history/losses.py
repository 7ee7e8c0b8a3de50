"""What stands in the log in place of entries that were lost, and that a person chose how to go on without them."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final, Literal

from services.domain.subject import Event, Section
from services.kernel.sentence import Plural, Sentence, Spoken

Choice = Literal["recover", "accept", "restore", "begin-anew"]
"""How a person goes on when the log is not what it was."""

_NOTHING: Final[dict[Choice, Sentence]] = {
    "recover": Sentence("The log was repaired; nothing is lost"),
    "accept": Sentence("The log was accepted as it is"),
    "restore": Sentence("A backup of the log was restored; nothing is lost"),
    "begin-anew": Sentence("The library was started over"),
}
_LOST: Final[dict[Choice, Callable[[int], Plural]]] = {
    "recover": lambda number: Plural(
        "The log was repaired; %(num)s entry is lost",
        "The log was repaired; %(num)s entries are lost",
        number,
    ),
    "accept": lambda number: Plural(
        "The log was accepted as it is; %(num)s entry is lost",
        "The log was accepted as it is; %(num)s entries are lost",
        number,
    ),
    "restore": lambda number: Plural(
        "A backup of the log was restored; %(num)s entry after it is lost",
        "A backup of the log was restored; %(num)s entries after it are lost",
        number,
    ),
    "begin-anew": lambda number: Plural(
        "The library was started over; the log before it had %(num)s entry",
        "The library was started over; the log before it had %(num)s entries",
        number,
    ),
}
"""By how many entries are lost."""
LISTED: Final = 20
"""Ranges that are named; a disk that fails leaves many."""


def ranges(lost: Sequence[tuple[int, int]]) -> str:
    """`12–14, 20`: the first of them."""
    named = [f"{first}–{last}" if last > first else str(first) for first, last in lost[:LISTED]]
    return ", ".join([*named, *(["…"] if len(lost) > LISTED else [])])


def singly(positions: Sequence[int]) -> list[tuple[int, int]]:
    return [(position, position) for position in positions]


def coalesced(lost: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same in order, without borders between neighbours."""
    whole: list[tuple[int, int]] = []
    for first, last in sorted(lost):
        if whole and first <= whole[-1][1] + 1:
            before = whole.pop()
            first, last = before[0], max(before[1], last)
        whole.append((first, last))
    return whole


class EntryLost(Event, frozen=True, kw_only=True):
    """Keeps the position of an entry that nobody can read any more, so that positions have no gaps."""

    TYPE: ClassVar[str] = "entry_lost"
    STREAM: ClassVar[str] = "lost"

    def line(self) -> Spoken:
        return Sentence("An entry that was lost")


class LogRecovered(Event, frozen=True, kw_only=True):
    """The log had lost entries, and a person chose how to go on. From here on it is whole."""

    TYPE: ClassVar[str] = "log_recovered"
    STREAM: ClassVar[str] = "log"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ()
    choice: Choice
    lost: list[tuple[int, int]]
    """First and last positions of what is lost; both are part of it."""
    changed: list[int]
    """Positions of entries that are not as they were written, of which there was no better copy."""

    @property
    def count(self) -> int:
        """Of lost entries."""
        return sum(last - first + 1 for first, last in self.lost)

    def line(self) -> Spoken:
        return _LOST[self.choice](self.count) if self.lost else _NOTHING[self.choice]
