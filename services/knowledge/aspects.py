"""Aspect ratios by which the grid lays photos out: width over height in hundredths, in steps for which the style sheet
has a line. Python and SQL work them out in whole numbers, so that both come to the same."""

from typing import Final

NARROWEST: Final = 40
WIDEST: Final = 300
STEP: Final = 2
"""In hundredths: classes r040, r042, … r300, each with a line in web/static/aspects.css."""


def hundredths(width: int, height: int) -> int:
    """The class nearest to width : height (both at least 1), the wider of two."""
    return max(NARROWEST, min(WIDEST, (200 // STEP * width + height) // (2 * height) * STEP))


HUNDREDTHS: Final = (
    f"max({NARROWEST}, min({WIDEST}, ({200 // STEP} * width + height) / (2 * height) * {STEP}))"
)
"""The same of a row with `width` and `height`, in SQL."""
