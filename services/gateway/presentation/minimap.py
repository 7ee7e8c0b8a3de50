"""The small map on a photo's page: what part of the world it shows, and where the dot is."""

from typing import Final

import msgspec

from services.gateway.queries.clusters import box
from services.knowledge.geography import valid
from services.knowledge.mercator import SIDE, flat

ZOOM: Final = 5.0
"""A country's shape around the dot is what tells where it is."""
TALL: Final = 0.5


class MinimapView(msgspec.Struct, frozen=True):
    x: float
    y: float
    width: float
    height: float
    dot: tuple[float, float]
    turns: list[float]
    """Where the world is drawn: once more beyond the date line."""


def minimap_view(latitude: float | None, longitude: float | None) -> MinimapView | None:
    """None for what is no point of the earth."""
    if latitude is None or longitude is None or not valid(latitude, longitude):
        return None
    shown = box(latitude, longitude, ZOOM, TALL)
    turns = [turn for turn in (-SIDE, 0.0, SIDE) if -SIDE < turn - shown.x < shown.width]
    return MinimapView(shown.x, shown.y, shown.width, shown.height, flat(latitude, longitude), turns)
