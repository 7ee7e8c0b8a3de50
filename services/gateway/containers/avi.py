"""The date in an AVI's header (`IDIT`), by the camera's clock. There is no standard for its form: each row of FORMS is
what some make writes (ExifTool, RIFF module)."""

import re
from datetime import datetime
from typing import Final

HEAD: Final = 65_536
"""Bytes at the beginning of a file, with its header; real headers have some thousand."""
_LONGEST: Final = 64
"""Bytes of the date."""
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED: Final = re.compile(r"[a-z]{3}\s+([a-z]{3})\s+(\d{1,2})\s+(\d{1,2}):(\d{2}):(\d{2})\s+(\d{4})", re.I)
_NUMBERS: Final = re.compile(
    r"(\d{4})\s*[:/-]\s*(\d{1,2})\s*[:/-]\s*(\d{1,2})[\s/T]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP]M)?", re.I
)
FORMS: Final = {
    "Mon Mar 10 15:04:43 2003\n": "2003-03-10T15:04:43",
    "MON MAR  3  5:04:43 2003": "2003-03-03T05:04:43",
    "2005/08/17 11:42": "2005-08-17T11:42:00",
    "2005/08/17/ 11:42": "2005-08-17T11:42:00",
    "2005:08:17 11:42:43": "2005-08-17T11:42:43",
    "2005-08-17 11:42:43": "2005-08-17T11:42:43",
    "2001/ 1/27  1:42PM": "2001-01-27T13:42:00",
    "2001/ 1/27 12:42AM": "2001-01-27T00:42:00",
}
"""Text -> the date; each is a test."""


def header_date(head: bytes) -> datetime | None:
    """Of a file that begins like this; None if there is no date or it isn't an AVI."""
    at = head.find(b"IDIT") if head[:4] == b"RIFF" and head[8:12] == b"AVI " else -1
    if at < 0:
        return None
    size = min(int.from_bytes(head[at + 4 : at + 8], "little"), _LONGEST)
    return parsed(head[at + 8 : at + 8 + size].decode("latin-1"))


def parsed(text: str) -> datetime | None:
    text = text.strip("\0 \r\n")
    try:
        if named := _NAMED.match(text):
            month = _MONTHS.index(named[1].lower()) + 1
            day, hour, minute, second, year = (int(part) for part in named.group(2, 3, 4, 5, 6))
            return datetime(year, month, day, hour, minute, second)
        if match := _NUMBERS.match(text):
            year, month, day, hour, minute, second = (
                int(part or 0) for part in match.group(1, 2, 3, 4, 5, 6)
            )
            if match[7]:
                hour = hour % 12 + (12 if match[7].upper() == "PM" else 0)
            return datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    return None
