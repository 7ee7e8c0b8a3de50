"""Copies what the pages take from npm into web/static/vendor: python ops/assets.py NODE_MODULES VENDOR.

Nothing is compiled: htmx as published, its extension behind it in the same file (htmx begins in a timer when it is
deferred, so an extension in a file of its own may come too late), PhotoSwipe as published, one SVG sprite of the few
Lucide icons that the templates name (<use href="/static/…/vendor/icons.svg#search">), the installed app's icons, and
the map of the world: Natural Earth's coast and borders (world-atlas, public domain), as paths in the plane of
services/knowledge/mercator.py. Each file is written under another name and then moved into place, so that a gateway
serving meanwhile never sends half a file.
"""

from __future__ import annotations

import io
import json
import math
import re
import sys
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    pass

SCRIPTS = ("htmx.org/dist/htmx.min.js", "htmx.org/dist/ext/hx-sse.min.js")
FILES = ("photoswipe/dist/photoswipe.esm.min.js", "photoswipe/dist/photoswipe.css")

ICONS = (
    "activity",
    "aperture",
    "arrow-down",
    "arrow-up",
    "arrow-up-down",
    "calendar",
    "camera",
    "check",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "chevron-up",
    "combine",
    "copy",
    "cpu",
    "download",
    "eye",
    "eye-off",
    "file",
    "file-x",
    "folder",
    "folder-x",
    "globe",
    "hard-drive",
    "history",
    "image",
    "images",
    "image-plus",
    "info",
    "keyboard",
    "mail-warning",
    "map-pin",
    "maximize",
    "menu",
    "message-square-text",
    "minus",
    "monitor-down",
    "moon",
    "pause",
    "pencil",
    "play",
    "plus",
    "refresh-cw",
    "rotate-ccw",
    "search",
    "settings",
    "sliders-horizontal",
    "sparkles",
    "star",
    "sun",
    "tag",
    "tags",
    "trash-2",
    "undo-2",
    "x",
)

RENAMED = {
    "alert-triangle": "triangle-alert",
    "check-circle-2": "circle-check",
    "more-horizontal": "ellipsis",
}
"""Our id, and the name under which Lucide publishes that drawing today."""

SVG = re.compile(r'<svg\b[^>]*?\bviewBox="(?P<box>[^"]+)"[^>]*>(?P<body>.*)</svg>\s*\Z', re.DOTALL)


def symbol(name: str, svg: str) -> str:
    """One icon as a <symbol>; how it is stroked comes from the page's CSS (fill none, stroke currentColor).

    Raises ValueError when the text holds no <svg> with a viewBox, as when the package changed its layout.
    """
    found = SVG.search(svg)
    if found is None:
        raise ValueError(f"{name}.svg of lucide-static is not a plain <svg> any more; mend ops/assets.py")
    body = " ".join(found["body"].split())
    return f'<symbol id="{name}" viewBox="{found["box"]}">{body}</symbol>'


def sprite(icons: Path) -> str:
    """All icons in the order of their ids; FileNotFoundError names one that Lucide does not have."""
    sources = {name: name for name in ICONS} | RENAMED
    symbols = [symbol(name, (icons / f"{sources[name]}.svg").read_text("utf-8")) for name in sorted(sources)]
    opening = '<!-- Copyright (c) Lucide Icons and Contributors, ISC licence -->\n<svg xmlns="http://www.w3.org/2000/svg">'
    return "\n".join([opening, *symbols, "</svg>\n"])


MAPS = {"world.svg": ("countries-110m.json", 10), "world-near.svg": ("countries-50m.json", 3)}
"""Two drawings: of the whole world, and for closer looks; the file that each is made of, and its grain."""
SIDE = 36_000
"""Of the map's square (services/knowledge/mercator.py, which a test holds to this)."""

Point = tuple[float, float]
Ring = list[Point]
"""Longitude and latitude; the first point is the last."""


def arcs(topology: dict[str, Any]) -> list[Ring]:
    """Lines of TopoJSON: each point is told as steps from the one before it."""
    (across, up), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * across + west, y * up + south))
        found.append(line)
    return found


def rings(topology: dict[str, Any], geometry: dict[str, Any]) -> list[Ring]:
    """The outlines of a Polygon or MultiPolygon, holes too. An arc's number below zero: it is gone backwards.

    What crosses the date line goes on behind 180°, and what goes round a pole is led down to it: the package's outlines
    are those of a globe.
    """
    lines = arcs(topology)
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    found = []
    for numbers in (ring for polygon in polygons for ring in polygon):
        ring: Ring = []
        for number in numbers:
            line = lines[number] if number >= 0 else lines[~number][::-1]
            ring += line[bool(ring) :]
        ring = unrolled(ring)
        if abs(ring[-1][0] - ring[0][0]) > 180:
            ring += [(ring[-1][0], -90.0), (ring[0][0], -90.0), ring[0]]
        found.append(ring)
    return found


def unrolled(line: Ring) -> Ring:
    """No step is longer than half the earth."""
    found = line[:1]
    for longitude, latitude in line[1:]:
        found.append((longitude - 360 * round((longitude - found[-1][0]) / 360), latitude))
    return found


def flat(point: Point) -> Point:
    """In Mercator's plane: the world between 85° north and south is a square."""
    longitude, latitude = point
    latitude = max(-85.0511, min(85.0511, latitude))
    north = math.asinh(math.tan(math.radians(latitude)))
    return (longitude + 180) / 360 * SIDE, (1 - north / math.pi) / 2 * SIDE


def path(lines: Iterable[Ring], grain: int, closed: bool) -> str:
    """An SVG path; steps of less than the grain are left out, and lines that have none left."""
    drawn = []
    for line in lines:
        points = [tuple(round(value / grain) * grain for value in flat(point)) for point in line]
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points) if a != b]
        if len(steps) > (2 if closed else 0):
            said = " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-")
            drawn.append(f"M{points[0][0]} {points[0][1]}l{said}{'z' if closed else ''}")
    return "".join(drawn)


def world(topology: dict[str, Any], grain: int) -> str:
    """The land, each piece a path of its own, so that what is out of sight costs nothing; and borders of countries."""
    land = topology["objects"]["land"]["geometries"][0]
    pieces = [drawn for ring in rings(topology, land) if (drawn := path([ring], grain, closed=True))]
    used: dict[int, int] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        for number in {n if n >= 0 else ~n for polygon in polygons for ring in polygon for n in ring}:
            used[number] = used.get(number, 0) + 1
    lines = arcs(topology)
    borders = path(
        (unrolled(lines[number]) for number in sorted(used) if used[number] > 1), grain, closed=False
    )
    return "\n".join(
        (
            "<!-- Made with Natural Earth (public domain), by way of world-atlas -->",
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">',
            '<g id="land">' + "".join(f'<path d="{piece}"/>' for piece in pieces) + "</g>",
            f'<path id="borders" fill="none" vector-effect="non-scaling-stroke" d="{borders}"/>',
            "</svg>\n",
        )
    )


MARK = 32
"""Side of the square that the mark is drawn in, as in web/static/favicon.svg."""
INK, EGG, YOLK = "#1c1c1f", "#f6f1e6", "#f2b134"
APP_ICONS = {"icon-192.png": (192, False), "icon-512.png": (512, False), "icon-maskable.png": (512, True)}
"""File -> (pixels, whether a system cuts its own shape out of it: then the ink goes to the edge). The maskable one is
also what iPhones take."""


def app_icon(size: int, masked: bool) -> bytes:
    """favicon.svg's mark as a PNG, drawn at four times the size."""
    from PIL import Image, ImageDraw

    side = size * 4
    image = Image.new("RGBA", (side, side), INK if masked else "#0000")
    draw = ImageDraw.Draw(image)
    shrink = 0.78 if masked else 1.0

    def at(x: float, y: float) -> tuple[float, float]:
        return (side * (0.5 + (x / MARK - 0.5) * shrink), side * (0.5 + (y / MARK - 0.5) * shrink))

    if not masked:
        draw.rounded_rectangle((*at(2, 2), *at(30, 30)), side / 4, fill=INK)
    right = [_bezier((16, 6), (20.4, 6), (24, 11.7), (24, 17.2), step / 64) for step in range(65)]
    left = [_bezier((8, 17.2), (8, 11.7), (11.6, 6), (16, 6), step / 64) for step in range(65)]
    draw.polygon([at(*point) for point in right + left], fill=EGG)
    draw.pieslice((*at(8, 9.2), *at(24, 25.2)), 0, 180, fill=EGG)
    draw.ellipse((*at(12, 14), *at(20, 22)), fill=YOLK)
    out = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _bezier(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    x, y = (
        (1 - t) ** 3 * a[axis]
        + 3 * (1 - t) ** 2 * t * b[axis]
        + 3 * (1 - t) * t**2 * c[axis]
        + t**3 * d[axis]
        for axis in (0, 1)
    )
    return x, y


def put(target: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part."""
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(content)
    part.replace(target)


def main(node_modules: Path, vendor: Path) -> None:
    """Fill VENDOR, made if it is missing; files that it held and that are not made any more are removed."""
    vendor.mkdir(parents=True, exist_ok=True)
    scripts = [(node_modules / script).read_bytes() for script in SCRIPTS]
    files = {Path(SCRIPTS[0]).name: b"\n".join(scripts)}
    files |= {Path(name).name: (node_modules / name).read_bytes() for name in FILES}
    files |= {name: app_icon(*how) for name, how in APP_ICONS.items()}
    files["icons.svg"] = sprite(node_modules / "lucide-static" / "icons").encode()
    for name, (source, grain) in MAPS.items():
        topology = json.loads((node_modules / "world-atlas" / source).read_text("utf-8"))
        files[name] = world(topology, grain).encode()
    for name, content in files.items():
        put(vendor / name, content)
    for stale in {path.name for path in vendor.iterdir()} - files.keys():
        (vendor / stale).unlink()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python ops/assets.py NODE_MODULES VENDOR")
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except (OSError, ValueError) as problem:
        sys.exit(f"The web libraries could not be copied: {problem}")
