"""The names on a part of the map: chosen by rank, in the page's language, none over another or over a photo.

The server places them, so that they are there without scripts. Distances on the screen depend on the zoom alone, so a
map that is dragged keeps its names; after a zoom, map.js fetches those of the new one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

import msgspec

from services.gateway.i18n.language import code
from services.gateway.presentation.place_names import city_name, in_country, region_name
from services.gateway.queries.clusters import Box, Cluster
from services.knowledge import atlas
from services.knowledge.atlas import Named
from services.knowledge.mercator import SIDE

CELL: Final = 88
"""Pixels of the screen for a cluster, as in map.js."""
MOST_NAMES: Final = 160
"""Names on the map, including its margins."""
MARGIN: Final = 0.35
"""Share of the map's width and height on each side where names are placed, too, for when it's dragged."""
SIZES: Final = {"water": 12.0, "country": 14.0, "region": 11.0, "city": 12.0}
"""Pixels of type, as in map.css."""
GLYPHS: Final = {"water": 0.58, "country": 0.74, "region": 0.66, "city": 0.68}
"""Mean width of a letter in a wide typeface, of the size of type; one of Chinese, Japanese or Korean is as wide as it
is high."""
GAP: Final = 4.0
"""Pixels around a name."""
PIN: Final = (-29.0, -36.0, 40.0, 29.0)
"""West, north, east and south edge of a photo on the map with its number, in pixels from its middle."""
DOT: Final = 3.0
"""Radius of a city's dot, in pixels."""
PIN_NAME: Final = (33.0, 46.0)
"""North and south edge of the name below a photo, from its middle."""
FITS: Final = {"country": 0.8, "region": 1.2}
"""A country or region is named where it's this wide at least, compared to its name."""
SMALL: Final = 5
"""From this zoom on, all countries are named: the islands, too."""
REGIONS: Final = 4
"""From this zoom on, regions are named."""
WATER_ZOOMS: Final = 5
"""Zooms at which a sea is named: later it fills the map, or its middle is far away."""

NAME_RANKS: Final = ("water", "country", "large city", "region", "small country", "city")
"""What is placed first. Large cities are named on the map that is one zoom wider, too."""
LARGE: Final = 40.0
"""Pixels. A country that is smaller, such as the Vatican, gives way to cities."""

Anchor = Literal["start", "middle", "end"]
Rect = tuple[float, float, float, float]
"""West, north, east, south, in pixels."""


class MapName(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    text: str
    x: float
    y: float
    """In the plane."""
    x_percent: float
    y_percent: float
    """Of the map's width and height."""
    anchor: Anchor
    right: float
    down: float
    """Where the text begins, in pixels from the point."""


class MapNames(msgspec.Struct, frozen=True):
    labels: list[MapName]
    pins: dict[str, str]
    """Of photos, given by their ids: what stands below them."""


def map_names(view: Box, across: int, pins: Sequence[Cluster]) -> MapNames:
    """`across`: how many clusters fit side by side, which tells how wide the map is on the screen."""
    scale = across * CELL / view.width
    clear = _Clear(_pins(pins, scale))
    below = dict(_below(pins, scale, clear))
    return MapNames(_labels(view, scale, clear), below)


def _below(pins: Sequence[Cluster], scale: float, clear: "_Clear") -> Iterator[tuple[str, str]]:
    """(photo, name): the city of each cluster that lies in one; of several in the same city, of the largest."""
    named = set[tuple[str, str]]()
    for one in sorted(pins, key=lambda one: -one.count):
        city = one.code, one.city
        if one.city and city not in named:
            named.add(city)
            text = city_name(one.city, one.code)
            half, y = _width(text, "city") / 2, one.y * scale
            x = one.x * scale
            if not one.several and clear.take((x - half, y + PIN_NAME[0], x + half, y + PIN_NAME[1])):
                yield one.image_id, text


def _labels(view: Box, scale: float, clear: "_Clear") -> list[MapName]:
    placed: list[MapName] = []
    for one, x in _candidates(view, scale):
        if len(placed) == MOST_NAMES:
            break
        text = _text(one)
        width = _width(text, one.kind)
        if not _fits(one, width, scale, view.zoom):
            continue
        for anchor, right, down in _places(one):
            if clear.take(_rect(one.kind, x * scale, one.y * scale, (right, down, width), anchor)):
                placed.append(_label(one, text, x, view, anchor, right, down))
                break
    return placed


def _candidates(view: Box, scale: float) -> Iterator[tuple[Named, float]]:
    """(what, its x around this view), the most important first."""
    wide = min(view.width * MARGIN, (SIDE - view.width) / 2)  # no place twice, as map.js shows it once
    high = view.height * MARGIN
    ranks: dict[str, list[tuple[Named, float]]] = defaultdict(list)
    for turn in (-SIDE, 0.0, SIDE):
        west, east = max(0.0, view.x - wide - turn), min(SIDE, view.x + view.width + wide - turn)
        if west < east:
            part = west, view.y - high, east, view.y + view.height + high
            large = set(atlas.cities_named(*part, view.zoom - 1))
            for one in (*atlas.fixed(*part), *atlas.cities_named(*part, view.zoom)):
                ranks[_rank(one, scale, large)].append((one, one.x + turn))
    for rank in NAME_RANKS:
        yield from ranks[rank]


def _rank(one: Named, scale: float, large: set[Named]) -> str:
    if one.kind == "country" and one.size * scale < LARGE:
        return "small country"
    return "large city" if one in large else one.kind


def _fits(one: Named, width: float, scale: float, zoom: float) -> bool:
    match one.kind:
        case "water":
            return one.size <= zoom < one.size + WATER_ZOOMS
        case "country":
            return zoom >= SMALL or one.size * scale >= width * FITS[one.kind]
        case "region":
            return zoom >= REGIONS and one.size * scale >= width * FITS[one.kind]
    return True


def _width(text: str, kind: str) -> float:
    return len(text) * SIZES[kind] * (GLYPHS[kind] if text < "\u1100" else 1.0)


def _text(one: Named) -> str:
    match one.kind:
        case "water":
            return atlas.water_name(one, code())
        case "country":
            return in_country(one.country, one.country)
        case "region":
            return region_name(one.english, one.country)
    return city_name(one.english, one.country)


def _places(one: Named) -> Iterator[tuple[Anchor, float, float]]:
    """(anchor, pixels to the right and down): beside, above or below a city's dot, or in the middle."""
    if one.kind == "city":
        yield from (("start", 6, 4), ("end", -6, 4), ("middle", 0, -7), ("middle", 0, 15))
    else:
        yield "middle", 0, 4


def _rect(kind: str, x: float, y: float, text: tuple[float, float, float], anchor: Anchor) -> Rect:
    """Of the text (right, down, width) and a city's dot."""
    right, down, width = text
    west = x + right - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    north, south = y + down - SIZES[kind], y + down + 3
    if kind == "city":
        return min(west, x - DOT), min(north, y - DOT), max(west + width, x + DOT), max(south, y + DOT)
    return west, north, west + width, south


def _pins(pins: Iterable[Cluster], scale: float) -> list[Rect]:
    west, north, east, south = PIN
    return [(p.x * scale + west, p.y * scale + north, p.x * scale + east, p.y * scale + south) for p in pins]


class _Clear:
    """The part of the screen that nothing lies on yet."""

    def __init__(self, covered: list[Rect]) -> None:
        self._covered = covered

    def take(self, rect: Rect) -> bool:
        """Whether it was free; it no longer is."""
        west, north, east, south = rect[0] - GAP, rect[1] - GAP, rect[2] + GAP, rect[3] + GAP
        if any(w < east and west < e and n < south and north < s for w, n, e, s in self._covered):
            return False
        self._covered.append(rect)
        return True


def _label(one: Named, text: str, x: float, view: Box, anchor: Anchor, right: float, down: float) -> MapName:
    return MapName(
        kind=one.kind,
        text=text,
        x=x,
        y=one.y,
        x_percent=(x - view.x) / view.width * 100,
        y_percent=(one.y - view.y) / view.height * 100,
        anchor=anchor,
        right=right,
        down=down,
    )
