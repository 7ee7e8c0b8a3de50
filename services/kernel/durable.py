"""Files that survive a power cut: a rename counts once the folder is flushed."""

import ctypes
import fcntl
import os
from contextlib import suppress
from pathlib import Path


def fsync(path: Path) -> None:
    """Flush a file or a folder to disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        flush_open(handle)
    finally:
        os.close(handle)


def flush_open(handle: int) -> None:
    """An open file or folder to disk; on macOS also out of the disk's own cache, where it has such a call. Raises
    OSError."""
    os.fsync(handle)
    if hasattr(fcntl, "F_FULLFSYNC"):
        with suppress(OSError):  # network disks have none
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)


def flush_disk(folder: Path) -> None:
    """Flush everything on the disk of a folder: for thousands of small files, each of which would take an fsync of its
    own. Where the system can't (macOS), flush all disks. Raises OSError."""
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:
        os.sync()
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(handle) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    finally:
        os.close(handle)


def put_in_place(part: Path, target: Path) -> None:
    """Give a finished file its name, durably: it is there whole or not at all. Raises OSError."""
    fsync(part)
    part.replace(target)
    fsync(target.parent)
