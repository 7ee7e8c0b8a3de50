"""When a picture was taken according to IPTC (IIM 4.2), which agencies and archives write.

In a JPEG or PNG it is one of Photoshop's resources, in a TIFF a tag. Nothing but its dates is read here.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from services.knowledge.stated import Stated, stated

RESOURCE: Final = 0x0404
"""IPTC's number among Photoshop's resources."""
_MOST: Final = 10_000
"""Data sets and resources to read; real pictures have some dozens."""
_RECORD: Final = 2
_CREATED: Final = (55, 60)
"""Data sets of the date and the time when what the picture shows was there."""
_DIGITIZED: Final = (62, 63)


class IptcDates(NamedTuple):
    created: Stated | None = None
    digitized: Stated | None = None


def dates(block: bytes) -> IptcDates:
    """`block`: data sets. What can't be read counts as absent."""
    values: dict[int, str] = {}
    for number, value in _data_sets(block):
        values.setdefault(number, value.decode("ascii", "replace").strip("\0 "))
    return IptcDates(*(_date(values, *numbers) for numbers in (_CREATED, _DIGITIZED)))


def _date(values: dict[int, str], day: int, time: int) -> Stated | None:
    date, clock = values.get(day, ""), values.get(time, "")
    return (stated(f"{date}T{clock}") if clock else None) or stated(date)


def _data_sets(block: bytes) -> Iterator[tuple[int, bytes]]:
    """Of the application record. Ends silently at the first invalid one; longer ones than 32 kB hold no date."""
    at = 0
    for _ in range(_MOST):
        if block[at : at + 1] != b"\x1c" or len(block) < at + 5:
            return
        record, number, size = block[at + 1], block[at + 2], int.from_bytes(block[at + 3 : at + 5])
        if size & 0x8000:
            return
        if record == _RECORD:
            yield number, block[at + 5 : at + 5 + size]
        at += 5 + size


def in_resources(block: bytes) -> bytes:
    """The data sets in Photoshop's resources; `block` itself if it isn't any."""
    if not block.startswith(b"8BIM"):
        return block
    at = 0
    for _ in range(_MOST):
        if block[at : at + 4] != b"8BIM" or len(block) < at + 12:
            break
        number, name = int.from_bytes(block[at + 4 : at + 6]), block[at + 6]
        head = at + 6 + (name + 2) // 2 * 2
        size = int.from_bytes(block[head : head + 4])
        if number == RESOURCE:
            return block[head + 4 : head + 4 + size]
        at = head + 4 + (size + 1) // 2 * 2
    return b""
