"""EXIF, XMP and IPTC in the boxes of JPEG 2000 (ISO 15444-2), which are those of JUMBF as well (ISO 19566-5): so JPEG
360 and others keep XMP in files of many kinds."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from services.gateway.containers.boxes import boxes
from services.gateway.containers.iptc import RESOURCE, resources

Block = tuple[str, bytes]
"""A name in a picture's `info`, and its bytes."""
EXIF: Final = b"Exif\0\0"
_IDS: Final = {
    bytes.fromhex("4a706754696666457869662d3e4a5032"): "exif",  # "JpgTiffExif->JP2"
    bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e"): "exif",
    bytes.fromhex("be7acfcb97a942e89c71999491e3afac"): "xmp",
    bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38"): "iptc",
    bytes.fromhex("09a14e97c0b442e0bebf36df6f0ce36f"): "iptc",
    bytes.fromhex("2c4c0100850440b9a03e562148d6dfeb"): "photoshop",
}
"""Of boxes (JPX, ISO 15444-2). The first one is Adobe's, the second of each pair Exiv2's, which digiKam writes."""
JUMBF: Final = b"jumb"
"""The kind of a box with others in it."""
_MOST: Final = 10_000
"""Boxes to look at in all."""
_SEGMENT: Final = b"JP"
"""What a JPEG's segments of JUMBF begin with (ISO 19566-5, annex D). Then follow the box's number, in two bytes, which
of its segments this is, in four, and the head of the box, again in each."""
_HEAD, _LONG_HEAD = 8, 16
"""Bytes of a box before its payload."""


def boxed_blocks(content: bytes) -> Iterator[Block]:
    """Of a series of boxes and of those in them, the outer ones first."""
    within, rest = deque([(0, len(content))]), _MOST
    while within and rest > 0:
        for one in boxes(content, *within.popleft()):
            rest -= 1
            if one.kind == JUMBF:
                within.append((one.start, one.end))
            elif one.kind == b"xml " and b"adobe:ns:meta/" in (packet := content[one.start : one.end]):
                yield "xmp", packet
            elif one.kind == b"uuid" and (name := _IDS.get(content[one.start : one.start + 16])):
                yield _named(name, content[one.start + 16 : one.end])


def _named(name: str, block: bytes) -> Block:
    if name == "photoshop":
        return "iptc", resources(block).get(RESOURCE, b"")
    return name, EXIF + block.removeprefix(EXIF) if name == "exif" else block


def in_segments(segments: Iterable[bytes]) -> dict[str, bytes]:
    """The first of each name. `segments`: of a JPEG, those of the marker APP11."""
    whole: dict[bytes, dict[int, bytes]] = {}
    for segment in segments:
        if segment.startswith(_SEGMENT) and len(segment) >= _HEAD + _HEAD:
            parts = whole.setdefault(segment[2:4], {})
            parts.setdefault(int.from_bytes(segment[4:8]), segment[_HEAD:])
    first_of: dict[str, bytes] = {}
    for parts in whole.values():
        first, *others = (parts[number] for number in sorted(parts))
        head = _LONG_HEAD if first[:4] == b"\0\0\0\1" else _HEAD
        for name, block in boxed_blocks(b"".join([first, *(part[head:] for part in others)])):
            first_of.setdefault(name, block)
    return first_of
