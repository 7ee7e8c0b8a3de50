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


def enlarged(content: bytes, row: Format | None = None, rotation: int = NONE) -> bytes:
    """An upright sRGB JPEG without metadata, of a picture or RAW file. `row`: its format. `rotation`: what a person has
    done to the upright picture.

    Raises pixels.Unshowable, MemoryError.
    """
    is_raw = row is not None and row.kind is Kind.RAW
    picture = raw.opened(content).picture if is_raw else pixels.opened(content)
    upright = pixels.reduced(picture, metadata(picture).orientation, LONG_SIDE)
    return _jpeg(pixels.rotated(upright, rotation))


def enlarged_from(file: BinaryIO, row: Format | None, rotation: int = NONE) -> bytes:
    """The same, but also for videos, which are only read in part. `file`: open at its start."""
    if row and row.kind is Kind.FILM:
        return _jpeg(film.poster(file).image)
    return enlarged(file.read(), row, rotation)


def rotated_preview(content: bytes, rotation: int) -> bytes:
    """Raises as `enlarged`."""
    preview = pixels.reduced(pixels.opened(content), NONE)
    return pixels.as_preview(pixels.rotated(preview, rotation))


def _jpeg(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.save(
        content, "JPEG", quality=_QUALITY, subsampling="4:2:0", progressive=False, exif=b"", icc_profile=None
    )
    return content.getvalue()
