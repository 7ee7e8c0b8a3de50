"""The clock of AVCHD camcorders, which stands in the H.264 stream itself: in an SEI message of unregistered user data
that Sony and Panasonic call "modified DV pack metadata".

Each entry has a tag and four bytes; two of them make up a date in BCD (like packs 62 and 63 of DV, IEC 61834-4).
Source: ExifTool's H264 module, as there is no public specification.
"""

from datetime import datetime, timedelta, timezone
from typing import Final

_START: Final = bytes.fromhex("17ee8c60f84d11d98cd60800200c9a66") + b"MDPM"
_MOST: Final = 128
"""Entries to read; real ones have about ten."""
_DATE: Final = 0x18
"""Time zone, century, year, month; the next tag has day, hour, minute, second."""
_UNKNOWN: Final = (0x00, 0xFF)
"""Time zones of cameras without such a setting. Zero may be Greenwich too, but no offset is better than a wrong one."""
_SUMMER: Final = 0x40
_WEST: Final = 0x20
_HALF: Final = 0x01


def camera_clock(access_unit: bytes) -> datetime | None:
    """By the camera's clock, with the offset if it is known; None if there is no such message or date in it."""
    start = access_unit.find(_START)
    if start < 0:
        return None
    start += len(_START)
    message = access_unit[start : start + 2 * 5 * _MOST].replace(b"\0\0\3", b"\0\0")  # undo H.264's escapes
    entries = {
        message[at]: message[at + 1 : at + 5]
        for at in range(1, 1 + 5 * min(message[0] if message else 0, _MOST), 5)
        if at + 5 <= len(message)
    }
    return _moment(entries.get(_DATE, b"") + entries.get(_DATE + 1, b""))


def _moment(packs: bytes) -> datetime | None:
    if len(packs) != 8:
        return None
    try:
        century, year, month, day, hour, minute, second = (int(f"{byte:x}") for byte in packs[1:])
        return datetime(century * 100 + year, month, day, hour, minute, second, tzinfo=_zone(packs[0]))
    except ValueError:
        return None


def _zone(code: int) -> timezone | None:
    """None as well in summer time, of which it isn't known whether the zone includes it."""
    if code in _UNKNOWN or code & _SUMMER:
        return None
    shift = timedelta(hours=(code >> 1) & 0x0F, minutes=30 if code & _HALF else 0)
    return timezone(-shift if code & _WEST else shift)
