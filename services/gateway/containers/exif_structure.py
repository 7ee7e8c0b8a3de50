"""Whether a block of EXIF is whole: its directories, and all values that they name, lie inside it.

Decoders leave out what lies outside without a word, each in its own way. Sources: TIFF 6.0, section 2; EXIF 2.32,
section 4.6. Makers' notes don't count: programs that move the block break what these point to, and Albumen reads
almost nothing of them.
"""

import struct
from typing import Final

_PREFIX: Final = b"Exif\0\0"
_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
"""Type -> bytes of a value."""
_DIRECTORIES: Final = (0x8769, 0x8825)
"""Tags that say where EXIF's own directory is, and that of GPS."""
_NOTE: Final = 0x927C
_MOST: Final = 1000
"""Entries of a directory; real ones have less than a hundred."""


def is_complete(block: bytes) -> bool:
    """`block`: with its prefix, without, or with two, as Pillow puts one before a PNG's; true if it is empty."""
    block = block.removeprefix(_PREFIX).removeprefix(_PREFIX)
    if not block.strip(b"\0"):
        return True
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None or len(block) < 8:
        return False
    (first,) = struct.unpack_from(f"{order}I", block, 4)
    below = _pointers(block, order, first)
    return below is not None and all(_pointers(block, order, at) is not None for at in below.values())


def _pointers(block: bytes, order: str, at: int) -> dict[int, int] | None:
    """Of the directory at `at`: tag -> where the directory below it is; None if it isn't whole."""
    if at + 2 > len(block):
        return None
    (count,) = struct.unpack_from(f"{order}H", block, at)
    if count > _MOST or at + 2 + 12 * count > len(block):
        return None
    pointers: dict[int, int] = {}
    for number in range(count):
        tag, kind, values, offset = struct.unpack_from(f"{order}HHII", block, at + 2 + 12 * number)
        if tag in _DIRECTORIES:
            pointers[tag] = offset
        size = _SIZES.get(kind, 0) * values
        if size > 4 and tag != _NOTE and offset + size > len(block):
            return None
    return pointers
