"""The Range header (RFC 9110 §14.2), limited to what players and downloads use: one byte range."""

import re


class Unsatisfiable(Exception):
    """The file has no such bytes."""


def requested(header: str | None, size: int) -> tuple[int, int] | None:
    """(start, end) of the requested bytes, end exclusive; None for the whole file.

    A malformed header, one in another unit or with several ranges is ignored, as the RFC allows. Raises Unsatisfiable.
    """
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", header.strip()) if header else None
    if match is None or match[0].endswith("=-"):
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    elif last and int(last) < int(first):
        return None
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
    if start >= size:
        raise Unsatisfiable
    return start, end
