"""The segments of a JPEG (ITU T.81, annex B): a marker, and a length that includes itself."""

from collections.abc import Iterator
from typing import Final, NamedTuple

_MOST: Final = 1000
"""Segments to read; real files have a dozen, and some twenty more with a large colour profile."""
_SCAN: Final = 0xDA
_ALONE: Final = frozenset((0x01, *range(0xD0, 0xD9)))
"""Markers without a length."""


class Segment(NamedTuple):
    marker: int
    """Its second byte."""
    start: int
    """Of the payload."""
    end: int


def segments(content: bytes) -> Iterator[Segment]:
    """Up to the first scan. Stops silently where the file does, and at the first invalid one."""
    at = 2
    for _ in range(_MOST):
        while content[at : at + 2] in (b"\xff\xff", b"\xff\0"):  # padding, and what decoders overlook
            at += 1 if content[at + 1] else 2
        if at + 4 > len(content) or content[at] != 0xFF:
            return
        marker = content[at + 1]
        if marker in _ALONE:
            at += 2
            continue
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        yield Segment(marker, at + 4, end)
        if marker == _SCAN:
            return
        at = end


def scan_start(content: bytes) -> int | None:
    """Where the pixels of the first scan begin; None if the file ends before them."""
    scan = next((one for one in segments(content) if one.marker == _SCAN), None)
    return scan.end if scan and scan.end <= len(content) else None
