"""The boxes that make up MP4, HEIC and Canon's CR3: a length, a four-letter kind, and a payload."""

from collections.abc import Iterator
from typing import Final, NamedTuple

_MOST: Final = 1000
"""Sibling boxes to read; real files have a dozen."""


class Box(NamedTuple):
    kind: bytes
    start: int
    """Of the payload."""
    end: int


def boxes(content: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """Siblings from `start`. Stops silently at the first invalid one."""
    end = len(content) if end is None else min(end, len(content))
    for _ in range(_MOST):
        if start + 8 > end:
            return
        size, head = int.from_bytes(content[start : start + 4]), 8
        if size == 1:
            size, head = int.from_bytes(content[start + 8 : start + 16]), 16
        elif size == 0:
            size = end - start
        if size < head or start + size > end:
            return
        yield Box(content[start + 4 : start + 8], start + head, start + size)
        start += size


def box(content: bytes, kind: bytes, start: int = 0, end: int | None = None) -> Box | None:
    return next((one for one in boxes(content, start, end) if one.kind == kind), None)
