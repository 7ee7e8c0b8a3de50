"""When a picture was taken and what it shows according to IPTC (IIM 4.2), which agencies, archives and older programs
write.

In a JPEG or PNG it is one of Photoshop's resources, in a TIFF a tag.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from services.gateway.reading.charsets import declared, decoded
from services.knowledge.stated import Stated, stated

RESOURCE: Final = 0x0404
"""IPTC's number among Photoshop's resources."""
_MOST: Final = 10_000
"""Data sets and resources to read; real pictures have some dozens."""
_ENVELOPE: Final = 1
_APPLICATION: Final = 2
"""Records."""
_CHARSET: Final = (_ENVELOPE, 90)
_CREATED: Final = (55, 60)
"""Data sets of the date and the time when what the picture shows was there."""
_DIGITIZED: Final = (62, 63)
_KEYWORD: Final = 25
_CAPTION: Final = 120
_HEADLINES: Final = (105, 5)
LONGEST_KEYWORD: Final = 64
"""Bytes; what is longer is cut off by programs that keep to the standard."""

_Values = Mapping[tuple[int, int], Sequence[bytes]]
"""(record, data set) -> its values, in their order."""


class Iptc(NamedTuple):
    created: Stated | None = None
    digitized: Stated | None = None
    caption: str | None = None
    headlines: tuple[str, ...] = ()
    """Headline and title, if there are any."""
    keywords: tuple[str, ...] = ()


def read(block: bytes) -> Iptc:
    """`block`: data sets. What can't be read counts as absent."""
    if not block:
        return Iptc()
    values: dict[tuple[int, int], list[bytes]] = {}
    for key, value in _data_sets(block):
        values.setdefault(key, []).append(value)
    charset = next((name for one in values.get(_CHARSET, ()) if (name := declared(one))), None)

    def texts(number: int) -> list[str]:
        return [decoded(one, charset) for one in values.get((_APPLICATION, number), ())]

    return Iptc(
        created=_date(values, *_CREATED),
        digitized=_date(values, *_DIGITIZED),
        caption=next(iter(texts(_CAPTION)), None),
        headlines=tuple(text for number in _HEADLINES for text in texts(number)[:1]),
        keywords=tuple(texts(_KEYWORD)),
    )


def _date(values: _Values, day: int, time: int) -> Stated | None:
    date, clock = _digits(values, day), _digits(values, time)
    return (stated(f"{date}T{clock}") if clock else None) or stated(date)


def _digits(values: _Values, number: int) -> str:
    return next(iter(values.get((_APPLICATION, number), ())), b"").decode("ascii", "replace").strip("\0 ")


def _data_sets(block: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Ends silently at the first invalid one; longer ones than 32 kB hold neither a date nor words."""
    at = 0
    for _ in range(_MOST):
        if block[at : at + 1] != b"\x1c" or len(block) < at + 5:
            return
        record, number, size = block[at + 1], block[at + 2], int.from_bytes(block[at + 3 : at + 5])
        if size & 0x8000:
            return
        yield (record, number), block[at + 5 : at + 5 + size]
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
