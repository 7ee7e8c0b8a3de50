"""What sorts photos within an album: words that compare as text, with room for another between any two.

A photo gets the place of the event that put it there, so nothing has to be written for albums that nobody ordered by
hand. Photos that are moved get words between those of their new neighbours, and all others keep theirs: an order of
15,000 photos changes by as many rows as were moved, and rows come out the same however often they are written. (The
idea is Jira's LexoRank.)
"""

from typing import Final

_DIGITS: Final = "0123456789abcdef"


def added(position: int, place: int) -> str:
    """Of the photo at `place` within the event at `position` of the log."""
    return f"{position:012x}{place:05x}"


def between(low: str, high: str, count: int, position: int) -> list[str]:
    """`count` ranks in order, above `low` (empty: nothing stands before) and below `high`.

    `position`: of the latest event that the order rests on. With it in them, ranks that are made later differ from all
    that were ever made.
    """
    start = _middle(low, high)
    return [f"{start}{position:08x}{place:05x}" for place in range(count)]


def end(position: int) -> str:
    """Above all ranks that were made up to `position`, below all that come later."""
    return f"{position + 1:012x}"


def _middle(low: str, high: str) -> str:
    """A short word between two, so that whatever begins with it is too."""
    word = ""
    for place in range(max(len(low), len(high)) + 1):
        below = _DIGITS.index(low[place]) if place < len(low) else 0
        above = _DIGITS.index(high[place]) if place < len(high) and high.startswith(word) else 16
        if above - below > 1:
            return word + _DIGITS[(below + above) // 2]
        word += _DIGITS[below]
    return word + "8"
