"""The bytes of a file under a root: a regular file, inside of it, not too large. All but sending an original happens
inside worker processes."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from services.kernel.paths import from_text


class NotThere(Exception):
    """The file is gone, is no regular file, or leads out of the root."""


class Unusable(Exception):
    """There is a file, and it can't be read; the message is the reason for the person."""

    def __init__(self, reason: str, seen: os.stat_result | None = None) -> None:
        super().__init__(reason)
        self.size, self.mtime_ns = (seen.st_size, seen.st_mtime_ns) if seen else (0, 0)


@contextmanager
def file_of(root: str, path: str) -> Iterator[tuple[BinaryIO, os.stat_result]]:
    """`root`, `path`: as `kernel.paths` writes names. Raises NotThere and Unusable, also where the file can't be read
    on: do nothing else inside that may raise an OSError."""
    seen = None
    try:
        file, seen = regular_file(root, path)
        with file:
            if seen.st_size == 0:
                raise Unusable("The file is empty.", seen)
            yield file, seen
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise NotThere from error
    except OSError as error:
        if error.errno == errno.ELOOP:  # it became a link since it was resolved, or leads to itself
            raise NotThere from error
        raise Unusable(f"The file can't be read: {error.strerror or error}.", seen) from error


def whole(file: BinaryIO, seen: os.stat_result, largest: int) -> bytes:
    """Of an opened one, from where it stands. Raises Unusable; one that grows meanwhile is no reason to read on."""
    if seen.st_size > largest:
        raise Unusable(f"The file is larger than {largest // 1_000_000} MB.", seen)
    return file.read(seen.st_size)


def file_content(root: str, path: str, largest: int) -> tuple[bytes, os.stat_result]:
    """Raises NotThere and Unusable."""
    with file_of(root, path) as (file, seen):
        return whole(file, seen, largest), seen


def regular_file(root: str, path: str) -> tuple[BinaryIO, os.stat_result]:
    """Open. Raises NotThere, and OSError where it may not be read."""
    top = os.path.realpath(from_text(root))
    place = os.path.realpath(os.path.join(top, from_text(path)))  # noqa: PTH118  names may be no UTF-8
    if not place.startswith(top.rstrip("/") + "/"):
        raise NotThere
    file = open(place, "rb", opener=_guarded)  # noqa: SIM115
    seen = os.fstat(file.fileno())
    if stat.S_ISREG(seen.st_mode):
        return file, seen
    file.close()
    raise NotThere


def _guarded(place: str, flags: int) -> int:
    return os.open(place, flags | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW)
