"""A JPEG's orientation, changed without touching its pixels: for copies of photos that a person has rotated.

EXIF has it (CIPA DC-008, 4.6.5) in a TIFF directory, and XMP as `tiff:Orientation`. What else the file has stays where
it is: a directory without the tag is written again behind the block, as offsets in it count from its beginning.
"""

import re
from typing import Final, Literal

from services.gateway.containers.jpeg import Segment, segments
from services.gateway.reading.photo import Beginning
from services.knowledge.rotations import NONE, ROTATIONS, compose

HEAD_BYTES: Final = 1 << 20
"""They have to hold everything before the pixels."""
_APP0: Final = 0xE0
_APP1: Final = 0xE1
_SCAN: Final = 0xDA
_EXIF: Final = b"Exif\0\0"
_XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_VALUE: Final = re.compile(rb"(tiff:Orientation\s*(?:=\s*[\"']|>)\s*)([1-8])")
_Order = Literal["little", "big"]
_ORDERS: Final[dict[bytes, _Order]] = {b"II*\0": "little", b"MM\0*": "big"}
_TAG: Final = 0x0112
_SHORT: Final = 3
_ENTRY: Final = 12
_MOST: Final = 1000
"""Entries of a directory; more are none."""
_LONGEST: Final = 0xFFFF
"""Bytes of a segment, with its length."""


def oriented(head: bytes, rotation: int) -> Beginning | None:
    """What the copy begins with instead. None if the file is no JPEG that it can be done for. `rotation`: what is done
    to the upright picture."""
    parts = list(segments(head)) if head.startswith(b"\xff\xd8") else []
    if not parts or parts[-1].marker != _SCAN or parts[-1].end > len(head):
        return None
    exif = next((one for one in parts if _begins(head, one, _EXIF)), None)
    packets = [one for one in parts if _begins(head, one, _XMP)]
    after = compose(_before(head, exif, packets), rotation)
    block = _in_exif(head[exif.start + len(_EXIF) : exif.end], after) if exif else _new(after)
    if block is None or len(_EXIF) + len(block) + 2 > _LONGEST:
        return None
    changes = [(one.start, one.end, _in_xmp(head[one.start : one.end], after)) for one in packets]
    place = parts[0].end if parts[0].marker == _APP0 else 2
    changes.append((exif.start - 4 if exif else place, exif.end if exif else place, _segment(_EXIF + block)))
    return _replaced(head, changes)


def _before(head: bytes, exif: Segment | None, packets: list[Segment]) -> int:
    """The file's own orientation: EXIF's, else XMP's."""
    own = _of_exif(head[exif.start + len(_EXIF) : exif.end]) if exif else 0
    if own in ROTATIONS:
        return own
    values = [_XMP_VALUE.search(head, one.start, one.end) for one in packets]
    return next((int(value[2]) for value in values if value), NONE)


def _replaced(head: bytes, changes: list[tuple[int, int, bytes]]) -> Beginning:
    """`changes`: (from, to, the bytes in place of these)."""
    content, at = b"", 0
    for start, end, part in sorted(changes):
        content += head[at:start] + part
        at = end
    return Beginning(content=content, replaces=at)


def _begins(head: bytes, one: Segment, name: bytes) -> bool:
    return one.marker == _APP1 and head.startswith(name, one.start)


def _segment(payload: bytes) -> bytes:
    return b"\xff\xe1" + (len(payload) + 2).to_bytes(2) + payload


def _in_xmp(payload: bytes, orientation: int) -> bytes:
    return _XMP_VALUE.sub(lambda match: match[1] + b"%d" % orientation, payload)


def _new(orientation: int) -> bytes:
    """A TIFF block with nothing else."""
    directory = (1).to_bytes(2) + _entry(orientation, "big") + bytes(4)
    return b"MM\0*" + (8).to_bytes(4) + directory


def _entry(orientation: int, order: _Order) -> bytes:
    numbers = ((_TAG, 2), (_SHORT, 2), (1, 4), (orientation, 2))
    return b"".join(number.to_bytes(size, order) for number, size in numbers) + bytes(2)


def _directory(block: bytes) -> tuple[_Order, int, list[bytes]] | None:
    """Byte order, offset and entries of the first one."""
    order = _ORDERS.get(block[:4])
    if order is None:
        return None
    at = int.from_bytes(block[4:8], order)
    count = int.from_bytes(block[at : at + 2], order)
    end = at + 2 + count * _ENTRY
    if at < 8 or count > _MOST or end + 4 > len(block):
        return None
    return order, at, [block[start : start + _ENTRY] for start in range(at + 2, end, _ENTRY)]


def _of_exif(block: bytes) -> int:
    """0 if it says nothing of it."""
    order, _at, entries = _directory(block) or ("big", 0, [])
    for entry in entries:
        if int.from_bytes(entry[:2], order) == _TAG:
            size = 2 if int.from_bytes(entry[2:4], order) == _SHORT else 4
            return int.from_bytes(entry[8 : 8 + size], order)
    return 0


def _in_exif(block: bytes, orientation: int) -> bytes | None:
    directory = _directory(block)
    if directory is None:
        return None
    order, at, entries = directory
    new = _entry(orientation, order)
    tags = [int.from_bytes(entry[:2], order) for entry in entries]
    if _TAG in tags:
        start = at + 2 + tags.index(_TAG) * _ENTRY
        return block[:start] + new + block[start + _ENTRY :]
    further = block[at + 2 + len(entries) * _ENTRY :][:4]
    sorted_ones = sorted([*entries, new], key=lambda entry: int.from_bytes(entry[:2], order))
    block += b"\0" * (len(block) % 2)
    count = len(sorted_ones).to_bytes(2, order)
    moved = len(block).to_bytes(4, order)
    return block[:4] + moved + block[8:] + count + b"".join(sorted_ones) + further
