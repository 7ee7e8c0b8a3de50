"""A library of 200 photos, as events: dogs on even numbers, cats on multiples of five, even ones below 150 in an
album."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.domain.albums.events import AlbumCreated, ImagesAddedToAlbum
from services.domain.categories.decisions import CategoryAssigned, CategoryRejected
from services.domain.categories.events import CategoryCreated, CategoryDeleted, ThresholdSet
from services.domain.files.events import FileAdded, ImageImported
from services.domain.files.rejections import FileRejected
from services.domain.jobs.events import ClassificationFailed, ImageClassified
from services.domain.models.events import ModelActivated, ModelLoaded
from services.domain.subject import Event
from services.kernel import previews
from services.kernel.paths import preview_path
from services.kernel.settings import Settings
from tests.support.models import registered

COUNT = 200
HOSTILE = '"><script>alert(1)</script>&.jpg'
"""As a path this is a file in a folder, because no name contains a slash."""
ON_DISK = range(1, COUNT, 50)
"""Photos whose files exist."""
DOG, CAT, NOTHING = 207, 281, 410
"""Golden retriever, tabby, and a class without a category."""
MODELS = ("lite0", "lite1")
"""The first is active and has seen all photos; the second failed at photo 5."""


def image_id(number: int) -> str:
    """In the order of the numbers, spread over all parts of the library."""
    return f"{(number << 119) + number * 2654435761:032x}"


def taken(number: int) -> datetime:
    """Every third photo has the same time as the one before; all span about ten months."""
    return datetime(2015, 11, 20, 8, 30, tzinfo=UTC) + timedelta(hours=37 * (number - number % 3 // 2))


def preview_bytes(number: int) -> bytes:
    """No picture, but whole."""
    jpeg = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00preview\xff\xd9"
    return previews.marked(jpeg, image_id(number))


def photo_bytes(number: int) -> bytes:
    return b"\xff\xd8" + bytes([number % 256]) * (1000 + number)


def dog_score(number: int) -> float:
    return round(0.5 + number % 40 / 100, 2)


def classes(number: int) -> list[tuple[int, float]]:
    """The active model's verdict."""
    found = [(DOG, dog_score(number))] if number % 2 == 0 else []
    return [*found, (CAT, 0.4)] if number % 5 == 0 else found or [(NOTHING, 0.2)]


def path(number: int) -> str:
    return f"holiday/{HOSTILE if number == 7 else f'IMG_{number:04}.jpg'}"


def photo(number: int, root: Path, **facts: Any) -> Iterator[Event]:
    """Photo `number` as a scan finds it; `facts` override its metadata."""
    width, height = [(400, 300), (300, 400), (1600, 500)][number % 3]
    size = len(photo_bytes(number))
    fields: dict[str, Any] = {
        "format": "JPEG", "size": size, "width": width, "height": height, "colour": "#804020",
        "taken_at": taken(number).isoformat()[:19], "taken_at_source": "exif", "camera_make": "Make",
        "camera_model": "Model <3>", "f_number": 1.8, "exposure_s": 0.008, "iso": 64, "focal_mm": 4.4,
        "latitude": 46.5, "longitude": 7.5, "altitude_m": 400.0,
    }  # fmt: skip
    yield ImageImported(image_id=image_id(number), **(fields | facts))
    yield FileAdded(image_id=image_id(number), root=str(root), path=path(number), size=size, mtime_ns=1)


def verdict(number: int, *seen: tuple[int, float], model: str = MODELS[0], **said: Any) -> ImageClassified:
    return ImageClassified(
        image_id=image_id(number),
        model_id=model,
        weights_digest="abc",
        preprocessing_id="p1",
        classes=list(seen),
        **said,
    )


def models() -> Iterator[Event]:
    for name in MODELS:
        yield registered(name, digest="abc", preprocessing_id="p1")
        yield ModelLoaded(model_id=name, worker_id="w", device="CPU", precision="float32")
    yield ModelActivated(model_id=MODELS[0])


def library(root: Path) -> Iterator[Event]:
    """The person set two thresholds and created two categories, one of them deleted; one photo was assigned to the
    other category, another rejected from one its model sees; one file can't be read, and a model failed at one
    photo."""
    yield from models()
    for number in range(COUNT):
        yield from photo(number, root)
        yield verdict(number, *classes(number))
    yield FileRejected(root=str(root), path=f"a/{HOSTILE}", size=12, mtime_ns=1, reason="It is empty.")
    for category in ("dog", "cat"):
        yield ThresholdSet(category_id=category, threshold=0.35)
    yield CategoryCreated(category_id="own", name="Own <b>words</b>")
    yield CategoryCreated(category_id="gone", name="Gone")
    yield CategoryDeleted(category_id="gone")
    yield AlbumCreated(album_id="lake", name="Lake & shore")
    yield ImagesAddedToAlbum(album_id="lake", image_ids=[image_id(number) for number in range(0, 150, 2)])
    yield AlbumCreated(album_id="empty", name="Empty")
    yield CategoryAssigned(image_id=image_id(0), category_id="own")
    for category in ("dog", "animals"):
        yield CategoryRejected(image_id=image_id(2), category_id=category)
    yield ClassificationFailed(
        image_id=image_id(5), model_id=MODELS[1], reason="The file <ends> in the middle."
    )


def put_files(settings: Settings) -> None:
    """Recreate the photos folder with a few of the photos, and their previews."""
    shutil.rmtree(settings.photos[0], ignore_errors=True)
    for number in ON_DISK:
        content = settings.photos[0] / path(number)
        small = preview_path(settings.previews, image_id(number))
        for file, what in ((content, photo_bytes(number)), (small, preview_bytes(number))):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(what)
