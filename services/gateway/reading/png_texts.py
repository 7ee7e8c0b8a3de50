"""A PNG's texts that are out of all proportion: for them, Pillow would refuse the picture."""

import zlib
from collections.abc import Iterator
from typing import Final

from services.gateway.reading.endings import PNG, png_chunks

_LARGEST: Final = 1 << 20
"""Bytes of a compressed text; Pillow's own limit (`PngImagePlugin.MAX_TEXT_CHUNK`)."""
_MOST: Final = 32_000_000
"""Bytes of all texts together; Pillow's own limit is twice that."""


def without_large_texts(content: bytes) -> bytes:
    """The same file without them; files of other formats as they are."""
    if not content.startswith(PNG):
        return content
    spans = list(_large(content))
    at, parts = 0, list[bytes]()
    for start, end in spans:
        parts.append(content[at:start])
        at = end
    return b"".join([*parts, content[at:]]) if spans else content


def texts_first(content: bytes) -> bytes:
    """The same PNG with everything that is no pixels before these, so that it can be read without decoding them."""
    if not content.startswith(PNG):
        return content
    heads, pixels = list[bytes](), list[bytes]()
    for kind, start, size in png_chunks(content):
        part = content[start - 8 : start + size + 4]
        (pixels if kind in (b"IDAT", b"fdAT", b"fcTL", b"IEND") else heads).append(part)
    return b"".join([PNG, *heads, *pixels])


def _large(content: bytes) -> Iterator[tuple[int, int]]:
    """Their first byte, and that behind them."""
    total = 0
    for kind, start, size in png_chunks(content):
        if kind not in (b"tEXt", b"zTXt", b"iTXt"):
            continue
        unpacked = _unpacked(kind, content[start : start + size])
        length = max(unpacked, size)
        if unpacked > _LARGEST or total + length > _MOST:
            yield start - 8, start + size + 4
        else:
            total += length


def _unpacked(kind: bytes, chunk: bytes) -> int:
    """Bytes of a compressed text, up to one more than allowed; 0 for others."""
    rest = chunk.partition(b"\0")[2]
    packed = rest[1:] if kind == b"zTXt" else b""
    if kind == b"iTXt" and rest.startswith(b"\1"):
        packed = rest[2:].split(b"\0", 2)[-1]
    try:
        return len(zlib.decompressobj().decompress(packed, _LARGEST + 1))
    except zlib.error:
        return 0
