"""The bytes of a file under a root: a regular file, inside of it, not too large. Used inside worker processes."""

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
def opened(root: str, path: str) -> Iterator[tuple[BinaryIO, os.stat_result]]:
    """`root`, `path`: as `kernel.paths` writes names. Raises NotThere and Unusable, whatever is read meanwhile."""
    try:
        with _open(from_text(root), from_text(path)) as file:
            seen = os.fstat(file.fileno())
            if not stat.S_ISREG(seen.st_mode):
                raise NotThere
            if seen.st_size == 0:
                raise Unusable("The file is empty.", seen)
            yield file, seen
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise NotThere from error


def file_content(root: str, path: str, largest: int) -> tuple[bytes, os.stat_result]:
    """Raises NotThere and Unusable."""
    with opened(root, path) as (file, seen):
        if seen.st_size > largest:
            raise Unusable(f"The file is larger than {largest // 1_000_000} MB.", seen)
        return _read(file, largest + 1), seen


def _read(file: BinaryIO, size: int) -> bytes:
    try:
        return file.read(size)
    except OSError as error:
        raise Unusable(
            f"The file can't be read: {error.strerror or error}.", os.fstat(file.fileno())
        ) from error


def _open(root: str, path: str) -> BinaryIO:
    place = os.path.realpath(os.path.join(root, path))  # noqa: PTH118  names may be no UTF-8
    if not place.startswith(os.path.realpath(root).rstrip("/") + "/"):
        raise NotThere
    try:
        return os.fdopen(os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW), "rb")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise
    except OSError as error:
        if error.errno == errno.ELOOP:  # it became a link since it was resolved, or leads to itself
            raise NotThere from error
        raise Unusable(f"The file can't be read: {error.strerror or error}.") from error
