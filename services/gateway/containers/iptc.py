"""When a picture was taken and what it shows according to IPTC (IIM 4.2), which agencies, archives and older programs
write.

In a JPEG or PNG it is one of Photoshop's resources, in a TIFF a tag. Programs that also write XMP keep a digest beside
it: one that doesn't fit any more says that a program that knows no XMP has edited it since.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from services.gateway.containers.charsets import declared, decoded
from services.knowledge import precedence
from services.knowledge.stated import Stated, stated

RESOURCE: Final = 0x0404
"""IPTC's number among Photoshop's resources."""
DIGEST: Final = 0x0425
"""That of its digest: MD5."""
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
_TEXTS: Final = (
    *((precedence.TITLE, 5), (precedence.HEADLINE, 105), (precedence.CAPTION, 120)),
    *((precedence.CREATOR, 80), (precedence.COPYRIGHT, 116)),
    *(("sublocation", 92), ("city", 90), ("state", 95), ("country", 101)),
)
"""Property -> data set."""
LIMITS: Final = {
    precedence.TITLE: 64,
    precedence.HEADLINE: 256,
    precedence.CAPTION: 2000,
    precedence.CREATOR: 32,
    precedence.COPYRIGHT: 128,
    **{"sublocation": 32, "city": 32, "state": 32, "country": 64},
}
"""Bytes of a property; what is longer is cut off by programs that keep to the standard."""
LONGEST_KEYWORD: Final = 64
_EXTENDED: Final = 0x8000
"""Marks a data set whose length is longer than two bytes: so many follow."""

_Values = Mapping[tuple[int, int], Sequence[bytes]]
"""(record, data set) -> its values, in their order."""


class Iptc(NamedTuple):
    created: Stated | None = None
    digitized: Stated | None = None
    texts: tuple[tuple[str, str], ...] = ()
    """Name of a property and its text."""
    keywords: tuple[str, ...] = ()
    edited: bool = False
    """Since XMP was written: its digest doesn't fit."""
    is_whole: bool = True
    """False: some of it can't be read."""


def read(block: bytes, digest: bytes = b"") -> Iptc:
    """`block`: data sets. `digest`: as it was when XMP was written; empty if unknown. What can't be read counts as
    absent."""
    if not block:
        return Iptc()
    values: dict[tuple[int, int], list[bytes]] = {}
    sets, is_whole = _data_sets(block)
    for key, value in sets:
        values.setdefault(key, []).append(value)
    charset = next((name for one in values.get(_CHARSET, ()) if (name := declared(one))), None)

    def texts(number: int) -> list[str]:
        return [decoded(one, charset) for one in values.get((_APPLICATION, number), ())]

    creators = [("creator", ", ".join(names))] if len(names := texts(80)) > 1 else []
    return Iptc(
        created=_date(values, *_CREATED),
        digitized=_date(values, *_DIGITIZED),
        texts=(*creators, *((name, text) for name, number in _TEXTS for text in texts(number)[:1])),
        keywords=tuple(texts(_KEYWORD)),
        edited=bool(digest) and hashlib.md5(block, usedforsecurity=False).digest() != digest,
        is_whole=is_whole,
    )


def _date(values: _Values, day: int, time: int) -> Stated | None:
    date, clock = _digits(values, day), _digits(values, time)
    return (stated(f"{date}T{clock}") if clock else None) or stated(date)


def _digits(values: _Values, number: int) -> str:
    return next(iter(values.get((_APPLICATION, number), ())), b"").decode("ascii", "replace").strip("\0 ")


def _data_sets(block: bytes) -> tuple[list[tuple[tuple[int, int], bytes]], bool]:
    """Up to the first invalid one, and whether these are all. Zeros and spaces may follow them."""
    sets: list[tuple[tuple[int, int], bytes]] = []
    at = 0
    for _ in range(_MOST):
        if block[at : at + 1] != b"\x1c" or len(block) < at + 5:
            return sets, not block[at:].strip(b"\0 ")
        record, number, size = block[at + 1], block[at + 2], int.from_bytes(block[at + 3 : at + 5])
        at += 5
        if size & _EXTENDED:
            digits = size & ~_EXTENDED
            if digits > 4:
                return sets, False
            size = int.from_bytes(block[at : at + digits])
            at += digits
        sets.append(((record, number), block[at : at + size]))
        at += size
        if at > len(block):
            return sets, False
    return sets, False


def resources(block: bytes) -> dict[int, bytes]:
    """Photoshop's: number -> content, as far as they are whole."""
    contents: dict[int, bytes] = {}
    at = 0
    for _ in range(_MOST):
        if block[at : at + 4] != b"8BIM" or len(block) < at + 12:
            break
        number, name = int.from_bytes(block[at + 4 : at + 6]), block[at + 6]
        head = at + 6 + (name + 2) // 2 * 2
        size = int.from_bytes(block[head : head + 4])
        contents.setdefault(number, block[head + 4 : head + 4 + size])
        at = head + 4 + (size + 1) // 2 * 2
    return contents
