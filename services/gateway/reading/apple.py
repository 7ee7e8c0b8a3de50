"""Apple's identifier of a live photo, the same in the photo and in its film.

In the photo it is in the maker note: a TIFF directory after 14 bytes, whose offsets count from the note's start, tag
0x0011 (`Image::ExifTool::Apple`, ContentIdentifier). In the film it is a QuickTime tag.
"""

import re
from collections.abc import Mapping
from typing import Final, Literal

FILM_TAG: Final = "com.apple.quicktime.content.identifier"
_HEAD: Final = b"Apple iOS\0"
_ORDERS: Final[Mapping[bytes, Literal["big", "little"]]] = {b"MM": "big", b"II": "little"}
_COUNT_AT: Final = 14
_ENTRY: Final = 12
_MOST: Final = 200
"""Tags to look through; a note has about fifty."""
_TAG: Final = 0x0011
_ASCII: Final = 2
_IDENTIFIER: Final = re.compile(r"[0-9A-Za-z-]{8,64}")
"""A UUID, so far."""


def identifier(text: str | None) -> str | None:
    """In capital letters; None if it isn't one."""
    stripped = (text or "").strip("\0 ")
    return stripped.upper() if _IDENTIFIER.fullmatch(stripped) else None


def in_note(note: object) -> str | None:
    """Of a photo by its maker note. Never raises."""
    if not isinstance(note, bytes) or not note.startswith(_HEAD) or note[12:14] not in _ORDERS:
        return None
    order = _ORDERS[note[12:14]]
    count = int.from_bytes(note[_COUNT_AT : _COUNT_AT + 2], order)
    for number in range(min(count, _MOST)):
        at = _COUNT_AT + 2 + number * _ENTRY
        tag, kind = (int.from_bytes(note[at + skip : at + skip + 2], order) for skip in (0, 2))
        length, start = (int.from_bytes(note[at + skip : at + skip + 4], order) for skip in (4, 8))
        if (tag, kind) == (_TAG, _ASCII):
            return identifier(note[start : start + length].decode("ascii", "replace"))
    return None
