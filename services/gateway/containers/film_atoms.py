"""What MP4 and QuickTime films hold outside their tracks that FFmpeg doesn't read: a packet of XMP, a phone's user data
(3GPP TS 26.244, chapter 8), Windows' properties, and a description in iTunes' list.

Sources: QuickTime File Format (Apple); XMP specification, part 3; `Image::ExifTool::QuickTime` and `::Microsoft`.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from services.gateway.containers.boxes import Box, box, boxes
from services.gateway.containers.packed import inflated
from services.gateway.sidecars.facts import LARGEST

_UUID: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""Of a packet of XMP at the end of the file."""
_MOST: Final = 1000
"""Boxes to look at; real films have some dozens before they are in fragments."""
_PHONE: Final = {
    b"titl": "title",
    b"dscp": "description",
    b"auth": "author",
    b"perf": "artist",
    b"cprt": "copyright",
}
"""User data -> FFmpeg's name of the same."""
_STARS: Final = b"urat"
_STRING, _NUMBER = 8, 19
"""Types of Windows' properties: UTF-16, and eight bytes."""


class Atoms(NamedTuple):
    xmp: bytes
    tags: dict[str, str]
    """By FFmpeg's names, in small letters."""


def atoms(file: BinaryIO) -> Atoms:
    """Reads only the heads of other boxes, wherever they are: a film may have gigabytes. Leaves the file at its start.
    Raises OSError."""
    packet, block = b"", b""
    try:
        size = file.seek(0, 2)
        for outer in _boxes(file, 0, size):
            if outer.kind == b"uuid" and _read(file, outer.start, outer.start + 16) == _UUID:
                packet = packet or _read(file, outer.start + 16, outer.end)
            elif outer.kind == b"moov":
                block = block or _user_data(file, outer)
    finally:
        file.seek(0)
    own = box(block, b"XMP_")
    return Atoms(packet or (block[own.start : own.end] if own else b""), _tags(block))


def _user_data(file: BinaryIO, movie: Box) -> bytes:
    for one in _boxes(file, movie.start, movie.end):
        if one.kind == b"udta":
            return _read(file, one.start, one.end)
        if one.kind == b"cmov":
            return _of_packed(_read(file, one.start, one.end))
    return b""


def _of_packed(content: bytes) -> bytes:
    """The user data of a movie that old QuickTime packed: how, then the size of what is packed, and that itself. FFmpeg
    unpacks it as well, and can't open the film if it is damaged."""
    how, data = box(content, b"dcom"), box(content, b"cmvd")
    if how is None or data is None or content[how.start : how.end] != b"zlib":
        return b""
    try:
        movie = inflated(content[data.start + 4 : data.end], LARGEST)
    except ValueError:
        return b""
    whole = box(movie, b"moov")
    own = box(movie, b"udta", whole.start, whole.end) if whole else None
    return movie[own.start : own.end] if own else b""


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """As `boxes.boxes`, of an open file."""
    for _ in range(_MOST):
        head = _read(file, start, start + 16)
        if start + 8 > end or len(head) < 8:
            return
        size, skip = int.from_bytes(head[:4]), 8
        if size == 1:
            size, skip = int.from_bytes(head[8:16]), 16
        elif size == 0:
            size = end - start
        if size < skip or start + size > end:
            return
        yield Box(head[4:8], start + skip, start + size)
        start += size


def _read(file: BinaryIO, start: int, end: int) -> bytes:
    """Nothing of what is larger than real user data are."""
    if end - start > LARGEST:
        return b""
    file.seek(start)
    return file.read(end - start)


def _tags(block: bytes) -> dict[str, str]:
    tags: dict[str, str] = {}
    for one in boxes(block):
        content = block[one.start : one.end]
        if name := _PHONE.get(one.kind):
            tags[name] = _phone_text(content[6:])
        elif one.kind == _STARS and len(content) >= 8:
            tags["com.apple.quicktime.rating.user"] = str(content[7])
        elif one.kind == b"Xtra":
            tags |= _of_windows(content)
        elif one.kind == b"meta" and (list_ := box(content, b"ilst", 4)):
            described = box(content, b"\xa9des", list_.start, list_.end)
            data = box(content, b"data", described.start, described.end) if described else None
            tags |= (
                {"description": content[data.start + 8 : data.end].decode("utf-8", "replace")} if data else {}
            )
    return {name: text for name, text in tags.items() if text}


def _phone_text(content: bytes) -> str:
    name = "utf-16" if content.startswith((b"\xfe\xff", b"\xff\xfe")) else "utf-8"
    return content.decode(name, "replace").partition("\0")[0]


def _of_windows(content: bytes) -> dict[str, str]:
    """Each property: its length, that of its name and the name, then the number of its values, each with its length and
    its type."""
    properties: dict[str, str] = {}
    at = 0
    for _ in range(_MOST):
        size, long = (int.from_bytes(content[at + skip : at + skip + 4]) for skip in (0, 4))
        if size < 18 or at + size > len(content) or long > size - 18:
            break
        name = content[at + 8 : at + 8 + long].decode("ascii", "replace").lower()
        first = at + 8 + long + 4
        end = min(first + int.from_bytes(content[first : first + 4]), at + size)
        kind, value = int.from_bytes(content[first + 4 : first + 6]), content[first + 6 : end]
        if kind == _STRING:
            properties[name] = value.decode("utf-16-le", "replace").partition("\0")[0]
        elif kind == _NUMBER:
            properties[name] = str(int.from_bytes(value, "little"))
        at += size
    return properties
