"""Motion photos: a picture followed by a few seconds of video, as written by Google's and Samsung's phones.

Recognised by a flag in the XMP block, Samsung's directory at the end of the file, or a HEIC box. An ordinary picture
is ruled out by its first kilobytes; nothing is decoded.
"""

import re
import struct
from collections.abc import Iterator
from typing import Final

from services.gateway.reading.boxes import box

XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
FLAG: Final = re.compile(rb"(?:MotionPhoto|MicroVideo)\s*(?:=\s*[\"']|>)\s*1\b")
OFFSET: Final = re.compile(rb"MicroVideoOffset\s*(?:=\s*[\"']|>)\s*(\d{1,12})")
ITEM: Final = re.compile(rb"<(?:\w+:)?Item\b[^>]*>")
LENGTH: Final = re.compile(rb"\bLength\s*=\s*[\"'](\d{1,12})[\"']")
SAMSUNG: Final = 0x0A30
"""The video's entry in Samsung's directory."""
MOST_SEGMENTS: Final = 100
LONGEST_S: Final = 600
"""Anything longer isn't part of a photo, or its length is nonsense."""


def motion_seconds(content: bytes) -> float | None:
    """Duration of the embedded video; None if there is none or it can't be read. Never raises."""
    try:
        durations = (_seconds(content, start) for start in _starts(content))
        return next((seconds for seconds in durations if seconds is not None), None)
    except (struct.error, IndexError):
        return None


def _starts(content: bytes) -> Iterator[int]:
    """Where the video may start, most certain place first."""
    if content[4:8] == b"ftyp":
        if video := box(content, b"mpvd"):
            yield video.start
        return
    xmp = _xmp(content)
    if xmp and FLAG.search(xmp):
        lengths = [int(match[1]) for match in OFFSET.finditer(xmp)]
        items = (LENGTH.search(item) for item in ITEM.findall(xmp) if b"MotionPhoto" in item)
        lengths += [int(length[1]) for length in items if length]
        yield from (len(content) - length for length in lengths if 0 < length < len(content))
        yield content.rfind(b"ftyp") - 4  # editing the photo left the length stale
    elif content.endswith(b"SEFT"):
        yield from _samsung(content)


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


def _seconds(content: bytes, start: int) -> float | None:
    if start < 0 or content[start + 4 : start + 8] != b"ftyp":
        return None
    film = box(content, b"moov", start)
    header = box(content, b"mvhd", film.start, film.end) if film else None
    if header is None:
        return None
    layout = ">16xIQ" if content[header.start] == 1 else ">8xII"
    scale, duration = struct.unpack_from(layout, content, header.start + 4)
    return round(duration / scale, 3) if scale and 0 < duration / scale <= LONGEST_S else None
