"""The picture on a photo's own page: larger than a preview, far smaller than many originals, and fit for any browser.

Made in a worker process when somebody views the photo, and cached by `large_cache`.
"""

import io
from typing import BinaryIO, Final

from PIL import Image

from services.gateway.reading import film, pixels, raw
from services.gateway.reading.metadata import metadata
from services.knowledge.formats import Format, Kind
from services.knowledge.rotations import NONE

LONG_SIDE: Final = 2048
"""Maximum pixels of the long side; a smaller picture keeps its size."""
_QUALITY: Final = 85
_WHOLE_QUALITY: Final = 90
"""Of a picture with all pixels, in which people look for details."""


def enlarged(
    content: bytes, row: Format | None = None, rotation: int = NONE, *, whole: bool = False
) -> bytes:
    """An upright sRGB JPEG without metadata, of a picture or RAW file. `row`: its format. `rotation`: what a person has
    done to the upright picture. `whole`: in all its pixels, as it is zoomed into.

    Raises pixels.Unshowable, MemoryError.
    """
    is_raw = row is not None and row.kind is Kind.RAW
    picture = raw.opened(content).picture if is_raw else pixels.opened(content)
    side = max(picture.size) if whole else LONG_SIDE
    upright = pixels.reduced(picture, metadata(picture).orientation, side)
    return _jpeg(pixels.rotated(upright, rotation), _WHOLE_QUALITY if whole else _QUALITY)


def enlarged_from(file: BinaryIO, row: Format | None, rotation: int = NONE, *, whole: bool = False) -> bytes:
    """The same, but also for videos, which are only read in part. `file`: open at its start."""
    if row and row.kind is Kind.FILM:
        return _jpeg(film.poster(file).image)
    return enlarged(file.read(), row, rotation, whole=whole)


def rotated_preview(content: bytes, rotation: int) -> bytes:
    """Raises as `enlarged`."""
    preview = pixels.reduced(pixels.opened(content), NONE)
    return pixels.as_preview(pixels.rotated(preview, rotation))


def _jpeg(picture: Image.Image, quality: int = _QUALITY) -> bytes:
    content = io.BytesIO()
    picture.save(
        content, "JPEG", quality=quality, subsampling="4:2:0", progressive=False, exif=b"", icc_profile=None
    )
    return content.getvalue()
