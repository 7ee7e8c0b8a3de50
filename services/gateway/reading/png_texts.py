"""A PNG's texts that are broken, or out of all proportion: for some of them, Pillow would refuse the picture."""

import zlib
from typing import Final

from services.gateway.reading.endings import PNG, png_chunks

_LARGEST: Final = 1 << 20
"""Bytes of a compressed text; Pillow's own limit (`PngImagePlugin.MAX_TEXT_CHUNK`)."""
_MOST: Final = 32_000_000
"""Bytes of all texts together; Pillow's own limit is twice that."""
_TEXTS: Final = (b"tEXt", b"zTXt", b"iTXt")
_FRAMES: Final = (b"acTL", b"fcTL", b"fdAT")
"""Of an animation: pixels, although a picture can do without."""


def sound(content: bytes) -> tuple[bytes, bool]:
    """The same file without what Pillow would refuse it for besides its pixels, and whether words of it can't be read.
    Files of other formats as they are."""
    if not content.startswith(PNG):
        return content, False
    spans, broken = _faults(content)
    at, parts = 0, list[bytes]()
    for start, end in spans:
        parts.append(content[at:start])
        at = end
    return (b"".join([*parts, content[at:]]) if spans else content), broken


def texts_first(content: bytes) -> bytes:
    """The same PNG with everything that is no pixels before these, so that it can be read without decoding them."""
    if not content.startswith(PNG):
        return content
    heads, pixels = list[bytes](), list[bytes]()
    for kind, start, size in png_chunks(content):
        part = content[start - 8 : start + size + 4]
        (pixels if kind in (b"IDAT", b"fdAT", b"fcTL", b"IEND") else heads).append(part)
    return b"".join([PNG, *heads, *pixels])


def _faults(content: bytes) -> tuple[list[tuple[int, int]], bool]:
    """(First byte, the one behind the last) of each part to leave out, and whether words are among what is broken."""
    spans, total, broken = list[tuple[int, int]](), 0, False
    for kind, start, size in png_chunks(content):
        if _needed(kind) or start + size + 4 > len(content):
            continue
        chunk = content[start : start + size]
        if zlib.crc32(kind + chunk) != int.from_bytes(content[start + size : start + size + 4]):
            spans.append((start - 8, start + size + 4))
            broken |= kind in (*_TEXTS, b"eXIf")
        elif kind in _TEXTS:
            unpacked, is_whole = _unpacked(kind, chunk)
            length = max(unpacked, size)
            if unpacked > _LARGEST or total + length > _MOST or not _known_method(kind, chunk):
                spans.append((start - 8, start + size + 4))
                is_whole = False
            else:
                total += length
            broken |= not is_whole
    return spans, broken


def _needed(kind: bytes) -> bool:
    """Whether the pixels need it (PNG, 3rd edition, 5.4: a capital first letter)."""
    return kind[:1].isupper() or kind in _FRAMES


def _known_method(kind: bytes, chunk: bytes) -> bool:
    """Of a text's compression, where Pillow insists on it."""
    method = chunk.partition(b"\0")[2][:1]
    return kind != b"zTXt" or method in (b"", b"\0")


def _unpacked(kind: bytes, chunk: bytes) -> tuple[int, bool]:
    """Bytes of a compressed text, up to one more than allowed, 0 for others; and whether the text is whole."""
    rest = chunk.partition(b"\0")[2]
    if kind == b"tEXt":
        return 0, True
    if kind == b"zTXt":
        return _inflated(rest[1:])
    fields = rest[2:].split(b"\0", 2)
    if len(fields) < 3:
        return 0, False
    if rest.startswith(b"\1"):
        return _inflated(fields[2])
    return 0, _is_utf8(fields[2])


def _inflated(packed: bytes) -> tuple[int, bool]:
    unpacking = zlib.decompressobj()
    try:
        return len(unpacking.decompress(packed, _LARGEST + 1)), unpacking.eof
    except zlib.error:
        return 0, False


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
