"""Copies what the pages take from npm into web/static/vendor: python ops/assets.py NODE_MODULES VENDOR.

Nothing is bundled or compiled: files of htmx and PhotoSwipe as published, and one SVG sprite of the few Lucide icons
that the templates name (<use href="/static/vendor/icons.svg#search">). Each file is written under another name and
then moved into place, so that a gateway serving meanwhile never sends half a file.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

FILES = (
    *("htmx.org/dist/htmx.min.js", "htmx.org/dist/ext/hx-sse.min.js"),
    *("photoswipe/dist/photoswipe.esm.min.js", "photoswipe/dist/photoswipe.css"),
)

ICONS = (
    "activity",
    "aperture",
    "arrow-down",
    "arrow-up",
    "calendar",
    "camera",
    "check",
    "chevron-left",
    "chevron-right",
    "copy",
    "cpu",
    "download",
    "eye",
    "eye-off",
    "file",
    "folder",
    "history",
    "image",
    "images",
    "image-plus",
    "info",
    "map-pin",
    "maximize",
    "menu",
    "moon",
    "pause",
    "pencil",
    "play",
    "plus",
    "rotate-ccw",
    "search",
    "settings",
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


def put(target: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part."""
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(content)
    part.replace(target)


def main(node_modules: Path, vendor: Path) -> None:
    """Fill VENDOR, made if it is missing; files that it held and that are not made any more are removed."""
    vendor.mkdir(parents=True, exist_ok=True)
    files = {Path(name).name: (node_modules / name).read_bytes() for name in FILES}
    files["icons.svg"] = sprite(node_modules / "lucide-static" / "icons").encode()
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
