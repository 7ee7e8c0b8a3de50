"""Pictures whose end is missing: a copy that stopped, a full card, a download that was cut off.

A JPEG, PNG or WebP like that is shown as far as it goes. Whether its end is there is told by the file's structure, not
by a decoder's complaint: some decoders fill the rest in without a word.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PIL import ImageFile

from services.gateway.containers.jpeg import scan_start

_EOI: Final = b"\xff\xd9"
PNG: Final = b"\x89PNG\r\n\x1a\n"
_IEND: Final = b"IEND\xaeB`\x82"
"""With its checksum (PNG, 3rd edition, 11.2.5)."""
_LEAST: Final = 32
"""Bytes of pixel data without which there is nothing to show."""
_MOST_MISSING: Final = 100_000_000
"""Bytes; a WebP that lacks more claims what can't be real."""
_FRAMES: Final = (b"VP8 ", b"VP8L", b"ANMF")
"""WebP's chunks that hold pixels (RFC 9649, 2.7)."""


def is_cut_off(content: bytes) -> bool:
    """Whether it is a JPEG, PNG or WebP without its end. What follows a JPEG's or PNG's end doesn't matter."""
    if content.startswith(b"\xff\xd8\xff"):
        if content.endswith(_EOI):
            return False
        start = scan_start(content)  # from here on, 0xFF is never followed by 0xD9, except at the end
        return start is not None and content.rfind(_EOI, start) < 0
    if content.startswith(PNG):
        return content.rfind(_IEND) < 0
    return is_webp(content) and _declared(content) > len(content)


def is_nothing_left(content: bytes) -> bool:
    """Of a picture that is cut off: whether it ends before its pixels."""
    if content.startswith(b"\xff\xd8\xff"):
        start = scan_start(content)
    elif content.startswith(PNG):
        start = next((at for kind, at, _ in png_chunks(content) if kind == b"IDAT"), None)
    else:
        start = next((at for kind, at, _ in webp_chunks(content) if kind in _FRAMES), None)
    return start is None or len(content) - start < _LEAST


def completed(content: bytes) -> bytes:
    """A WebP that is cut off, with zeros for what is missing: libwebp refuses it otherwise, while the decoders of JPEG
    and PNG need only be told (`tolerated`). All others unchanged."""
    if not is_webp(content):
        return content
    kept, frames = len(content), 0
    for kind, start, size in webp_chunks(content):
        if start + size > len(content):
            if kind not in _FRAMES or (kind == b"ANMF" and frames):
                kept = start - 8
                break
            return _filled(content, start, start + size - len(content), is_alone=kind != b"ANMF")
        frames += kind in _FRAMES
    return _resized(content[:kept])


@contextmanager
def tolerated(cut_off: bool) -> Iterator[None]:
    """While `cut_off`, Pillow decodes a picture as far as it goes. Not for several threads: Pillow has one switch."""
    ImageFile.LOAD_TRUNCATED_IMAGES = cut_off
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def is_webp(content: bytes) -> bool:
    return content.startswith(b"RIFF") and content.startswith(b"WEBP", 8)


def _declared(content: bytes) -> int:
    return int.from_bytes(content[4:8], "little") + 8


def _filled(content: bytes, start: int, missing: int, *, is_alone: bool) -> bytes:
    """With zeros for the rest of the chunk whose payload begins at `start`. A picture's own chunk gets more of them
    than it lacks: a decoder may read more zeros than there were bits."""
    more = missing + len(content) + 65_536 if is_alone else missing
    more += (len(content) - start + more) % 2
    if missing > _MOST_MISSING:
        return content
    size = (len(content) - start + more).to_bytes(4, "little")
    head = content[: start - 4] + size if is_alone else content[:start]
    return _resized(head + content[start:] + bytes(more))


def _resized(content: bytes) -> bytes:
    return content[:4] + (len(content) - 8).to_bytes(4, "little") + content[8:]


def webp_chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(kind, start of the payload, its declared size) of each chunk whose header is there."""
    at = 12
    while at + 8 <= len(content):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        yield content[at : at + 4], at + 8, size
        at += 8 + size + size % 2


def png_chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = len(PNG)
    while at + 8 <= len(content):
        size = int.from_bytes(content[at : at + 4])
        yield content[at + 4 : at + 8], at + 8, size
        at += 12 + size
