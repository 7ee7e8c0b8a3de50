"""The EXIF of RAW files, read from the containers themselves: the picture that a camera puts inside often has none.

Most are TIFF with other words at the start; Canon's CR3 is an MP4 with four small TIFFs; Minolta's MRW has one in a
block. Only the tags that Albumen knows are kept, since a RAW's own can be megabytes.
"""

import struct
import warnings
from collections.abc import Iterable
from typing import Any, Final

from PIL import ExifTags, Image

from services.gateway.reading.boxes import box

Base, IFD = ExifTags.Base, ExifTags.IFD
MAIN: Final = (Base.Make, Base.Model, Base.Orientation, Base.DateTime)
DETAILS: Final = (
    *(Base.DateTimeOriginal, Base.OffsetTimeOriginal, Base.SubsecTimeOriginal, Base.OffsetTime),
    *(Base.DateTimeDigitized, Base.OffsetTimeDigitized, Base.SubsecTimeDigitized),
    *(Base.ExposureTime, Base.FNumber, Base.ISOSpeedRatings, Base.FocalLength, Base.LensModel),
)
TIFF: Final = {b"II*\0": b"II*\0", b"IIRO": b"II*\0", b"IIRS": b"II*\0", b"IIU\0": b"II*\0"} | {
    b"MM\0*": b"MM\0*",
    b"MMOR": b"MM\0*",
}
"""How they begin (Olympus: RO, RS, OR; Panasonic: U), and how TIFF says it."""
CANON: Final = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")


def exif(content: bytes) -> Image.Exif:
    """Of a RAW file. Empty where nothing can be read; never raises, but MemoryError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _exif(content)
    except MemoryError:
        raise  # a photo told by half would stay so
    except Exception:  # a damaged block raises nearly anything
        return Image.Exif()


def _exif(content: bytes) -> Image.Exif:
    if content[4:12] == b"ftypcrx ":
        return _cr3(content)
    if content.startswith(b"\0MRM"):
        content = _minolta(content)
    start = TIFF.get(content[:4])
    return kept(_read(start + content[4:])) if start else Image.Exif()


def kept(exif: Image.Exif) -> Image.Exif:
    """What Albumen knows of it, so that it can be written and read again."""
    return _made(exif, _block(exif, IFD.Exif), _block(exif, IFD.GPSInfo))


def _block(exif: Image.Exif, which: int) -> dict[int, Any]:
    try:
        return dict(exif.get_ifd(which))
    except MemoryError:
        raise
    except Exception:  # see above
        return {}


def _made(main: Any, details: dict[int, Any], gps: dict[int, Any]) -> Image.Exif:
    made = Image.Exif()
    made.update(_writable(main, MAIN))
    for which, tags in (
        (IFD.Exif, _writable(details, DETAILS)),
        (IFD.GPSInfo, _writable(gps, range(32))),
    ):
        if tags:
            made[which] = tags
    return _read(made.tobytes())


def _writable(tags: Any, wanted: Iterable[int]) -> dict[int, Any]:
    return {int(tag): tags[tag] for tag in wanted if tag in tags and _is_writable(tag, tags[tag])}


def _is_writable(tag: int, value: Any) -> bool:
    trial = Image.Exif()
    trial[tag] = value
    try:
        trial.tobytes()
    except MemoryError:
        raise
    except Exception:  # no value that this tag can have
        return False
    return True


def _read(block: bytes) -> Image.Exif:
    read = Image.Exif()
    read.load(block)
    return read


def _cr3(content: bytes) -> Image.Exif:
    film = box(content, b"moov")
    canon = box(content, b"uuid", film.start, film.end) if film else None
    if canon is None or content[canon.start : canon.start + 16] != CANON:
        return Image.Exif()

    def block(kind: bytes) -> Image.Exif:
        found = box(content, kind, canon.start + 16, canon.end)
        return _read(content[found.start : found.end]) if found else Image.Exif()

    return _made(block(b"CMT1"), dict(block(b"CMT2")), dict(block(b"CMT4")))


def _minolta(content: bytes) -> bytes:
    """The block `TTW`: a TIFF."""
    at = 8
    for _ in range(16):
        name, size = content[at : at + 4], struct.unpack_from(">I", content, at + 4)[0]
        if name == b"\0TTW":
            return content[at + 8 : at + 8 + size]
        at += 8 + size
    return b""
