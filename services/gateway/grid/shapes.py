"""Aspect classes of tiles: how wide a photo is, as one of a hundred steps for which the style sheet has a line each."""

from typing import Final

NARROWEST: Final = 40
WIDEST: Final = 300
STEP: Final = 2
"""Aspect classes: width over height in hundredths, r040, r042, … r300; web/static/aspects.css has a line for each."""


def shape(width: int, height: int) -> str:
    """The aspect class nearest to width : height (both at least 1)."""
    return f"r{hundredths(width / height):03}"


def hundredths(ratio: float) -> int:
    """Of an aspect class."""
    return max(NARROWEST, min(WIDEST, round(ratio * 100 / STEP) * STEP))
