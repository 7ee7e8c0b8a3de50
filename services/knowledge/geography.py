"""Offline reverse geocoding: the city that a point lies in or near, its region, its country and its time zone.

The data is one file of 2 MB (built by `ops/places.py`, sources in `data/NOTICE`), loaded on first use: 200,000 cities
in bands of latitude, sorted by longitude within each band, so that those around a point are a few slices; and the
countries as a half-degree raster, for points with no city nearby. Pure.
"""

import gzip
import io
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
"""Radius searched first: no city extends further."""
DEGREE_KM: Final = 111.2
BANDS: Final = 10
"""Bands of latitude per degree."""
STEP: Final = 100
"""Cities' coordinates are in hundredths of a degree, and points are rounded to those: about a kilometre."""
ZONE_KM: Final = 300.0
"""Radius searched for a time zone. Most land without a city in it is in the zone of the nearest one."""
RASTER: Final = 2
"""Raster cells per degree."""
REACH: Final = 10
"""A city's radius (`reaches`) is in tenths of a kilometre."""
AT_SEA: Final = "At sea"


class Spot(msgspec.Struct, frozen=True):
    city: str
    """Empty if none is near."""
    country: str
    """Its English name, or AT_SEA."""
    code: str
    """ISO 3166, two letters; empty at sea."""
    region: str = ""
    """The English name of the first-level division that the city is in: state, province; empty if it isn't known."""


class World(msgspec.Struct, frozen=True):
    bands: "array[int]"
    """Where each band begins, from the south."""
    latitudes: "array[int]"
    longitudes: "array[int]"
    reaches: bytes
    countries: bytes
    """Each city's index in `nations`."""
    names: bytes
    ends: "array[int]"
    nations: list[tuple[str, str]]
    """(code, name) of countries; the first stands for none."""
    raster: bytes
    zones: "array[int]"
    """Each city's index in `zone_names`."""
    zone_names: list[str]
    """By IANA."""
    regions: "array[int]"
    """Each city's index in `region_names`."""
    region_names: list[str]

    def city(self, number: int) -> Spot:
        code, country = self.nations[self.countries[number]]
        begin = self.ends[number - 1] if number else 0
        region = self.region_names[self.regions[number]]
        return Spot(self.names[begin : self.ends[number]].decode(), country, code, region)

    def slice_of(self, band: int, west: float, east: float) -> range:
        """The cities of a band between two longitudes."""
        begin, end = self.bands[band], self.bands[band + 1]
        return range(
            bisect_left(self.longitudes, west * STEP, begin, end),
            bisect_right(self.longitudes, east * STEP, begin, end),
        )

    def around(self, latitude: float, longitude: float, km: float) -> Iterator[tuple[float, int]]:
        """(distance in km, city) of all cities within `km`, and a few more."""
        narrow = max(math.cos(math.radians(latitude)), 0.01)
        high = km / DEGREE_KM
        wide = min(high / narrow, 180.0)
        first, last = (
            max(0, min(180 * BANDS - 1, int((latitude + at + 90) * BANDS))) for at in (-high, high)
        )
        for turn in (0, 360, -360):  # across the date line
            west, east = longitude - wide + turn, longitude + wide + turn
            if east < -180 or west > 180:
                continue
            for band in range(first, last + 1):
                for number in self.slice_of(band, west, east):
                    apart = abs(self.longitudes[number] / STEP - longitude)
                    apart = min(apart, 360 - apart) * narrow
                    up = self.latitudes[number] / STEP - latitude
                    yield math.sqrt(up * up + apart * apart) * DEGREE_KM, number


@lru_cache(maxsize=1)
def world() -> World:
    content = (files("services.knowledge") / "data" / "places.gz").read_bytes()
    file = io.BytesIO(gzip.decompress(content))
    head = json.loads(file.readline())
    parts = [file.read(size) for size in head["sizes"]]
    bands, latitudes, longitudes, reaches, countries, lengths, names, raster, zones, regions = parts
    cities = (array("I", bands), array("h", latitudes), array("h", longitudes), reaches, countries, names)
    nations = [(code, name) for code, name in head["countries"]]
    ends = array("I", accumulate(lengths))
    named = (array("H", zones), head["zones"], array("H", regions), head["regions"])
    return World(*cities, ends, nations, raster, *named)


NO_FIX: Final = 0.001
"""Degrees around 0, 0, in the open sea: cameras that don't know their position write that, or almost that."""


def valid(latitude: float | None, longitude: float | None) -> bool:
    """Whether it is a point on the earth, and not the one of cameras without a fix."""
    if latitude is None or longitude is None or max(abs(latitude), abs(longitude)) < NO_FIX:
        return False
    return abs(latitude) <= 90 and abs(longitude) <= 180  # false for NaN


def spot(latitude: float, longitude: float) -> Spot:
    """The place of a valid point."""
    return _spot(round(latitude * STEP), round(longitude * STEP))


@lru_cache(maxsize=20_000)
def _spot(north: int, east: int) -> Spot:
    """The city; else the country; else the sea."""
    latitude, longitude = north / STEP, east / STEP
    earth = world()
    number = _city(latitude, longitude)
    if number is not None:
        return earth.city(number)
    code, name = earth.nations[_nation(latitude, longitude)]
    return Spot("", name or AT_SEA, code)


def _city(latitude: float, longitude: float) -> int | None:
    """The one whose radius it is deepest within; else the nearest; None if none is near."""
    earth = world()
    for km in (NEAR_KM, FAR_KM):
        around = list(earth.around(latitude, longitude, km))
        within = [
            (apart * REACH / reach, n) for apart, n in around if apart * REACH <= (reach := earth.reaches[n])
        ]
        if within:
            return min(within)[1]
        if around and (nearest := min(around))[0] <= km:
            return nearest[1]
    return None


def _nation(latitude: float, longitude: float) -> int:
    """The country's index; 0 at sea."""
    row = min(int((90 - latitude) * RASTER), 180 * RASTER - 1)
    column = min(int((longitude + 180) * RASTER), 360 * RASTER - 1)
    return world().raster[row * 360 * RASTER + column]


def zone_of(latitude: float, longitude: float) -> str:
    """The IANA time zone of a valid point (`Europe/Rome`): that of its city; else of the nearest one in its country; at
    sea, of the nearest one; empty if none is within ZONE_KM."""
    return _zone_of(round(latitude * STEP), round(longitude * STEP))


@lru_cache(maxsize=20_000)
def _zone_of(north: int, east: int) -> str:
    latitude, longitude = north / STEP, east / STEP
    earth = world()
    number = _city(latitude, longitude)
    if number is None:
        nation = _nation(latitude, longitude)
        around = (
            (km, n)
            for km, n in earth.around(latitude, longitude, ZONE_KM)
            if km <= ZONE_KM and (not nation or earth.countries[n] == nation)
        )
        number = min(around, default=(0.0, None))[1]
    return "" if number is None else earth.zone_names[earth.zones[number]]
