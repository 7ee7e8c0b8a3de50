"""The photos in a part of the map, clustered where they would overlap."""

import math
from typing import Any, Final

import msgspec

from services.gateway.queries.covers import DULL, WORTH
from services.gateway.tables.pool import Views, cached
from services.knowledge.mercator import SIDE, flat, round_

ACROSS: Final = 10
"""Default number of clusters that fit side by side on a map."""
FEWEST: Final = 4
MOST_ACROSS: Final = 16
TALL: Final = 10 / 16
"""Default ratio of a map's height to its width."""
TALLEST: Final = 3.0
DEEPEST: Final = 15
"""Highest zoom. At zoom 0 the whole world is as wide as the map; each step doubles the scale."""
CLOSEST: Final = 6
"""Highest zoom for showing all photos: coasts and borders should still reveal where that is."""
CLOSE: Final = 0.8
"""Fraction of a grid cell: clusters closer together than this are merged."""


class Box(msgspec.Struct, frozen=True):
    """A part of the plane (knowledge/mercator.py). It may extend across the date line."""

    x: float
    y: float
    width: float
    height: float

    @property
    def zoom(self) -> float:
        """0: the whole world; each step doubles the scale."""
        return math.log2(SIDE / self.width)

    @property
    def middle(self) -> tuple[float, float]:
        """Latitude and longitude."""
        return round_(self.x + self.width / 2, self.y + self.height / 2)


class Cluster(msgspec.Struct, frozen=True):
    x: float
    y: float
    west: float
    north: float
    east: float
    south: float
    """West, north, east and south: the bounding box of its photos."""
    count: int
    image_id: str
    """The photo that represents it."""
    colour: str
    label: str
    """English name of that photo's place."""
    city: str
    country: str
    code: str
    """Its parts, as in `geography.Spot`."""
    several: bool
    """Whether its photos have different labels."""


_CLUSTERS: Final = f"""WITH {DULL} SELECT CAST(l.x / ?1 AS INTEGER) AS column, CAST(l.y / ?1 AS INTEGER) AS line,
    count(*), avg(l.x), avg(l.y), min(l.x), min(l.y), max(l.x), max(l.y), max({WORTH}), i.image_id, i.colour, l.label,
    l.city, l.country, l.code, min(l.label) <> max(l.label)
  FROM located l CROSS JOIN image i USING (image_id)
  WHERE i.visible = 1 AND l.x BETWEEN ?2 AND ?3 AND l.y BETWEEN ?4 AND ?5 GROUP BY column, line ORDER BY column, line"""
_EXTENT: Final = """SELECT l.x, l.y FROM located l CROSS JOIN image i USING (image_id) WHERE i.visible = 1
  ORDER BY l.x"""


def box(latitude: float, longitude: float, zoom: float, tall: float = TALL) -> Box:
    """The part of the plane around a point, clamped to the plane's northern and southern edges."""
    width = SIDE / 2 ** max(0.0, min(float(DEEPEST), zoom))
    height = min(width * tall, SIDE)
    x, y = flat(latitude, longitude)
    return Box(x - width / 2, max(0.0, min(SIDE - height, y - height / 2)), width, height)


@cached
async def clusters(views: Views, part: Box, across: int = ACROSS) -> list[Cluster]:
    """West to east, on a grid that stays fixed while the map is panned."""
    cell = SIDE / 2 ** round(math.log2(SIDE / part.width)) / across
    every: list[Cluster] = []
    for turn in (-SIDE, 0.0, SIDE):  # the same places repeat beyond the date line
        west, east = max(0.0, part.x - turn), min(SIDE, part.x + part.width - turn)
        if west < east:
            rows = await views.fetch(_CLUSTERS, (cell, west, east, part.y, part.y + part.height))
            every += [_cluster(row, turn) for row in rows]
    return _apart(every, cell * CLOSE)


def _cluster(row: tuple[Any, ...], turn: float) -> Cluster:
    _, _, count, x, y, west, north, east, south, _, image_id, colour, label, city, country, code, several = (
        row
    )
    within = west + turn, north, east + turn, south
    place = label, city, country, code
    return Cluster(x + turn, y, *within, count, image_id, colour, *place, bool(several))


def _apart(every: list[Cluster], least: float) -> list[Cluster]:
    """Merges clusters that would overlap; the larger one keeps its position."""
    kept: list[Cluster] = []
    for one in sorted(every, key=lambda c: (-c.count, c.x, c.y)):
        for place, other in enumerate(kept):
            if math.hypot(one.x - other.x, one.y - other.y) < least:
                kept[place] = _joined(other, one)
                break
        else:
            kept.append(one)
    return sorted(kept, key=lambda c: (c.x, c.y))


def _joined(large: Cluster, small: Cluster) -> Cluster:
    return msgspec.structs.replace(
        large,
        count=large.count + small.count,
        west=min(large.west, small.west),
        north=min(large.north, small.north),
        east=max(large.east, small.east),
        south=max(large.south, small.south),
        several=large.several or small.several or large.label != small.label,
    )


@cached
async def everywhere(views: Views) -> Box | None:
    """The smallest part of the map that shows all photos; None if no photo has a position."""
    points = await views.fetch(_EXTENT)
    if not points:
        return None
    across = [x for x, _ in points]
    steps = [(b - a, b) for a, b in zip(across, [*across[1:], across[0] + SIDE], strict=True)]
    gap, begin = max(steps)  # the widest stretch without photos is left out
    width = SIDE - gap
    north, south = min(y for _, y in points), max(y for _, y in points)
    wide = min(SIDE, max(width * 1.25, (south - north) * 1.3 / TALL, SIDE / 2**CLOSEST))
    latitude, longitude = round_(begin % SIDE + width / 2, (north + south) / 2)
    return box(latitude, longitude, math.log2(SIDE / wide))
