"""Photos whose contents are known, seen as the album sees them: for `ops/bench/quality.py` and `ops/calibrate.py`.

The folder has a `labels.csv` with the columns `file`, `class_index`, `source`, `in_imagenet_train` and `real_labels`
(further classes that are right too, separated by `;`). `ALBUMEN_LABELLED` names it; else `../shared/photos/labelled`.
"""

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageOps

from services.gateway.library.look import look
from services.gateway.library.photo import Photo
from services.inference.preprocess import load, pixels
from services.kernel.paths import preview_path
from services.knowledge import taxonomy

ROOT = Path(__file__).resolve().parents[2]
Array = np.ndarray[Any, np.dtype[Any]]


class Labelled(NamedTuple):
    path: Path
    class_index: int
    source: str
    known: bool
    """The network may have been trained on it."""
    categories: frozenset[str]
    """Those and the groups that are right."""


def labelled() -> list[Labelled]:
    """Raises FileNotFoundError when there is no such folder."""
    folder = Path(os.environ.get("ALBUMEN_LABELLED", ROOT.parent / "shared" / "photos" / "labelled"))
    of_class = taxonomy.load().of_class
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        Labelled(
            folder / row["file"],
            int(row["class_index"]),
            row["source"],
            row["in_imagenet_train"] != "no",
            frozenset(
                category
                for index in [row["class_index"], *row["real_labels"].split(";")]
                if index.strip()
                for category in of_class(int(index))
            ),
        )
        for row in rows
    ]


def from_previews(photos: list[Labelled], side: int) -> Array:
    """uint8 [n, side, side, 3], by way of the previews that a scan makes."""
    return np.stack(list(_previewed(photos, side)))


def _previewed(photos: list[Labelled], side: int) -> Iterator[Array]:
    with TemporaryDirectory() as previews:
        for photo in photos:
            seen = look(str(photo.path.parent), photo.path.name, Path(previews))
            assert isinstance(seen, Photo), (photo.path, seen)
            yield load(preview_path(Path(previews), seen.image_id), side)


def decoded_whole(photos: list[Labelled], side: int) -> Array:
    """The same without previews: decoded at full size."""
    found = []
    for photo in photos:
        with Image.open(photo.path) as picture:
            found.append(pixels(np.asarray(ImageOps.exif_transpose(picture).convert("RGB")), side))
    return np.stack(found)
