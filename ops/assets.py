"""Fills web/static/vendor from npm packages: python ops/assets.py NODE_MODULES VENDOR.

Nothing is compiled: htmx as published, followed by its extension in the same file (a deferred htmx starts from a timer,
so an extension in a file of its own may load too late), PhotoSwipe as published, one SVG sprite of the Lucide icons
that the templates use (<use href="/static/…/vendor/icons.svg#search">), the installed app's icons, and the world map:
Natural Earth's coastlines and borders (world-atlas, public domain), as paths in the plane of
services/knowledge/mercator.py. Each file is written under a temporary name and renamed, so that a running gateway never
serves half a file.
"""

from __future__ import annotations

import io
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

SCRIPTS = ("htmx.org/dist/htmx.min.js", "htmx.org/dist/ext/hx-sse.min.js")
FILES = ("photoswipe/dist/photoswipe.esm.min.js", "photoswipe/dist/photoswipe.css")

ICONS = (
    *("activity", "aperture", "arrow-down", "arrow-up", "arrow-up-down"),
    *("book-image", "calendar", "camera", "check"),
    *("chevron-down", "chevron-left", "chevron-right", "chevron-up", "circle-help", "clipboard-copy"),
    *("columns-2", "combine", "copy", "copy-plus", "cpu", "download"),
    *("eye", "eye-off", "file", "file-text", "file-x", "flip-vertical-2", "folder"),
    *("folder-x", "globe", "graduation-cap"),
    *("grip-vertical", "hard-drive", "heart", "history", "image", "image-plus", "images", "info"),
    *("keyboard", "list-filter", "mail-warning", "map-pin", "maximize"),
    *("menu", "message-square-text", "minus"),
    *("monitor-down", "monitor-play", "moon", "pause", "pencil", "play", "plus", "refresh-cw"),
    *(
        "rotate-ccw",
        "rotate-cw",
        "search",
        "settings",
        "share-2",
        "sliders-horizontal",
        "sparkles",
        "star",
        "sun",
    ),
    *("tag", "tags", "timer", "trash-2", "undo-2", "x"),
)

RENAMED = {
    "alert-triangle": "triangle-alert",
    "check-circle-2": "circle-check",
    "more-horizontal": "ellipsis",
}
"""Our id -> the name under which Lucide publishes that icon today."""

SVG = re.compile(r'<svg\b[^>]*?\bviewBox="(?P<box>[^"]+)"[^>]*>(?P<body>.*)</svg>\s*\Z', re.DOTALL)


def symbol(name: str, svg: str) -> str:
    """One icon as a <symbol>; the page's CSS sets its stroke (fill none, stroke currentColor).

    Raises ValueError if the text is no <svg> with a viewBox, as after a change of the package's layout.
    """
    match = SVG.search(svg)
    if match is None:
        raise ValueError(f"{name}.svg of lucide-static is no longer a plain <svg>; fix ops/assets.py")
    body = " ".join(match["body"].split())
    return f'<symbol id="{name}" viewBox="{match["box"]}">{body}</symbol>'


def sprite(icons: Path) -> str:
    """All icons, sorted by id. Raises FileNotFoundError for one that Lucide does not have."""
    sources = {name: name for name in ICONS} | RENAMED
    symbols = [symbol(name, (icons / f"{sources[name]}.svg").read_text("utf-8")) for name in sorted(sources)]
    opening = '<!-- Copyright (c) Lucide Icons and Contributors, ISC licence -->\n<svg xmlns="http://www.w3.org/2000/svg">'
    return "\n".join([opening, *symbols, "</svg>\n"])


MAPS = {"world.svg": ("countries-110m.json", 10), "world-near.svg": ("countries-50m.json", 3)}
"""Map (for the whole world, and for closer views) -> its source file and grain."""
SIDE = 36_000
"""Side of the map's square; a test keeps services/knowledge/mercator.py equal."""

Point = tuple[float, float]
Ring = list[Point]
"""Points as (longitude, latitude); the first and last are equal."""


def arcs(topology: dict[str, Any]) -> list[Ring]:
    """Decode TopoJSON's arcs, which are delta-encoded if there is a transform."""
    if "transform" not in topology:
        return [[(x, y) for x, y in arc] for arc in topology["arcs"]]
    (across, up), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    lines = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * across + west, y * up + south))
        lines.append(line)
    return lines


def rings(topology: dict[str, Any], geometry: dict[str, Any]) -> list[Ring]:
    """The outlines of a Polygon or MultiPolygon, holes included. A negative arc index means the reversed arc.

    The package's outlines are those of a globe: one that crosses the date line continues beyond 180°, and one around a
    pole is closed by way of the pole.
    """
    lines = arcs(topology)
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    outlines = []
    for numbers in (ring for polygon in polygons for ring in polygon):
        ring: Ring = []
        for number in numbers:
            line = lines[number] if number >= 0 else lines[~number][::-1]
            ring += line[bool(ring) :]
        ring = unrolled(ring)
        if abs(ring[-1][0] - ring[0][0]) > 180:
            ring += [(ring[-1][0], -90.0), (ring[0][0], -90.0), ring[0]]
        outlines.append(ring)
    return outlines


def unrolled(line: Ring) -> Ring:
    """Shift longitudes by multiples of 360° so that no step is longer than half way round the earth."""
    points = line[:1]
    for longitude, latitude in line[1:]:
        points.append((longitude - 360 * round((longitude - points[-1][0]) / 360), latitude))
    return points


def flat(point: Point) -> Point:
    """Project onto Mercator's plane, where the world between 85° north and south is a square."""
    longitude, latitude = point
    latitude = max(-85.0511, min(85.0511, latitude))
    north = math.asinh(math.tan(math.radians(latitude)))
    return (longitude + 180) / 360 * SIDE, (1 - north / math.pi) / 2 * SIDE


def path(lines: Iterable[Ring], grain: int, closed: bool) -> str:
    """An SVG path, rounded to the grain; lines that collapse are left out."""
    drawn = []
    for line in lines:
        points = [tuple(round(value / grain) * grain for value in flat(point)) for point in line]
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points) if a != b]
        if len(steps) > (2 if closed else 0):
            deltas = " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-")
            drawn.append(f"M{points[0][0]} {points[0][1]}l{deltas}{'z' if closed else ''}")
    return "".join(drawn)


def world(topology: dict[str, Any], grain: int) -> str:
    """The land, one path per piece so that pieces out of sight cost nothing, and the borders between countries."""
    land = topology["objects"]["land"]["geometries"][0]
    pieces = [drawn for ring in rings(topology, land) if (drawn := path([ring], grain, closed=True))]
    used: Counter[int] = Counter()
    for country in topology["objects"]["countries"]["geometries"]:
        polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        used.update({n if n >= 0 else ~n for polygon in polygons for ring in polygon for n in ring})
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
"""Side of the logo's square, as in web/static/favicon.svg."""
INK, EGG, YOLK = "#1c1c1f", "#f6f1e6", "#f2b134"
APP_ICONS = {"icon-192.png": (192, False), "icon-512.png": (512, False), "icon-maskable.png": (512, True)}
"""File -> (side in pixels, maskable: the system cuts out its own shape, so the ink reaches the edge). iPhones use the
maskable one, too."""


def app_icon(size: int, masked: bool) -> bytes:
    """favicon.svg's logo as a PNG, drawn at four times the size and scaled down."""
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
    """Replace a file atomically: readers see the old content or the new, never a part."""
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(content)
    part.replace(target)


def main(node_modules: Path, vendor: Path) -> None:
    """Fill VENDOR, creating it if needed; files that are no longer made are removed."""
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
