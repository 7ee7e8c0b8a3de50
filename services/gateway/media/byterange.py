"""The Range header (RFC 9110 §14.2), as far as players and downloads use it: one range of bytes."""

import re


class Unsatisfiable(Exception):
    """The file has no such bytes."""


def requested(header: str | None, size: int) -> tuple[int, int] | None:
    """(first, behind the last) byte that was asked for; None: all of it.

    A header in another unit, with several ranges or misspelt is ignored, as the RFC allows. Raises Unsatisfiable.
    """
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", header.strip()) if header else None
    if found is None or found[0].endswith("=-"):
        return None
    first, last = found[1], found[2]
    if not first:
        start, end = max(0, size - int(last)), size
        if int(last) == 0:
            raise Unsatisfiable
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= size:
        raise Unsatisfiable
    return start, end
