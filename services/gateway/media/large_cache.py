"""Larger pictures on the disk: the ones that were looked at last, up to so many bytes. All of it can be deleted.

Synchronous; callers use threads. Reading a folder of thousands takes a while, so what it holds is counted with the
first picture, and again only when it is full.
"""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from services.kernel.log.ids import is_image_id

_KEPT: Final = 0.9
"""Of the limit, after the oldest were deleted: not one by one with every new picture."""
LEFT_S: Final = 3600
"""A part file of this age was left by a process that died."""


class NotKept(Exception):
    """The picture could not be stored; the message says why. It can be shown all the same."""


class _Entry(NamedTuple):
    used_ns: int
    size: int
    path: Path


class LargeCache:
    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder, self._limit = folder, limit_bytes
        self._total: int | None = None
        """Bytes; None until they are counted."""
        self._lock = threading.Lock()

    def get(self, image_id: str) -> Path | None:
        """Where it lies, and the latest used from now on; it may be deleted at any time. None: not there."""
        path = self._path(image_id)
        try:
            if not path.stat().st_size:  # of a power cut
                return None
            now = time.time_ns()
            os.utime(path, ns=(now, now))
        except FileNotFoundError:
            return None
        except OSError:  # another's file, or a disk that can only be read: it is there all the same
            return path if path.is_file() else None
        return path

    def put(self, image_id: str, content: bytes) -> Path:
        """Whole or not at all; then the ones that were used longest ago are deleted, as far as the limit demands.

        Raises NotKept.
        """
        path = self._path(image_id)
        part = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                part.write_bytes(content)
                part.replace(path)
            except BaseException:
                with contextlib.suppress(OSError):
                    part.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise NotKept(f"{self._folder} can't be written: {error.strerror or error}.") from error
        with self._lock:
            if self._total is not None:
                self._total += len(content)
            if self._total is None or self._total > self._limit:
                self._evict(path)
        return path

    def _path(self, image_id: str) -> Path:
        if not is_image_id(image_id):
            raise ValueError(f"{image_id!r} is no image's id")
        return self._folder / image_id[:2] / f"{image_id}.jpg"

    def _evict(self, newest: Path) -> None:
        """Counts, and deletes where that is too much. `newest` stays, however large it is."""
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
        """Our own files; what else lies there is not ours to delete."""
        for path in self._folder.glob("[0-9a-f][0-9a-f]/*"):
            try:
                seen = path.lstat()
                if path.name.endswith(".part") and is_image_id(path.name[1:33]):
                    if time.time() - seen.st_mtime > LEFT_S:
                        path.unlink(missing_ok=True)
                elif path == self._folder / path.name[:2] / f"{path.stem}.jpg" and is_image_id(path.stem):
                    yield _Entry(seen.st_mtime_ns, seen.st_size, path)
            except OSError:  # gone since it was listed
                continue
