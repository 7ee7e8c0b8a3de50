"""One look at a file, inside a worker process: its bytes are read once, and everything is told of them."""

import errno
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from blake3 import blake3
from PIL import Image

from services.gateway.library import pixels
from services.gateway.library.dates import taken
from services.gateway.library.metadata import metadata
from services.gateway.library.photo import Answer, Gone, Photo, Rejected
from services.kernel.events import ImageImported
from services.kernel.paths import from_text, preview_path

LARGEST: Final = 500_000_000
"""Bytes; no picture of a person's is larger."""
ID_BYTES: Final = 16


def look(root: str, path: str, previews: Path) -> Answer:
    """Reads the file and leaves its preview in its place. Raises OSError when the preview can't be written: that
    is not the photo's fault; and MemoryError."""
    try:
        content, seen = _content(from_text(root), from_text(path))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, _NotOurs):
        return Gone()
    except OSError as error:
        if error.errno == errno.ELOOP:  # it became a link since it was resolved, or leads to itself
            return Gone()
        return _rejected(f"The file can't be read: {error.strerror or error}.", 0, 0)
    except _Unusable as error:
        return _rejected(str(error), error.size, error.mtime_ns)
    try:
        return _photo(content, Path(path).name, seen, previews)
    except pixels.Unshowable as error:
        return _rejected(str(error), seen.st_size, seen.st_mtime_ns)


class _NotOurs(Exception):
    """No regular file, or it leads out of the root."""


class _Unusable(Exception):
    def __init__(self, reason: str, seen: os.stat_result) -> None:
        super().__init__(reason)
        self.size, self.mtime_ns = seen.st_size, seen.st_mtime_ns


def _rejected(reason: str, size: int, mtime_ns: int) -> Rejected:
    return Rejected(reason=reason, size=size, mtime_ns=mtime_ns)


def _content(root: str, path: str) -> tuple[bytes, os.stat_result]:
    place = os.path.realpath(os.path.join(root, path))  # noqa: PTH118  names may be no UTF-8
    if not place.startswith(os.path.realpath(root).rstrip("/") + "/"):
        raise _NotOurs
    number = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    with os.fdopen(number, "rb") as file:
        seen = os.fstat(number)
        if not stat.S_ISREG(seen.st_mode):
            raise _NotOurs
        if seen.st_size == 0:
            raise _Unusable("The file is empty.", seen)
        if seen.st_size > LARGEST:
            raise _Unusable(f"The file is larger than {LARGEST // 1_000_000} MB.", seen)
        return file.read(LARGEST + 1), seen


def _photo(content: bytes, name: str, seen: os.stat_result, previews: Path) -> Photo:
    image_id = blake3(content).hexdigest(length=ID_BYTES)
    picture = pixels.opened(content)
    file_format, (width, height) = picture.format or "", picture.size
    found = metadata(picture)
    small = _preview(picture, found.orientation, preview_path(previews, image_id))
    if found.orientation >= 5:
        width, height = height, width
    when = taken(found.dates, name, seen.st_mtime_ns, datetime.now(UTC))
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
    )
    return Photo(facts=facts)


def _preview(picture: Image.Image, orientation: int, path: Path) -> Image.Image:
    """The one that is there, of the same bytes, or a new one."""
    try:
        with Image.open(path, formats=("JPEG",)) as there:
            return there.convert("RGB")
    except OSError:  # none yet, or a damaged one
        small = pixels.reduced(picture, orientation)
        pixels.store(small, path)
        return small
