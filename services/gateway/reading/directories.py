"""EXIF's directories of an opened picture, in whichever block they are."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from PIL import ExifTags, Image, TiffImagePlugin

from services.gateway.containers import exif_structure
from services.gateway.reading.blocks import exif_block

Tags = Mapping[int, Any]
_ORIENTATION, _COMMENT = ExifTags.Base.Orientation, ExifTags.Base.UserComment
_BIG: Final = ">"


class Directories(NamedTuple):
    """Each empty if it can't be read."""

    main: Tags
    details: Tags
    """EXIF's own."""
    gps: Tags
    big: bool
    """Byte order of the details' comment."""


def directories(picture: Image.Image, wanted: Iterable[int]) -> Directories:
    """`wanted`: tags of the first directory; others may hold millions of numbers. Raises only MemoryError."""
    own = _of(_loaded(picture), wanted)
    if not isinstance(picture, TiffImagePlugin.TiffImageFile):
        return own
    block = exif_block(picture)
    if not block or not exif_structure.is_complete(block):
        return own
    kept = Image.Exif()
    kept.load(block)
    return _with(own, _of(kept, set(wanted) - {_ORIENTATION}))


def _loaded(picture: Image.Image) -> Image.Exif:
    try:
        exif = picture.getexif()
        if not exif and (block := exif_block(picture)):
            exif.load(block)
    except MemoryError:
        raise
    except Exception:  # a damaged block raises nearly anything
        return Image.Exif()
    return exif


def _of(exif: Image.Exif, wanted: Iterable[int]) -> Directories:
    try:
        main: Tags = {tag: exif[tag] for tag in wanted if tag in exif}
    except MemoryError:
        raise
    except Exception:  # as above
        return Directories({}, {}, {}, False)
    details = directory(exif, ExifTags.IFD.Exif)
    return Directories(main, details, directory(exif, ExifTags.IFD.GPSInfo), exif.endian == _BIG)


def _with(own: Directories, others: Directories) -> Directories:
    """`others`: a copy that Photoshop keeps beside a TIFF's own tags, which come first."""
    return Directories(
        {**others.main, **own.main},
        {**others.details, **own.details},
        own.gps or others.gps,
        own.big if _COMMENT in own.details else others.big,
    )


def directory(exif: Image.Exif, which: int) -> dict[int, Any]:
    """Empty if it can't be read. Raises only MemoryError."""
    try:
        return dict(exif.get_ifd(which))
    except MemoryError:
        raise
    except Exception:  # as above
        return {}
