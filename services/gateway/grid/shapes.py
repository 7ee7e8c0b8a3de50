"""Classes of tiles: a photo's width over its height, and whether it is tiny."""

from typing import Final

from services.knowledge.aspects import hundredths

TINY: Final = 160
"""Pixels of height below which a row could enlarge a picture more than twice."""


def shape(width: int, height: int) -> str:
    """The aspect class nearest to width : height (both at least 1); `tiny` if it has so few pixels."""
    return f"r{hundredths(width, height):03}{' tiny' if height < TINY else ''}"
