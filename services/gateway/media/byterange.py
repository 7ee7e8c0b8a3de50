"""The Range header (RFC 9110 §14.2), limited to what players and downloads use: one byte range."""

import re
from typing import Final

_BEYOND: Final = 2**62
"""No file is longer."""


class Unsatisfiable(Exception):
    """The file has no such bytes."""


def requested(header: str | None, size: int) -> tuple[int, int] | None:
    """(start, end) of the requested bytes, end exclusive; None for the whole file.

    A malformed header, one in another unit or with several ranges is ignored, as the RFC allows. Raises Unsatisfiable.
    """
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", header.strip(), re.ASCII) if header else None
    if match is None or match[0].endswith("=-"):
        return None
    first, last = (_number(text) if text else None for text in match.groups())
    if first is None:
        start, end = max(0, size - (last or 0)), size
    elif last is not None and last < first:
        return None
    else:
        start, end = first, size if last is None else min(size, last + 1)
    if start >= size:
        raise Unsatisfiable
    return start, end


def _number(digits: str) -> int:
    """However many there are: Python converts only some thousands."""
    digits = digits.lstrip("0")
    return min(int(digits or 0), _BEYOND) if len(digits) < 20 else _BEYOND
