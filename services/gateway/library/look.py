"""One look at a file, inside a worker process: its bytes are read once, and everything is told of them."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from blake3 import blake3
from PIL import Image

from services.gateway.library import pixels
from services.gateway.library.colours import is_grey
from services.gateway.library.content import NotThere, Unusable, file_content
from services.gateway.library.dates import of_bytes, of_place
from services.gateway.library.metadata import metadata
from services.gateway.library.photo import Answer, Gone, Photo, Rejected
from services.kernel.events import ImageImported
from services.kernel.paths import preview_path

LARGEST: Final = 500_000_000
"""Bytes; no picture of a person's is larger."""
ID_BYTES: Final = 16


def look(root: str, path: str, previews: Path) -> Answer:
    """Reads the file and leaves its preview in its place. Raises OSError when the preview can't be written: that
    is not the photo's fault; and MemoryError."""
    try:
        content, seen = file_content(root, path, LARGEST)
    except NotThere:
        return Gone()
    except Unusable as error:
        return _rejected(str(error), error.size, error.mtime_ns)
    try:
        return _photo(content, path, seen, previews)
    except pixels.Unshowable as error:
        return _rejected(str(error), seen.st_size, seen.st_mtime_ns)


def _rejected(reason: str, size: int, mtime_ns: int) -> Rejected:
    return Rejected(reason=reason, size=size, mtime_ns=mtime_ns)


def _photo(content: bytes, path: str, seen: os.stat_result, previews: Path) -> Photo:
    image_id = blake3(content).hexdigest(length=ID_BYTES)
    picture = pixels.opened(content)
    file_format, (width, height) = picture.format or "", picture.size
    found = metadata(picture)
    small = _preview(picture, found.orientation, preview_path(previews, image_id))
    if found.orientation >= 5:
        width, height = height, width
    now = datetime.now(UTC)
    own = of_bytes(found.dates, found.xmp_taken_at, now)
    place = None if own else of_place(path, seen.st_mtime_ns, now)
    when = own or place
    assert when is not None
    facts = ImageImported(
        image_id=image_id,
        format=file_format,
        size=len(content),
        width=width,
        height=height,
        colour=pixels.colour(small),
        taken_at=when.at,
        taken_at_source=when.source,
        orientation=found.orientation,
        camera_make=found.camera_make,
        camera_model=found.camera_model,
        lens=found.lens,
        f_number=found.f_number,
        exposure_s=found.exposure_s,
        iso=found.iso,
        focal_mm=found.focal_mm,
        latitude=found.latitude,
        longitude=found.longitude,
        altitude_m=found.altitude_m,
        description=found.description,
        grey=is_grey(small),
    )
    return Photo(
        facts=facts, place_at=place.at if place else None, place_source=place.source if place else None
    )


def _preview(picture: Image.Image, orientation: int, path: Path) -> Image.Image:
    """The one that is there, of the same bytes, or a new one."""
    try:
        with Image.open(path, formats=("JPEG",)) as there:
            return there.convert("RGB")
    except OSError:  # none yet, or a damaged one
        small = pixels.reduced(picture, orientation)
        pixels.store(small, path)
        return small
