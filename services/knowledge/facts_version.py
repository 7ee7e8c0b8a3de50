"""Versions of what is read of files besides pixels. Raise one when its reader learns what libraries should have as
well: the next scan then reads each file of an earlier version once more, without decoding its picture.

1: titles, captions, ratings, labels, creators, rights, names of places and faces of their own.
2: XMP that goes on in further segments of a JPEG.
3: sentences about what could not be read.
4: sentences about keywords and people that are more, or longer, than are kept.
5: what is packed in JPEG XL, HEIC and AVIF, blocks in further places of a file, and comments of JPEGs and GIFs.
6: EXIF that Photoshop keeps in a TIFF, JUMBF, and movies that old QuickTime packed.
"""

from collections.abc import Mapping
from typing import Final

CURRENT: Final = 6
"""Of photos and films."""
_SIDECARS: Final[Mapping[str, int]] = {"xmp": 3, "exiftool": 3}


def of_sidecars(kind: str) -> int:
    """0: its reader has learnt nothing since the first version."""
    return _SIDECARS.get(kind, 0)
