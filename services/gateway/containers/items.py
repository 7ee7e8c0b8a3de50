"""Items of a HEIC or AVIF file that are packed, which decoders leave as they are or leave out (ISO 14496-12, 8.11)."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from services.gateway.containers.boxes import Box, box, boxes
from services.gateway.containers.packed import inflated, unbrotlied

_XMP: Final = b"application/rdf+xml"
_UNPACK: Final = {
    b"deflate": inflated,
    b"compress_zlib": inflated,
    b"gzip": inflated,
    b"br": unbrotlied,
}
"""An item's content encoding -> how to read it; the second is libheif's."""
_MOST: Final = 1000
"""Items, and parts of one; real files have some dozens."""
_IN_FILE, _IN_META = 0, 1
"""Where an item's bytes are."""


class _Item(NamedTuple):
    number: int
    media_type: bytes
    encoding: bytes


class _Reader:
    """Numbers of whole bytes, in their order; zeros behind the end."""

    def __init__(self, content: bytes, where: Box) -> None:
        self._content, self.at, self.end = content, where.start, where.end

    def next(self, size: int) -> int:
        at, self.at = self.at, self.at + size
        return int.from_bytes(self._content[at : min(self.at, self.end)])

    def text(self) -> bytes:
        stop = self._content.find(b"\0", self.at, self.end)
        at, self.at = self.at, (self.end if stop < 0 else stop) + 1
        return self._content[at : self.at - 1]


def packed_xmp(content: bytes, most: int) -> bytes | None:
    """Unpacked, up to `most` bytes and one more; None if there is no packed one. Raises ValueError if it can't be
    read."""
    if content[4:8] != b"ftyp" or (meta := box(content, b"meta")) is None:
        return None
    inside = {one.kind: one for one in boxes(content, meta.start + 4, meta.end)}
    if b"iinf" not in inside or b"iloc" not in inside:
        return None
    for item in _items(content, inside[b"iinf"]):
        if item.media_type == _XMP and item.encoding:
            if item.encoding not in _UNPACK:
                raise ValueError("It is packed in an unknown way.")
            return _UNPACK[item.encoding](_bytes(content, item.number, inside), most)
    return None


def _items(content: bytes, where: Box) -> Iterator[_Item]:
    """Those of a media type (8.11.6)."""
    head = _Reader(content, where)
    version = head.next(4) >> 24
    head.next(2 if version == 0 else 4)
    for one in boxes(content, head.at, where.end):
        entry = _Reader(content, one)
        version = entry.next(4) >> 24
        if one.kind == b"infe" and version >= 2:
            number = entry.next(2 if version == 2 else 4)
            entry.next(2)
            kind = entry.next(4).to_bytes(4)
            entry.text()
            if kind == b"mime":
                yield _Item(number, entry.text(), entry.text())


def _bytes(content: bytes, wanted: int, inside: dict[bytes, Box]) -> bytes:
    """Of an item, as far as they are there (8.11.3)."""
    entry = _Reader(content, inside[b"iloc"])
    version = entry.next(4) >> 24
    sizes = entry.next(2)
    of_offset, of_length, of_base, of_index = (sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15)
    of_number = 2 if version < 2 else 4
    for _ in range(min(entry.next(of_number), _MOST)):
        number = entry.next(of_number)
        method = entry.next(2) & 15 if version else _IN_FILE
        entry.next(2)
        base = entry.next(of_base)
        start, end = 0, len(content)
        if method == _IN_META and b"idat" in inside:
            start, end = inside[b"idat"].start, inside[b"idat"].end
        parts = []
        for _ in range(min(entry.next(2), _MOST)):
            entry.next(of_index if version else 0)
            at = start + base + entry.next(of_offset)
            length = entry.next(of_length)
            parts.append((at, min(at + length, end) if length else end))
        if number == wanted and method in (_IN_FILE, _IN_META):
            if sum(stop - at for at, stop in parts) > len(content):  # the same bytes again and again
                break
            return b"".join(content[at:stop] for at, stop in parts)
    raise ValueError("It is not there.")
