"""Photos whose contents are known, seen as the album sees them: for `ops/bench/quality.py` and `ops/calibrate.py`.

The folder has a `labels.csv` with the columns `file`, `class_index`, `source`, `in_imagenet_train` and `real_labels`
(further classes that are right too, separated by `;`). `ALBUMEN_LABELLED` names it; else `../shared/photos/labelled`.
"""

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import numpy as np
from PIL import Image, ImageOps

from ops.bench.decode import make
from ops.bench.measure import Unmeasurable, smoke
from services.gateway.reading.look import look
from services.gateway.reading.photo import Photo
from services.inference.preprocess import load, pixels
from services.kernel.paths import preview_path
from services.knowledge import taxonomy

ROOT = Path(__file__).resolve().parents[2]
NAMED: Final = "ALBUMEN_LABELLED"
LIST: Final = "labels.csv"
COLUMNS: Final = ("file", "class_index", "source", "in_imagenet_train", "real_labels")
Array = np.ndarray[Any, np.dtype[Any]]


class Labelled(NamedTuple):
    path: Path
    class_index: int
    source: str
    known: bool
    """The network may have been trained on it."""
    categories: frozenset[str]
    """Those and the groups that are right."""


@contextmanager
def labelled() -> Iterator[list[Labelled]]:
    """For a smoke run: pictures of nothing, made now. Raises Unmeasurable."""
    if smoke():
        with TemporaryDirectory() as made:
            _make(Path(made))
            yield _listed(Path(made))
        return
    folder = Path(os.environ.get(NAMED) or ROOT.parent / "shared" / "photos" / "labelled")
    if not (folder / LIST).is_file():
        raise Unmeasurable(
            f"There are no photos whose contents are known in {folder}. Set {NAMED} to a folder that has them and a"
            f" {LIST} with the columns {', '.join(COLUMNS)}; ops/bench/labelled.py says what each holds."
        )
    yield _listed(folder)


def _listed(folder: Path) -> list[Labelled]:
    """Raises Unmeasurable when one of them is not there."""
    of_class = taxonomy.load().of_class
    with (folder / LIST).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if gone := [row["file"] for row in rows if not (folder / row["file"]).is_file()]:
        raise Unmeasurable(
            f"{folder / LIST} names photos that are not there: {gone[0]}, {len(gone)} in all. "
            f"Put them beside it, or set {NAMED} to another folder."
        )
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


def _make(folder: Path) -> None:
    with (folder / LIST).open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for number in range(24):
            make(folder / f"{number}.jpg", number)
            table.writerow((f"{number}.jpg", (207, 281)[number % 2], "made", "no", ""))


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
