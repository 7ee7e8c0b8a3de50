"""The map's projection: Mercator, onto a square of 36,000 units.

Mercator preserves shapes at every zoom, so zooming in only takes another `viewBox`; plain degrees would stretch Norway
to twice its width. It can't show the poles: anything beyond 85° lies on the edge.
"""

import math
from typing import Final

SIDE: Final = 36_000.0
HIGHEST: Final = 85.0511
"""Degrees north and south at which the plane is as high as it is wide."""


def flat(latitude: float, longitude: float) -> tuple[float, float]:
    """x eastwards from the date line, y southwards from the north edge."""
    bound = math.radians(max(-HIGHEST, min(HIGHEST, latitude)))
    return (longitude + 180) / 360 * SIDE, (1 - math.asinh(math.tan(bound)) / math.pi) / 2 * SIDE


def round_(x: float, y: float) -> tuple[float, float]:
    """Latitude and longitude; x may lie beyond the edge, as after panning across the date line."""
    latitude = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / SIDE))))
    return latitude, (x / SIDE * 360) % 360 - 180
