"""Boxes, of which MP4, HEIC and Canon's CR3 consist: a length, four letters, and what they hold."""

from collections.abc import Iterator
from typing import Final, NamedTuple

_MOST: Final = 1000
"""Boxes in a row; real files have a dozen."""


class Box(NamedTuple):
    kind: bytes
    start: int
    """Of what it holds."""
    end: int


def boxes(content: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """In a row from `start`. Ends quietly at the first that can't be."""
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
    return next((found for found in boxes(content, start, end) if found.kind == kind), None)
