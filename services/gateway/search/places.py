"""A point on the earth and a radius, in a search. Pure."""

import math
import re
from typing import Final

import msgspec

KM: Final = 10.0
"""Default radius."""
_NUMBER: Final = r"-?\d{1,5}(?:\.\d{1,12})?"


class Circle(msgspec.Struct, frozen=True):
    latitude: float
    longitude: float
    km: float

    @property
    def narrowing(self) -> float:
        """Length of a degree of longitude here, relative to the equator."""
        return math.cos(math.radians(self.latitude))


def place(value: str) -> Circle | None:
    """Parses `48.1,11.6` or `48.1,11.6,5`; None for anything else."""
    if not re.fullmatch(rf"{_NUMBER},\s*{_NUMBER}(,\s*{_NUMBER})?", value, re.ASCII):
        return None
    latitude, longitude, *rest = map(float, value.split(","))
    km = rest[0] if rest else KM
    if abs(latitude) > 90 or abs(longitude) > 180 or not 0 < km <= 20_100:
        return None
    return Circle(latitude, longitude, km)
