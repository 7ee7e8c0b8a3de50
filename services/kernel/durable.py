"""Files that survive a power cut: a rename counts once the folder is flushed."""

import os
from pathlib import Path


def fsync(path: Path) -> None:
    """Flush a file or a folder to disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_in_place(part: Path, target: Path) -> None:
    """Give a finished file its name, durably: it is there whole or not at all. Raises OSError."""
    fsync(part)
    part.replace(target)
    fsync(target.parent)
