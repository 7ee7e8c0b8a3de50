"""Classes of tiles: a photo's width over its height, rounded to steps that the style sheet has a line for, and whether
it is tiny."""

from typing import Final

NARROWEST: Final = 40
WIDEST: Final = 300
STEP: Final = 2
"""In hundredths of width over height: classes r040, r042, … r300, each with a line in web/static/aspects.css."""
TINY: Final = 160
"""Pixels of height below which a row could enlarge a picture more than twice."""


def shape(width: int, height: int) -> str:
    """The aspect class nearest to width : height (both at least 1); `tiny` if it has so few pixels."""
    return f"r{hundredths(width / height):03}{' tiny' if height < TINY else ''}"


def hundredths(ratio: float) -> int:
    """A ratio of width to height in hundredths, rounded to the nearest aspect class."""
    return max(NARROWEST, min(WIDEST, round(ratio * 100 / STEP) * STEP))
