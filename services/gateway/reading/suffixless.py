"""Files whose names say nothing, by their suffix or the lack of one: their first bytes tell if they are media."""

import os
from typing import Final

from services.knowledge.signatures import SHORT, is_media

_MOST: Final = 1_000_000
"""Files to remember; any beyond that are read again in every scan."""


class Suffixless:
    """Remembers unchanged files that aren't media while Albumen runs: a folder of a hundred thousand of them costs
    the next scan one stat each, as photos do."""

    def __init__(self) -> None:
        self._others: set[int] = set()

    def is_media(self, place: str, seen: os.stat_result) -> bool:
        """`seen`: of the regular file at `place`. False if it can't be read."""
        mark = hash((seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns))
        if mark in self._others:
            return False
        try:
            if begins_as_media(place):
                return True
        except OSError:
            return False  # it may be readable next time
        if len(self._others) < _MOST:
            self._others.add(mark)
        return False


def begins_as_media(place: str) -> bool:
    """Never blocks, whatever kind of file it is. Raises OSError."""
    file = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        return is_media(os.path.basename(place), os.read(file, SHORT))  # noqa: PTH119  thousands of times
    finally:
        os.close(file)
