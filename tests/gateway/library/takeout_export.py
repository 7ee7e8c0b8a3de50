"""Real and made Takeout exports that lie beside the working tree, where there are any: a fresh clone has none."""

import csv
import os
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[3]
PLACES = (os.environ.get("ALBUMEN_SHARED", ""), str(ROOT / "shared"), str(ROOT.parent / "shared"))


class Row(NamedTuple):
    media: str
    sidecar: str
    """Empty where there is none that can be read."""
    taken_utc_from_sidecar: str
    latitude: str
    longitude: str
    description: str
    favorited: str
    archived: str
    trashed: str
    album: str
    note: str


def folder() -> Path | None:
    exports = (Path(place, "photos/takeout") for place in PLACES if place)
    return next((export for export in exports if (export / "EXPECTED.csv").is_file()), None)


def rows() -> list[Row]:
    export = folder()
    if export is None:
        return []
    with (export / "EXPECTED.csv").open(encoding="utf-8", newline="") as table:
        return [Row(**row) for row in csv.DictReader(table)]
