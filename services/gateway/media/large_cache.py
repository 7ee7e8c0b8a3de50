"""An LRU disk cache of larger previews, of rotated ones, and of films' copies, limited in bytes. It
can be deleted at any time.

Synchronous; callers use threads. Scanning a folder of thousands takes a while, so its size is determined with the first
preview, and again only when the cache is full.
"""

import contextlib
import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from services.kernel.log.ids import is_image_id
from services.kernel.paths import film_path, large_paths, preview_path, rotated_path
from services.knowledge.rotations import NONE

_KEPT: Final = 0.9
"""Fraction of the limit to shrink to, so that not every new preview evicts another."""
_numbers = itertools.count()
"""Of files that are being written: several at once in one process."""
LEFT_S: Final = 3600
"""A part file older than this was left behind by a process that died."""


_Place = Callable[[Path, str], Path]
"""The path in a folder for an image."""


class NotKept(Exception):
    """The preview could not be stored; the message says why. It can still be shown."""


class _Entry(NamedTuple):
    used_ns: int
    size: int
    path: Path


def _place(size: str, rotation: int) -> _Place:
    if rotation == NONE and size == "large":
        return preview_path
    return lambda folder, image_id: rotated_path(folder, image_id, size, rotation)


def _film(copy: str) -> _Place:
    return lambda folder, image_id: film_path(folder, image_id, copy)


class LargeCache:
    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder, self._limit = folder, limit_bytes
        self._total: int | None = None
        """Bytes; None until counted."""
        self._lock = threading.Lock()

    def get(self, image_id: str, size: str = "large", rotation: int = NONE) -> Path | None:
        """The cached picture, now marked as most recently used; it may be deleted at any time. None if there is
        none. `size`: of `paths.SIZES`; `rotation`: a person's."""
        return self._used(self._path(image_id, _place(size, rotation)))

    def film(self, image_id: str, copy: str) -> Path | None:
        """As `get`, of a film's copy; `copy`: of `paths.COPIES`."""
        return self._used(self._path(image_id, _film(copy)))

    def _used(self, path: Path) -> Path | None:
        try:
            if not path.stat().st_size:  # after a power failure
                return None
            now = time.time_ns()
            os.utime(path, ns=(now, now))
        except FileNotFoundError:
            return None
        except OSError:  # another user's file or a read-only disk: still usable
            return path if path.is_file() else None
        return path

    def put(self, image_id: str, content: bytes, size: str = "large", rotation: int = NONE) -> Path:
        """Writes atomically, then evicts the least recently used files if over the limit. Raises NotKept."""
        path = self._path(image_id, _place(size, rotation))
        part = self._part(path)
        try:
            part.write_bytes(content)
            return self._keep(part, path)
        except OSError as error:
            raise self._not_kept(error) from error
        finally:
            self.discard(part)

    def part_of_film(self, image_id: str, copy: str) -> Path:
        """A new file to write a film's copy into, then to be kept or discarded. Raises NotKept."""
        part = self._part(self._path(image_id, _film(copy)))
        try:
            part.touch(mode=0o600, exist_ok=False)
        except OSError as error:
            raise self._not_kept(error) from error
        return part

    def keep_film(self, image_id: str, copy: str, part: Path) -> Path:
        """As `put`."""
        try:
            return self._keep(part, self._path(image_id, _film(copy)))
        except OSError as error:
            raise self._not_kept(error) from error

    def discard(self, part: Path) -> None:
        """What wasn't kept."""
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)

    def _part(self, path: Path) -> Path:
        """Raises NotKept."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._not_kept(error) from error
        return path.with_name(f".{path.name}.{os.getpid()}.{next(_numbers)}.part")

    def _keep(self, part: Path, path: Path) -> Path:
        """Raises OSError."""
        size = part.stat().st_size
        part.replace(path)
        with self._lock:
            if self._total is not None:
                self._total += size
            if self._total is None or self._total > self._limit:
                self._evict(path)
        return path

    def _not_kept(self, error: OSError) -> NotKept:
        return NotKept(f"{self._folder} can't be written: {error.strerror or error}.")

    def _path(self, image_id: str, place: _Place) -> Path:
        if not is_image_id(image_id):
            raise ValueError(f"{image_id!r} is no image's id")
        return place(self._folder, image_id)

    def _evict(self, newest: Path) -> None:
        """Measures the total and evicts if it is over the limit; `newest` stays, however large."""
        entries = sorted(self._entries())
        total = sum(entry.size for entry in entries)
        if total > self._limit:
            for entry in entries:
                if total <= self._limit * _KEPT:
                    break
                if entry.path != newest:
                    with contextlib.suppress(OSError):
                        entry.path.unlink(missing_ok=True)
                        total -= entry.size
        self._total = total

    def _entries(self) -> Iterator[_Entry]:
        """Only our own files; anything else there is not ours to delete."""
        for path in self._folder.glob("[0-9a-f][0-9a-f]/*"):
            try:
                stat = path.lstat()
                if path.name.endswith(".part") and is_image_id(path.name[1:33]):
                    if time.time() - stat.st_mtime > LEFT_S:
                        path.unlink(missing_ok=True)
                elif is_image_id(path.name[:32]) and path in large_paths(self._folder, path.name[:32]):
                    yield _Entry(stat.st_mtime_ns, stat.st_size, path)
            except OSError:  # disappeared since it was listed
                continue
