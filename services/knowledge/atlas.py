"""What the map names, and where: seas and lakes, countries, regions, cities. Pure.

The tables are `data/labels.tsv` (countries and regions, built by `ops/atlas.py`) and `data/waters.tsv`; cities are
those of `geography.py`, whose size follows from how far each extends.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final, Literal, NamedTuple

from services.knowledge.geography import BANDS, REACH, STEP, world
from services.knowledge.mercator import SIDE, flat, round_
from services.knowledge.toponyms import LANGUAGES

LARGE_ONLY: Final = 7
"""Below this zoom only the large cities are looked at."""
_LARGEST_KM: Final = 24.0
"""Cities that extend this far are named at FIRST."""
_FIRST: Final = 1.2
"""Zoom at which the largest cities are named."""
_THINNED: Final = 3**0.5
"""With each zoom, the radius from which cities are named shrinks by this: a third of the population."""


class Named(NamedTuple):
    """Something with a name, at a point of the plane (mercator.py)."""

    kind: Literal["water", "country", "region", "city"]
    country: str
    """Code; empty for waters."""
    english: str
    """Empty for countries, which the code names."""
    x: float
    y: float
    size: float
    """Of countries and regions: the square root of the area in the plane. Of cities: radius in km. Of waters: the
    zoom from which it is named."""
    others: tuple[str, ...] = ()
    """Of waters: names in the order of toponyms.LANGUAGES."""


@cache
def waters() -> tuple[Named, ...]:
    named = []
    for english, latitude, longitude, zoom, *others in _rows("waters.tsv"):
        x, y = flat(float(latitude), float(longitude))
        named.append(Named("water", "", english, x, y, float(zoom), tuple(others)))
    return tuple(named)


@cache
def lands() -> tuple[Named, ...]:
    """Countries and regions, the largest first."""
    named = [
        Named("country" if kind == "country" else "region", code, name, float(x), float(y), float(size))
        for kind, code, name, x, y, size in _rows("labels.tsv")
    ]
    return tuple(sorted(named, key=lambda one: -one.size))


def fixed(west: float, north: float, east: float, south: float) -> list[Named]:
    """Waters, countries and regions of a part of the plane."""
    return [one for one in (*waters(), *lands()) if west <= one.x <= east and north <= one.y <= south]


def water_name(water: Named, language: str) -> str:
    return water.others[LANGUAGES.index(language)] if language in LANGUAGES else water.english


def cities_named(west: float, north: float, east: float, south: float, zoom: float) -> list[Named]:
    """Those to be named in a part of the plane, the largest first. West and east lie on the plane, from 0 to SIDE."""
    least = round(_LARGEST_KM / _THINNED ** (zoom - _FIRST) * REACH)
    numbers = _large() if zoom < LARGE_ONLY else _within(west, north, east, south)
    earth = world()
    among = [(-earth.reaches[number], number) for number in numbers if earth.reaches[number] >= least]
    named = [_city(number) for _, number in sorted(among)]
    return [one for one in named if west <= one.x <= east and north <= one.y <= south]


def _city(number: int) -> Named:
    earth = world()
    city = earth.city(number)
    x, y = flat(earth.latitudes[number] / STEP, earth.longitudes[number] / STEP)
    return Named("city", city.code, city.city, x, y, earth.reaches[number] / REACH)


@cache
def _large() -> tuple[int, ...]:
    """Numbers of the cities that may be named below LARGE_ONLY."""
    earth = world()
    least = round(_LARGEST_KM / _THINNED ** (LARGE_ONLY - _FIRST) * REACH)
    return tuple(number for number, reach in enumerate(earth.reaches) if reach >= least)


def _within(west: float, north: float, east: float, south: float) -> Iterator[int]:
    earth = world()
    high, low = round_(0, north)[0], round_(0, south)[0]
    first, last = west / SIDE * 360 - 180, east / SIDE * 360 - 180
    for band in range(max(0, int((low + 90) * BANDS)), min(180 * BANDS - 1, int((high + 90) * BANDS)) + 1):
        yield from earth.slice_of(band, first, last)


def _rows(name: str) -> Iterator[list[str]]:
    table = (files("services.knowledge") / "data" / name).read_text("utf-8")
    return (line.split("\t") for line in table.splitlines())
