"""Motion photos: a picture followed by a few seconds of video, as written by Google's and Samsung's phones.

Recognised by a flag in the XMP block, Samsung's directory at the end of the file, or a HEIC box. An ordinary picture
is ruled out by its first kilobytes; nothing is decoded.
"""

import re
import struct
from collections.abc import Iterator
from itertools import takewhile
from typing import Final

import msgspec

from services.gateway.containers.boxes import box, boxes

XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
FLAG: Final = re.compile(rb"(?:MotionPhoto|MicroVideo)\s*(?:=\s*[\"']|>)\s*1\b")
OFFSET: Final = re.compile(rb"MicroVideoOffset\s*(?:=\s*[\"']|>)\s*(\d{1,12})")
ITEM: Final = re.compile(rb"<(?:\w+:)?Item\b[^<>]*>")
LENGTH: Final = re.compile(rb"\bLength\s*=\s*[\"'](\d{1,12})[\"']")
SAMSUNG: Final = 0x0A30
"""The video's entry in Samsung's directory."""
MOST_SEGMENTS: Final = 100
LONGEST_S: Final = 600
"""Anything longer isn't part of a photo, or its length is nonsense."""
PARTS: Final = frozenset(
    (
        b"ftyp",
        b"moov",
        b"mdat",
        b"moof",
        b"mfra",
        b"sidx",
        b"styp",
        b"free",
        b"skip",
        b"wide",
        b"meta",
        b"uuid",
    )
)
"""Boxes that a film consists of; anything else behind it isn't part of it."""


class Motion(msgspec.Struct, frozen=True, kw_only=True):
    """A whole MP4 within a picture's bytes."""

    offset: int
    """Bytes before it."""
    size: int
    """Bytes."""
    seconds: float


def motion(content: bytes) -> Motion | None:
    """The embedded video; None if there is none, or it isn't whole. Never raises."""
    try:
        films = (_film(content, start, end) for start, end in _places(content))
        return next((film for film in films if film is not None), None)
    except (struct.error, IndexError):
        return None


def _places(content: bytes) -> Iterator[tuple[int, int]]:
    """Where the video may start, and the end of what it may occupy; most certain place first."""
    size = len(content)
    if content[4:8] == b"ftyp":
        if video := box(content, b"mpvd"):
            yield video.start, video.end
    elif (xmp := _xmp(content)) and FLAG.search(xmp):
        lengths = [int(match[1]) for match in OFFSET.finditer(xmp)]
        items = (LENGTH.search(item) for item in ITEM.findall(xmp) if b"MotionPhoto" in item)
        lengths += [int(length[1]) for length in items if length]
        yield from ((size - length, size) for length in lengths if 0 < length < size)
        yield content.rfind(b"ftyp") - 4, size  # editing the photo left the length stale
    if content.endswith(b"SEFT"):
        yield from ((start, size) for start in _samsung(content))


def _xmp(content: bytes) -> bytes | None:
    """A JPEG's XMP block, by hopping from segment to segment."""
    at = 2 if content.startswith(b"\xff\xd8\xff") else len(content)
    for _ in range(MOST_SEGMENTS):
        if at + 4 > len(content) or content[at] != 0xFF or content[at + 1] == 0xDA:  # pixels start here
            return None
        size = int.from_bytes(content[at + 2 : at + 4])
        if content[at + 1] == 0xE1 and content.startswith(XMP, at + 4):
            return content[at + 4 + len(XMP) : at + 2 + size]
        at += 2 + size
    return None


def _samsung(content: bytes) -> Iterator[int]:
    """`SEFH`, version, count, entries of 12 bytes; the directory's length; `SEFT`."""
    (length,) = struct.unpack_from("<I", content, len(content) - 8)
    head = len(content) - 8 - length
    if head < 0 or content[head : head + 4] != b"SEFH":
        return
    (count,) = struct.unpack_from("<I", content, head + 8)
    for number in range(min(count, MOST_SEGMENTS)):
        _, kind, back, _ = struct.unpack_from("<HHII", content, head + 12 + number * 12)
        if kind == SAMSUNG and 0 < back <= head:
            (name,) = struct.unpack_from("<I", content, head - back + 4)
            yield head - back + 8 + name


def _film(content: bytes, start: int, end: int) -> Motion | None:
    """With its index and its pictures; a film that was cut off lacks one of them."""
    if start < 0 or content[start + 4 : start + 8] != b"ftyp":
        return None
    parts = {one.kind: one for one in takewhile(lambda one: one.kind in PARTS, boxes(content, start, end))}
    index = parts.get(b"moov")
    header = box(content, b"mvhd", index.start, index.end) if index else None
    if header is None or b"mdat" not in parts:
        return None
    layout = ">16xIQ" if content[header.start] == 1 else ">8xII"
    scale, duration = struct.unpack_from(layout, content, header.start + 4)
    if not scale or not 0 < duration / scale <= LONGEST_S:
        return None
    behind = max(one.end for one in parts.values())
    return Motion(offset=start, size=behind - start, seconds=round(duration / scale, 3))
