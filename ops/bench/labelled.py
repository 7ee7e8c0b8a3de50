"""Labelled photos, read as the album reads them: for `ops/bench/quality.py` and `ops/calibrate.py`.

Their folder is `ALBUMEN_LABELLED`, by default `../shared/photos/labelled`. It contains a `labels.csv` with the columns
`file`, `class_index`, `source`, `in_imagenet_train` and `real_labels` (further correct classes, separated by `;`).
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from PIL import Image, ImageOps

from ops.bench.photo_lists import PhotoList, Row
from services.gateway.reading.photo import Photo, Rejected
from services.gateway.workers.pool import WorkerPool
from services.inference.preprocess import load, pixels
from services.kernel.paths import preview_path
from services.knowledge import taxonomy

Array = np.ndarray[Any, np.dtype[Any]]


class Labelled(NamedTuple):
    path: Path
    class_index: int
    source: str
    known: bool
    """Whether the network may have been trained on it."""
    categories: frozenset[str]
    """The correct categories and groups."""


class Pictured(Protocol):
    @property
    def path(self) -> Path: ...


PHOTOS: Final = PhotoList(
    "ALBUMEN_LABELLED",
    "labelled",
    ("file", "class_index", "source", "in_imagenet_train", "real_labels"),
    lambda number: ((207, 281)[number % 2], "made", "no", ""),
    24,
)


@contextmanager
def labelled() -> Iterator[list[Labelled]]:
    """In a smoke run, synthetic images. Raises Unmeasurable."""
    with PHOTOS.opened() as (folder, rows):
        yield [_labelled(folder, row) for row in rows]


def _labelled(folder: Path, row: Row) -> Labelled:
    of_class = taxonomy.load().of_class
    return Labelled(
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


def from_previews(photos: Sequence[Pictured], side: int) -> Array:
    """uint8 [n, side, side, 3], read from previews as made by a scan."""
    with TemporaryDirectory() as folder:
        return np.stack([load(preview, side) for preview in previews(photos, Path(folder))])


def previews(photos: Sequence[Pictured], folder: Path) -> list[Path]:
    """As made by a scan; `folder`: for them."""
    results = asyncio.run(_read(photos, folder))
    for photo, result in zip(photos, results, strict=True):
        assert isinstance(result, Photo), (photo.path, result)
    return [preview_path(folder, result.image_id) for result in results if isinstance(result, Photo)]


async def _read(photos: Sequence[Pictured], previews: Path) -> list[Photo | Rejected]:
    pool = WorkerPool(previews)
    try:
        return [await pool.read(photo.path.parent, photo.path.name) for photo in photos]
    finally:
        await pool.close()


def decoded_whole(photos: list[Labelled], side: int) -> Array:
    """The same from the originals, decoded at full size."""
    arrays = []
    for photo in photos:
        with Image.open(photo.path) as picture:
            arrays.append(pixels(np.asarray(ImageOps.exif_transpose(picture).convert("RGB")), side))
    return np.stack(arrays)
