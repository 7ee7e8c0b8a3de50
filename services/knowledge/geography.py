"""Where a point on the earth is, in names: the city that it lies in or near, and the country.

All of it comes from one file of 2 MB (`ops/places.py` makes it, `data/NOTICE` says of what), read when the first point
is asked for: 200,000 cities in bands of latitude, within a band by longitude, so that those around a point are a few
slices; and the countries as a raster of half degrees, for where no city is near. Pure.
"""

import gzip
import json
import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate
from typing import Final

import msgspec

FAR_KM: Final = 50.0
"""A city further away is not named."""
NEAR_KM: Final = 25.0
"""Looked at first: no city reaches further."""
DEGREE_KM: Final = 111.2
BANDS: Final = 10
"""Of latitude, in a degree."""
STEP: Final = 100
"""Coordinates of cities are hundredths of degrees, those of points are rounded to them: a kilometre."""
RASTER: Final = 2
"""Cells of the raster in a degree."""
REACH: Final = 10
"""How far a city reaches is told in tenths of a kilometre."""
AT_SEA: Final = "At sea"


class Spot(msgspec.Struct, frozen=True):
    city: str
    """Empty where none is near."""
    country: str
    """Its English name, or AT_SEA."""
    code: str
    """ISO 3166, two letters; empty at sea."""


class _World(msgspec.Struct, frozen=True):
    bands: "array[int]"
    """Where each begins, from the south."""
    latitudes: "array[int]"
    longitudes: "array[int]"
    reaches: bytes
    countries: bytes
    """Of each city: its place in `names` of countries."""
    names: bytes
    ends: "array[int]"
    known: list[tuple[str, str]]
    """(code, name) of countries; the first is none."""
    raster: bytes

    def city(self, number: int) -> Spot:
        code, country = self.known[self.countries[number]]
        begin = self.ends[number - 1] if number else 0
        return Spot(self.names[begin : self.ends[number]].decode(), country, code)

    def around(self, latitude: float, longitude: float, km: float) -> Iterator[tuple[float, int]]:
        """(kilometres, city) of those at most so far away, and a few more."""
        narrow = max(math.cos(math.radians(latitude)), 0.01)
        high = km / DEGREE_KM
        wide = min(high / narrow, 180.0)
        first, last = (
            max(0, min(180 * BANDS - 1, int((latitude + at + 90) * BANDS))) for at in (-high, high)
        )
        ranges = [(longitude - wide, longitude + wide)]
        ranges += [
            (longitude - wide + turn, longitude + wide + turn) for turn in (360, -360)
        ]  # the date line
        for west, east in ranges:
            if east < -180 or west > 180:
                continue
            for band in range(first, last + 1):
                begin, end = self.bands[band], self.bands[band + 1]
                for number in range(
                    bisect_left(self.longitudes, west * STEP, begin, end),
                    bisect_right(self.longitudes, east * STEP, begin, end),
                ):
                    apart = abs(self.longitudes[number] / STEP - longitude)
                    apart = min(apart, 360 - apart) * narrow
                    up = self.latitudes[number] / STEP - latitude
                    yield math.sqrt(up * up + apart * apart) * DEGREE_KM, number


@lru_cache(maxsize=1)
def _world() -> _World:
    content = (files("services.knowledge") / "data" / "places.gz").read_bytes()
    head, rest = gzip.decompress(content).split(b"\n", 1)
    said = json.loads(head)
    parts: list[bytes] = []
    for size in said["sizes"]:
        parts.append(rest[:size])
        rest = rest[size:]
    bands, latitudes, longitudes, reaches, countries, lengths, names, raster = parts
    numbers = array("h", latitudes), array("h", longitudes)
    starts = array("I", bands)
    return _World(
        starts,
        *numbers,
        reaches,
        countries,
        names,
        array("I", accumulate(lengths)),
        [(code, name) for code, name in said["countries"]],
        raster,
    )


def valid(latitude: float | None, longitude: float | None) -> bool:
    """Whether it is a point of the earth. Cameras without a fix write 0, 0, so that is none."""
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return False
    return abs(latitude) <= 90 and abs(longitude) <= 180  # NaN is neither


def spot(latitude: float, longitude: float) -> Spot:
    """Of a valid point."""
    return _spot(round(latitude * STEP), round(longitude * STEP))


@lru_cache(maxsize=20_000)
def _spot(north: int, east: int) -> Spot:
    """The city that it lies in, deepest by what each reaches; else the nearest; else the country; else the sea."""
    latitude, longitude = north / STEP, east / STEP
    world = _world()
    for km in (NEAR_KM, FAR_KM):
        around = list(world.around(latitude, longitude, km))
        within = [
            (apart * REACH / reach, n) for apart, n in around if apart * REACH <= (reach := world.reaches[n])
        ]
        if within:
            return world.city(min(within)[1])
        if around and (nearest := min(around))[0] <= km:
            return world.city(nearest[1])
    row = min(int((90 - latitude) * RASTER), 180 * RASTER - 1)
    column = min(int((longitude + 180) * RASTER), 360 * RASTER - 1)
    code, name = world.known[world.raster[row * 360 * RASTER + column]]
    return Spot("", name or AT_SEA, code)
