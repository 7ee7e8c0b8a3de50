"""Reads files under a root: only regular files inside it that aren't too large. Everything but sending an original
happens in worker processes."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from services.kernel.paths import from_text
from services.knowledge.formats import Format
from services.knowledge.signatures import HEAD, identified


class NotThere(Exception):
    """The file is gone, isn't a regular file, or leads outside the root."""


class Unusable(Exception):
    """The file exists but can't be read; the message tells the user why."""

    def __init__(self, reason: str, seen: os.stat_result | None = None) -> None:
        super().__init__(reason)
        self.size, self.mtime_ns = (seen.st_size, seen.st_mtime_ns) if seen else (0, 0)


@contextmanager
def file_of(root: str, path: str) -> Iterator[tuple[BinaryIO, os.stat_result]]:
    """Open a file; `root` and `path` as `kernel.paths` writes names. Raises NotThere and Unusable, also when a read in
    the body fails: do nothing else there that may raise an OSError."""
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
        if error.errno == errno.ELOOP:  # it became a link after it was resolved, or links to itself
            raise NotThere from error
        raise Unusable(unreadable(error), seen) from error


def unreadable(error: OSError) -> str:
    """The reason, as a sentence."""
    return f"The file can't be read: {error.strerror or error}."


def read_all(file: BinaryIO, seen: os.stat_result, largest: int) -> bytes:
    """From the current position, up to the size in `seen` even if the file grows. Raises Unusable if too large."""
    require_size(seen, largest)
    return file.read(seen.st_size)


def require_size(seen: os.stat_result, largest: int) -> None:
    """Raises Unusable if it is too large."""
    if seen.st_size > largest:
        raise Unusable(f"The file is larger than {largest // 1_000_000} MB.", seen)


def file_content(root: str, path: str, largest: int) -> tuple[bytes, os.stat_result]:
    """Raises NotThere and Unusable."""
    with file_of(root, path) as (file, seen):
        return read_all(file, seen, largest), seen


def regular_file(root: str, path: str) -> tuple[BinaryIO, os.stat_result]:
    """Open a file. Raises NotThere, and OSError when it can't be opened."""
    top = os.path.realpath(from_text(root))
    place = os.path.realpath(os.path.join(top, from_text(path)))  # noqa: PTH118  names may not be UTF-8
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


def format_of(file: BinaryIO, path: str) -> Format | None:
    """What an open file is, by its first bytes and then its name; leaves the file at its start. Raises OSError."""
    head = file.read(HEAD)
    file.seek(0)
    return identified(path.rpartition("/")[2], head)
