"""The files under a folder that should be pictures, with their sizes and times. Opens none of them.

Symbolic links are followed only where they stay inside the folder; a folder that was entered once, by whatever
name, is not entered again, so that loops end.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec

from services.gateway.library.formats import is_ignored, is_picture
from services.kernel.paths import to_text


class Found(msgspec.Struct, frozen=True):
    path: str
    """Relative to the root, `/` between the parts, as `kernel.paths` writes names."""
    size: int
    """Bytes."""
    mtime_ns: int


class Problem(msgspec.Struct, frozen=True):
    """A folder that can't be read: what was known of it stays."""

    path: str
    """Relative to the root; empty for the root itself."""
    reason: str


def walk(root: Path) -> Iterator[Found | Problem]:
    """Depth first, in the order of names. Never raises for what lies on the disk."""
    real = os.path.realpath(root)
    entered: set[tuple[int, int]] = set()
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            yield from _folder(real, folder, entered, folders)
        except OSError as error:
            yield Problem(to_text(folder), error.strerror or str(error))


def _folder(
    root: str, folder: str, entered: set[tuple[int, int]], folders: list[str]
) -> Iterator[Found | Problem]:
    place = os.path.join(root, folder)  # noqa: PTH118  os.scandir's names, thousands of times
    seen = os.stat(place)  # noqa: PTH116
    if (seen.st_dev, seen.st_ino) in entered:
        return
    entered.add((seen.st_dev, seen.st_ino))
    with os.scandir(place) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    below = []
    for entry in entries:
        path = f"{folder}/{entry.name}" if folder else entry.name
        try:
            if entry.is_symlink() and not _inside(root, entry.path):
                continue
            if entry.is_dir():
                if not is_ignored(entry.name):
                    below.append(path)
            elif is_picture(entry.name):
                found = entry.stat()
                if stat.S_ISREG(found.st_mode):
                    yield Found(to_text(path), found.st_size, found.st_mtime_ns)
        except FileNotFoundError:
            continue  # gone since it was listed, or a link to nothing
        except OSError as error:
            yield Problem(to_text(path), error.strerror or str(error))
    folders.extend(reversed(below))


def _inside(root: str, link: str) -> bool:
    target = os.path.realpath(link)
    return target.startswith(root.rstrip("/") + "/")
