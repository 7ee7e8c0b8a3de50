"""Sort keys of photos within an album: strings that compare as text, with room for another between any two.

A photo's rank derives from the event that added it, so albums in their original order need nothing extra. Moved photos
get ranks between those of their new neighbours and all others keep theirs: reordering an album of 15,000 photos
changes only the rows moved, and replaying gives the same rows. (The idea is Jira's LexoRank.)
"""

from typing import Final

_DIGITS: Final = "0123456789abcdef"


def added(position: int, place: int) -> str:
    """Rank of the photo at index `place` within the event at `position` of the log."""
    return f"{position:012x}{place:05x}"


def between(low: str, high: str, count: int, position: int) -> list[str]:
    """`count` ascending ranks above `low` (empty: at the start) and below `high`.

    `position`: of the latest event that the order is based on; including it makes new ranks differ from all earlier
    ones.
    """
    start = _middle(low, high)
    return [f"{start}{position:08x}{place:05x}" for place in range(count)]


def end(position: int) -> str:
    """Above all ranks made up to `position`, below all later ones."""
    return f"{position + 1:012x}"


def _middle(low: str, high: str) -> str:
    """A short string between two, such that anything beginning with it lies between them as well."""
    word = ""
    for place in range(max(len(low), len(high)) + 1):
        below = _DIGITS.index(low[place]) if place < len(low) else 0
        above = _DIGITS.index(high[place]) if place < len(high) and high.startswith(word) else 16
        if above - below > 1:
            return word + _DIGITS[(below + above) // 2]
        word += _DIGITS[below]
    return word + "8"
