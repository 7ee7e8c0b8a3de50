"""The small map on a photo's page: which part of the world it shows, and where the dot is."""

from typing import Final

import msgspec

from services.gateway.queries.clusters import box
from services.knowledge.geography import valid
from services.knowledge.mercator import SIDE, flat

ZOOM: Final = 5.0
"""Far enough out to recognise a country's shape around the dot."""
TALL: Final = 0.5


class MinimapView(msgspec.Struct, frozen=True):
    x: float
    y: float
    width: float
    height: float
    dot: tuple[float, float]
    turns: list[float]
    """Offsets at which the world is drawn: once more beyond the date line."""


def minimap_view(latitude: float | None, longitude: float | None) -> MinimapView | None:
    """None when the coordinates are missing or not a point on Earth."""
    if latitude is None or longitude is None or not valid(latitude, longitude):
        return None
    view = box(latitude, longitude, ZOOM, TALL)
    turns = [turn for turn in (-SIDE, 0.0, SIDE) if -SIDE < turn - view.x < view.width]
    return MinimapView(view.x, view.y, view.width, view.height, flat(latitude, longitude), turns)
