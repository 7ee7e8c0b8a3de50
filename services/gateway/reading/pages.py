"""Which page of a TIFF is its picture: scanners and programs put thumbnails and masks beside it, often before it."""

from typing import Final

from PIL import ExifTags
from PIL.TiffImagePlugin import TiffImageFile

_KIND: Final = 254
"""The tag NewSubfileType (TIFF 6.0, page 36), whose bits 0 and 2 mark …"""
_LESSER: Final = 0b101
"""… a smaller version of another page, and a mask."""
_ALIKE: Final = 9 / 10
"""A page with this share of the largest one's pixels is as large: the first sheet of a fax is its picture, whichever
sheet came out of the scanner a few lines longer."""
_MOST_PAGES: Final = 64
"""More are not looked at."""


def choose_page(picture: TiffImageFile, most_pixels: int) -> None:
    """Go to the largest page, the first of several. `most_pixels`: larger pages don't count. The first page's tags are
    kept where the chosen one has none: programs describe the picture there. Raises MemoryError, and whatever Pillow
    raises when it cannot go back to a page that it has read."""
    if not picture.is_animated:
        return
    first = dict(picture.getexif())
    sizes = [_weight(picture, most_pixels)]
    while len(sizes) < _MOST_PAGES:
        try:
            picture.seek(len(sizes))
        except MemoryError:
            raise
        except Exception:  # no more pages, or damaged ones: Pillow raises nearly anything
            break
        sizes.append(_weight(picture, most_pixels))
    picture.seek(next(number for number, size in enumerate(sizes) if size >= max(sizes) * _ALIKE))
    if picture.tell():
        exif = picture.getexif()
        for tag, value in first.items():
            if tag != ExifTags.Base.Orientation:
                exif.setdefault(tag, value)


def _weight(picture: TiffImageFile, most_pixels: int) -> float:
    """Pixels; next to nothing for a page that is not the picture, as it still is if there is no other."""
    pixels = picture.width * picture.height
    kind = picture.tag_v2.get(_KIND, 0)
    if pixels > most_pixels:
        return 0
    return pixels / (most_pixels + 1) if isinstance(kind, int) and kind & _LESSER else pixels
