"""The extensions of a GIF (GIF89a, sections 15 to 26): a label, and blocks of up to 255 bytes, each with its length."""

from collections.abc import Iterator
from typing import Final, NamedTuple

_MOST: Final = 1_000_000
"""Blocks to pass by; those of real files have 255 bytes each."""
_EXTENSION, _IMAGE = 0x21, 0x2C


class Extension(NamedTuple):
    label: int
    start: int
    """Of its first block, at that block's length."""
    end: int
    """Of its last block."""


def extensions(content: bytes) -> Iterator[Extension]:
    """Between all frames and behind them. Stops silently where the file does, and at the first invalid part."""
    at, rest = 13 + _colours(content, 10), _MOST
    while at + 2 < len(content) and rest > 0:
        label = None
        if content[at] == _EXTENSION:
            label, start = content[at + 1], at + 2
        elif content[at] == _IMAGE and at + 11 < len(content):
            start = at + 11 + _colours(content, at + 9)
        else:
            return
        end, rest = start, rest - 1
        while end < len(content) and content[end] and rest > 0:
            end, rest = end + 1 + content[end], rest - 1
        if label is not None and end < len(content):
            yield Extension(label, start, end)
        at = end + 1


def comment(content: bytes, extension: Extension) -> bytes:
    """Its blocks together."""
    at, parts = extension.start, list[bytes]()
    while at < extension.end:
        parts.append(content[at + 1 : at + 1 + content[at]])
        at += 1 + content[at]
    return b"".join(parts)


def _colours(content: bytes, at: int) -> int:
    """Bytes of the palette that the flags at this place announce."""
    flags = content[at] if at < len(content) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0
