"""The plane of the map: Mercator's, a square of 36,000 units.

Mercator's, as it keeps shapes right at every zoom, so that going closer is nothing but another `viewBox`; degrees drawn
as they are would squash Norway to half its width. It can't show the poles: beyond 85° all lies on the edge.
"""

import math
from typing import Final

SIDE: Final = 36_000.0
HIGHEST: Final = 85.0511
"""Degrees north and south at which the plane is as high as it is wide."""


def flat(latitude: float, longitude: float) -> tuple[float, float]:
    """x from the date line eastwards, y from the north."""
    bound = math.radians(max(-HIGHEST, min(HIGHEST, latitude)))
    return (longitude + 180) / 360 * SIDE, (1 - math.asinh(math.tan(bound)) / math.pi) / 2 * SIDE


def round_(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude; x may lie beyond the edge, as after a way over the date line."""
    latitude = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / SIDE))))
    return latitude, (x / SIDE * 360) % 360 - 180
