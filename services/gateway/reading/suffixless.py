"""Files without a suffix: their names say nothing, so their first bytes are asked whether they are pictures."""

import os
from typing import Final

from services.knowledge.signatures import SHORT, is_picture

_MOST: Final = 1_000_000
"""Files that are kept in mind; of more, the first bytes are read at every scan."""


class Suffixless:
    """Keeps in mind, while Albumen runs, what is no picture and has not changed: a folder of a hundred thousand such
    files costs the next scan a question to the disk for each, as photos do."""

    def __init__(self) -> None:
        self._others: set[int] = set()

    def is_picture(self, place: str, seen: os.stat_result) -> bool:
        """`seen`: of the regular file at `place`. One that can't be read is none."""
        mark = hash((seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns))
        if mark in self._others:
            return False
        try:
            if begins_as_picture(place):
                return True
        except OSError:
            return False  # it may be readable the next time
        if len(self._others) < _MOST:
            self._others.add(mark)
        return False


def begins_as_picture(place: str) -> bool:
    """Never waits, whatever kind of file it is. Raises OSError."""
    file = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        return is_picture(os.read(file, SHORT))
    finally:
        os.close(file)
