"""The bytes of a file under a root: a regular file, inside of it, not too large. Used inside worker processes."""

import errno
import os
import stat

from services.kernel.paths import from_text


class NotThere(Exception):
    """The file is gone, is no regular file, or leads out of the root."""


class Unusable(Exception):
    """There is a file, and it can't be read; the message is the reason for the person."""

    def __init__(self, reason: str, seen: os.stat_result | None = None) -> None:
        super().__init__(reason)
        self.size, self.mtime_ns = (seen.st_size, seen.st_mtime_ns) if seen else (0, 0)


def file_content(root: str, path: str, largest: int) -> tuple[bytes, os.stat_result]:
    """`root`, `path`: as `kernel.paths` writes names. Raises NotThere and Unusable."""
    try:
        return _read(from_text(root), from_text(path), largest)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise NotThere from error
    except OSError as error:
        if error.errno == errno.ELOOP:  # it became a link since it was resolved, or leads to itself
            raise NotThere from error
        raise Unusable(f"The file can't be read: {error.strerror or error}.") from error


def _read(root: str, path: str, largest: int) -> tuple[bytes, os.stat_result]:
    place = os.path.realpath(os.path.join(root, path))  # noqa: PTH118  names may be no UTF-8
    if not place.startswith(os.path.realpath(root).rstrip("/") + "/"):
        raise NotThere
    number = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    with os.fdopen(number, "rb") as file:
        seen = os.fstat(number)
        if not stat.S_ISREG(seen.st_mode):
            raise NotThere
        if seen.st_size == 0:
            raise Unusable("The file is empty.", seen)
        if seen.st_size > largest:
            raise Unusable(f"The file is larger than {largest // 1_000_000} MB.", seen)
        return file.read(largest + 1), seen
