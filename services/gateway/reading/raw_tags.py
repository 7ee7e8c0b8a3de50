"""The EXIF of RAW files, read from their containers: the embedded picture often has none.

Most are TIFF with other magic numbers; Canon's CR3 is an MP4 with four small TIFFs; Minolta's MRW has one in a block.
Only the tags that Albumen uses are kept, since a RAW's own can be megabytes.
"""

import io
import struct
import warnings
from collections.abc import Iterable
from typing import Any, Final

from PIL import ExifTags, Image, TiffImagePlugin

from services.gateway.containers.boxes import Box, box, boxes
from services.gateway.reading.directories import directory
from services.gateway.reading.words import TAGS

Base, IFD = ExifTags.Base, ExifTags.IFD
XMP: Final = 700
"""The tag of a packet of XMP."""
MAIN: Final = (Base.Make, Base.Model, Base.Orientation, Base.DateTime, XMP, *TAGS)
DETAILS: Final = (
    *(Base.DateTimeOriginal, Base.OffsetTimeOriginal, Base.SubsecTimeOriginal, Base.OffsetTime),
    *(Base.DateTimeDigitized, Base.OffsetTimeDigitized, Base.SubsecTimeDigitized, Base.UserComment),
    *(Base.ExposureTime, Base.FNumber, Base.ISOSpeedRatings, Base.FocalLength, Base.LensModel),
)
TIFF: Final = {
    **dict.fromkeys((b"II*\0", b"IIRO", b"IIRS", b"IIU\0"), b"II*\0"),
    **dict.fromkeys((b"MM\0*", b"MMOR"), b"MM\0*"),
}
"""Magic numbers (Olympus: RO, RS, OR; Panasonic: U) -> TIFF's."""
IPTC: Final = 33723
PHOTOSHOP: Final = 34377
"""Tags of IPTC's data sets, and of Photoshop's resources with the digest."""
CANON_XMP: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""The id of the box with a packet of XMP."""
CANON: Final = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")


def exif(content: bytes) -> Image.Exif:
    """Of a RAW file; empty if it can't be read. Raises only MemoryError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _exif(content)
    except MemoryError:
        raise  # half-read tags would be recorded for good
    except Exception:  # a damaged block raises nearly anything
        return Image.Exif()


def _exif(content: bytes) -> Image.Exif:
    if content[4:12] == b"ftypcrx ":
        return _cr3(content)
    if content.startswith(b"\0MRM"):
        content = _minolta(content)
    start = TIFF.get(content[:4])
    return kept(_read(start + content[4:])) if start else Image.Exif()


def blocks(content: bytes, outer: Image.Exif) -> dict[str, bytes]:
    """XMP, IPTC and Photoshop's resources of a RAW file, as far as it has them, named as in Pillow's `info`. `outer`:
    its EXIF. Raises only MemoryError."""
    packets = {"xmp": outer.get(XMP)}
    if content[4:12] == b"ftypcrx ":
        ids = (one for one in boxes(content) if one.kind == b"uuid" and one.end - one.start > 16)
        packets["xmp"] = next((_payload(content, one) for one in ids if _id(content, one) == CANON_XMP), None)
    elif start := TIFF.get(content[:4]):
        packets |= _in_tiff(start + content[4:])
    return {name: block for name, block in packets.items() if isinstance(block, bytes) and block}


def _id(content: bytes, one: Box) -> bytes:
    return content[one.start : one.start + 16]


def _payload(content: bytes, one: Box) -> bytes:
    return content[one.start + 16 : one.end]


def _in_tiff(content: bytes) -> dict[str, Any]:
    """Its bytes, whatever type they are declared to be."""
    try:
        directory = TiffImagePlugin.ImageFileDirectory_v2(content[:8])
        file = io.BytesIO(content)
        file.seek(directory.next)
        directory.load(file)
    except MemoryError:
        raise
    except Exception:  # a damaged block raises nearly anything
        return {}
    return {name: directory._tagdata.get(tag) for name, tag in (("iptc", IPTC), ("photoshop", PHOTOSHOP))}


def kept(exif: Image.Exif) -> Image.Exif:
    """The tags Albumen uses, such that they can be written and read again."""
    return _selected(exif, directory(exif, IFD.Exif), directory(exif, IFD.GPSInfo))


def written(exif: Image.Exif) -> bytes:
    """Its block, with texts as they stand in the file: of other characters than ASCII, Pillow makes question marks."""
    for which in (IFD.Exif, IFD.GPSInfo):
        if tags := exif.get_ifd(which):
            exif[which] = {tag: _in_bytes(value) for tag, value in tags.items()}
    exif.update({tag: _in_bytes(value) for tag, value in exif.items()})
    return exif.tobytes()


def _selected(main: Any, details: dict[int, Any], gps: dict[int, Any]) -> Image.Exif:
    exif = Image.Exif()
    exif.update(_writable(main, MAIN))
    for which, tags in ((IFD.Exif, _writable(details, DETAILS)), (IFD.GPSInfo, _writable(gps, range(32)))):
        if tags:
            exif[which] = tags
    return _read(exif.tobytes())


def _writable(tags: Any, wanted: Iterable[int]) -> dict[int, Any]:
    values = {int(tag): _in_bytes(tags[tag]) for tag in wanted if tag in tags}
    return {tag: value for tag, value in values.items() if _is_writable(tag, value)}


def _in_bytes(value: Any) -> Any:
    return value.encode("latin-1", "replace") if isinstance(value, str) and not value.isascii() else value


def _is_writable(tag: int, value: Any) -> bool:
    trial = Image.Exif()
    trial[tag] = value
    try:
        trial.tobytes()
    except MemoryError:
        raise
    except Exception:  # not a value that this tag can have
        return False
    return True


def _read(block: bytes) -> Image.Exif:
    exif = Image.Exif()
    exif.load(block)
    return exif


def _cr3(content: bytes) -> Image.Exif:
    movie = box(content, b"moov")
    canon = box(content, b"uuid", movie.start, movie.end) if movie else None
    if canon is None or content[canon.start : canon.start + 16] != CANON:
        return Image.Exif()

    def block(kind: bytes) -> Image.Exif:
        tiff = box(content, kind, canon.start + 16, canon.end)
        return _read(content[tiff.start : tiff.end]) if tiff else Image.Exif()

    return _selected(block(b"CMT1"), dict(block(b"CMT2")), dict(block(b"CMT4")))


def _minolta(content: bytes) -> bytes:
    """The TIFF in the block `TTW`."""
    at = 8
    for _ in range(16):
        name, size = content[at : at + 4], struct.unpack_from(">I", content, at + 4)[0]
        if name == b"\0TTW":
            return content[at + 8 : at + 8 + size]
        at += 8 + size
    return b""
