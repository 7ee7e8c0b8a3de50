"""What was given as a photo folder: a folder, or an archive in its place."""

import os
from pathlib import Path

from services.knowledge.archives import is_readable


def entered(root: Path) -> tuple[int, int]:
    """Its identity: device and inode. Raises OSError if it can't be listed, or read."""
    if is_readable(root.name) and root.is_file():
        root.open("rb").close()
    else:
        with os.scandir(root) as entries:
            next(entries, None)
    seen = root.stat()
    return seen.st_dev, seen.st_ino
