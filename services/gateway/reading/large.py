"""Pictures that are larger than a preview, far smaller than many originals, and fit for any browser: for the grid on a
sharp screen, and for a photo's own page.

Made in a worker process when somebody views the photo, and cached by `large_cache`.
"""

import io
from typing import BinaryIO, Final

from PIL import Image

from services.gateway.reading import film, pixels, raw
from services.gateway.reading.metadata import metadata
from services.kernel.paths import Size
from services.kernel.previews import PREVIEW_SIDE
from services.knowledge.formats import Format, Kind
from services.knowledge.rotations import NONE

MEDIUM_SIDE: Final = 2 * PREVIEW_SIDE
LONG_SIDE: Final = 2048
"""Maximum pixels of the long side; a smaller picture keeps its size."""
_QUALITY: Final = 85
_WHOLE_QUALITY: Final = 90
"""Of a picture with all pixels, in which people look for details."""


def enlarged(content: bytes, row: Format | None = None, rotation: int = NONE, size: Size = "large") -> bytes:
    """An upright sRGB JPEG without metadata, of a picture or RAW file. `row`: its format. `rotation`: what a person has
    done to the upright picture. `size`: `medium` for the grid, `large` for its page, `whole` in all its pixels, as it
    is zoomed into.

    Raises pixels.Unshowable, MemoryError.
    """
    is_raw = row is not None and row.kind is Kind.RAW
    picture = raw.opened(content).picture if is_raw else pixels.opened(content)
    upright = pixels.reduced(picture, metadata(picture).orientation, _side(picture, size))
    return _jpeg(pixels.rotated(upright, rotation), _WHOLE_QUALITY if size == "whole" else _QUALITY)


def enlarged_from(file: BinaryIO, row: Format | None, rotation: int = NONE, size: Size = "large") -> bytes:
    """The same, but also for videos, which are only read in part. `file`: open at its start."""
    if row and row.kind is Kind.FILM:
        poster = film.poster(file).image
        return _jpeg(pixels.reduced(poster, NONE, _side(poster, size)))
    return enlarged(file.read(), row, rotation, size)


def rotated_preview(content: bytes, rotation: int) -> bytes:
    """Raises as `enlarged`."""
    preview = pixels.reduced(pixels.opened(content), NONE)
    return pixels.as_preview(pixels.rotated(preview, rotation))


def _side(picture: Image.Image, size: Size) -> int:
    """Pixels that the long side may have."""
    return {"medium": MEDIUM_SIDE, "large": LONG_SIDE}.get(size, max(picture.size))


def _jpeg(picture: Image.Image, quality: int = _QUALITY) -> bytes:
    content = io.BytesIO()
    picture.save(
        content, "JPEG", quality=quality, subsampling="4:2:0", progressive=False, exif=b"", icc_profile=None
    )
    return content.getvalue()
