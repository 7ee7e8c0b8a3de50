"""Reads files under a root: only regular files inside it that aren't too large, and members of archives there.
Everything but sending an original happens in worker processes."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, cast

from services.gateway.archives.listing import Unlistable
from services.gateway.archives.opening import NoMember, Refused, inside, open_member, written_out
from services.gateway.archives.shelf import Shelf
from services.gateway.sidecars.facts import LARGEST
from services.kernel.paths import from_text
from services.knowledge.formats import Format, Kind
from services.knowledge.signatures import HEAD, identified
from services.knowledge.suffixes import is_of

LARGEST_PICTURE: Final = 500_000_000
"""Bytes; no personal picture is larger."""
LARGEST_FILM: Final = 16_000_000_000
"""Bytes, in an archive; it is written out to be looked at."""


class NotThere(Exception):
    """The file is gone, isn't a regular file, or leads outside the root."""


class Unusable(Exception):
    """The file exists but can't be read; the message tells the user why."""

    def __init__(self, reason: str, seen: os.stat_result | None = None) -> None:
        super().__init__(reason)
        self.size, self.mtime_ns = (seen.st_size, seen.st_mtime_ns) if seen else (0, 0)


@contextmanager
def file_of(root: str, path: str, shelf: Shelf | None = None) -> Iterator[tuple[BinaryIO, os.stat_result]]:
    """Open a file; `root` and `path` as `kernel.paths` writes names. Raises NotThere and Unusable, also when a read in
    the body fails: do nothing else there that may raise an OSError. `shelf`: without it, no archive is opened; with it
    also raises NoRoom."""
    seen = None
    try:
        file, seen = _file_or_member(root, path, shelf)
        with file:
            if seen.st_size == 0:
                raise Unusable("The file is empty.", seen)
            yield file, seen
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, NoMember) as error:
        raise NotThere from error
    except (Refused, Unlistable) as error:
        raise Unusable(str(error)) from error
    except OSError as error:
        if error.errno == errno.ELOOP:  # it became a link after it was resolved, or links to itself
            raise NotThere from error
        raise Unusable(unreadable(error), seen) from error


def _file_or_member(root: str, path: str, shelf: Shelf | None) -> tuple[BinaryIO, os.stat_result]:
    """A member is written out. Raises as `regular_file` and `written_out`."""
    try:
        return regular_file(root, path)
    except (NotADirectoryError, NotThere):
        where = inside(root, path) if shelf else None
        if shelf is None or where is None or not where.name:
            raise
    largest = LARGEST_FILM if is_of(path, Kind.FILM) else LARGEST_PICTURE
    largest = LARGEST if is_of(path, Kind.SIDECAR) else largest
    file = written_out(where, shelf, largest, too_large(largest))
    return file, os.fstat(file.fileno())


def to_send(root: str, path: str, shelf: Shelf) -> tuple[BinaryIO, int]:
    """A file or a member of an archive that is on the shelf, to be read where it lies, and its size in bytes. Raises
    NotThere; OSError when it can't be opened, and while it is read; then also Damaged."""
    try:
        file, seen = regular_file(root, path)
        return file, seen.st_size
    except NotADirectoryError:
        where = inside(root, path)
    try:
        if where:
            reader, member = open_member(where, shelf)
            return cast("BinaryIO", reader), member.size
    except (NoMember, Refused) as error:
        raise NotThere from error
    raise NotThere


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
        raise Unusable(too_large(largest), seen)


def too_large(largest: int) -> str:
    """The reason, as a sentence; `largest`: bytes."""
    return f"The file is larger than {largest // 1_000_000} MB."


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
