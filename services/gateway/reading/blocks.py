"""Where an opened picture's blocks of EXIF, XMP and IPTC are besides where Pillow looks, and a PNG's date.

PNG: texts, in which ImageMagick keeps blocks of other formats in hexadecimal (`Raw profile type …`). JPEG and TIFF:
Photoshop's resources; JPEG: JUMBF.
"""

import re
from email.utils import parsedate_to_datetime
from hashlib import md5
from typing import Final

from PIL import Image, TiffImagePlugin

from services.gateway.containers.iptc import DIGEST, RESOURCE, Iptc, read, resources
from services.gateway.containers.jpeg_boxes import EXIF, in_segments
from services.knowledge.stated import SECOND, Stated, stated

_PHOTOSHOP: Final = 34377
"""A TIFF's tag of Photoshop's resources. It is read as bytes, as IPTC's own is: many declare them four-byte numbers."""
_RESOURCES: Final = b"Photoshop 3.0\0"
"""What a JPEG's segments of Photoshop's resources begin with."""
_EXIF_RESOURCE, _XMP_RESOURCE = 1058, 1060
"""Numbers among these (Adobe's “Photoshop File Formats Specification”, Image Resource IDs)."""
_LONGEST_EXIF: Final = 1 << 18
"""Bytes of the former; in a JPEG's own segment, 65,000 fit."""
_XMP_TEXT: Final = "XML:com.adobe.xmp"
"""Key of a PNG's text."""
_XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENSION: Final = b"http://ns.adobe.com/xmp/extension/\0"
_EXTENDED: Final = re.compile(rb"""xmpNote:HasExtendedXMP\s*(?:=\s*["']|>)\s*([0-9A-Fa-f]{32})""")
LONGEST_EXTENSION: Final = 1_000_000
"""Bytes. Words and faces are shorter; phones put whole pictures there, which are read elsewhere."""
_PROFILE_TYPE: Final = "Raw profile type "
_PROFILE: Final = re.compile(r"\s*\S[^\n]{0,60}\n\s*\d{1,10}\s")
"""What stands before the bytes: its name and its length."""
_LONGEST: Final = 1_000
"""Maximum characters of a date, with whatever stands around it."""


def raw_profile(picture: Image.Image, kind: str) -> bytes:
    """Of a PNG; empty if there is none or it isn't hexadecimal."""
    text = picture.info.get(f"{_PROFILE_TYPE}{kind}")
    if not isinstance(text, str):
        return b""
    profile = _PROFILE.match(text)
    try:
        return bytes.fromhex(text[profile.end() :]) if profile else b""
    except ValueError:
        return b""


def has_broken_profile(picture: Image.Image) -> bool:
    """Whether one of them can't be read."""
    names = [str(key) for key in picture.info if str(key).startswith(_PROFILE_TYPE)]
    return any(not raw_profile(picture, name.removeprefix(_PROFILE_TYPE)) for name in names)


def exif_block(picture: Image.Image) -> bytes:
    """EXIF where Pillow doesn't look for it."""
    block = raw_profile(picture, "APP1") or raw_profile(picture, "app1")
    if block.startswith(EXIF):
        return block
    block = _photoshop(picture).get(_EXIF_RESOURCE, b"")[:_LONGEST_EXIF]
    return EXIF + block if block else _jumbf(picture).get("exif", b"")


def xmp_packet(picture: Image.Image) -> bytes | None:
    packet = picture.info.get("xmp") or raw_profile(picture, "xmp")
    if not packet and isinstance(text := picture.info.get(_XMP_TEXT), str):
        packet = text.encode("latin-1", "replace")  # as Pillow decodes all texts but iTXt
    packet = packet or _photoshop(picture).get(_XMP_RESOURCE) or _jumbf(picture).get("xmp")
    if not packet:
        block = raw_profile(picture, "APP1") or raw_profile(picture, "app1")
        packet = block.removeprefix(_XMP) if block.startswith(_XMP) else b""
    return packet if isinstance(packet, bytes) and packet else None


def extended_xmp(picture: Image.Image, packet: bytes) -> bytes | None:
    """What of a JPEG's XMP didn't fit into one segment (XMP specification, part 3, section 1.1.3.1): the parts that the
    packet names by the MD5 of the whole. Empty if there is none, or a longer one than is read; None if it isn't
    whole."""
    named = _EXTENDED.search(packet)
    if named is None:
        return b""
    start = _EXTENSION + named[1].upper()
    parts: dict[int, bytes] = {}
    for _, segment in getattr(picture, "applist", ()):
        if segment.startswith(start):
            size, offset = (int.from_bytes(segment[at : at + 4]) for at in (len(start), len(start) + 4))
            if size <= LONGEST_EXTENSION:
                parts[offset] = segment[len(start) + 8 :]
    whole = b"".join(parts[offset] for offset in sorted(parts))
    if not whole:
        return b""
    digest = md5(whole, usedforsecurity=False).hexdigest().upper().encode()
    return whole if digest == named[1].upper() else None


def iptc(picture: Image.Image) -> Iptc:
    """From wherever it is; empty if it is nowhere."""
    block: object = None
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        block = picture.tag_v2._tagdata.get(TiffImagePlugin.IPTC_NAA_CHUNK)
    whole = _photoshop(picture)
    block = block or whole.get(RESOURCE) or picture.info.get("iptc")
    block = block or raw_profile(picture, "iptc") or raw_profile(picture, "8bim")
    inner = _bytes(block)
    if inner.startswith(b"8BIM"):
        whole = resources(inner)
        inner = whole.get(RESOURCE, b"")
    return read(inner, whole.get(DIGEST, b""))


def _photoshop(picture: Image.Image) -> dict[int, bytes]:
    """Its resources: number -> content. Those of a JPEG may go on in its next segments."""
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        return resources(_bytes(picture.tag_v2._tagdata.get(_PHOTOSHOP)))
    segments = [part for name, part in getattr(picture, "applist", ()) if name == "APP13"]
    if not segments:  # that of a JPEG inside another file, as Pillow has taken it apart
        parsed = picture.info.get("photoshop", {})
        return {number: block for number, block in parsed.items() if isinstance(block, bytes)}
    return resources(
        b"".join(part.removeprefix(_RESOURCES) for part in segments if part.startswith(_RESOURCES))
    )


def _jumbf(picture: Image.Image) -> dict[str, bytes]:
    """What a JPEG keeps in boxes: name in `info` -> content."""
    return in_segments(part for name, part in getattr(picture, "applist", ()) if name == "APP11")


def _bytes(block: object) -> bytes:
    return block if isinstance(block, bytes) else b""


def text_date(picture: Image.Image) -> Stated | None:
    """Of a PNG's `Creation Time`: RFC 1123, as its specification recommends, or any form that `stated` reads."""
    text = picture.info.get("Creation Time") or picture.info.get("creation time")
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    if date := stated(text):
        return date
    if not re.search(r"[A-Za-z]{3}.*\d{4}", text):
        return None
    try:
        return Stated(parsedate_to_datetime(text.strip()), SECOND)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
