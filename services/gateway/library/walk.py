"""The files under a folder that should be pictures, or that stand beside them, with their sizes and times. Opens none
of them but `.albumenignore`.

Symbolic links are followed only where they stay inside the root; a folder that was entered once, by whatever name, is
not entered again, so that loops end.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from services.gateway.library.formats import is_ignored, is_media
from services.gateway.library.ignore import IGNORE_FILE, Ignored
from services.gateway.library.sidecars import is_sidecar
from services.kernel.paths import to_text

NOTHING_HERE: Final = ".nomedia"
"""Android's sign for a folder, and all below it, that no album shows."""


class Found(msgspec.Struct, frozen=True):
    path: str
    """Relative to the root, `/` between the parts, as `kernel.paths` writes names."""
    size: int
    """Bytes."""
    mtime_ns: int

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


class Folder(msgspec.Struct, frozen=True):
    """One folder's files, each list in the order of names."""

    path: str
    """Relative to the root; empty for the root itself."""
    pictures: list[Found] = []
    beside: list[Found] = []
    """What may be a sidecar of a picture here."""


class Problem(msgspec.Struct, frozen=True):
    """A folder that can't be read: what was known of it stays."""

    path: str
    """Relative to the root; empty for the root itself."""
    reason: str


def walk(root: Path) -> Iterator[Folder | Problem]:
    """Depth first, in the order of names. Never raises for what lies on the disk."""
    real = os.path.realpath(root)
    entered: set[tuple[int, int]] = set()
    folders = [("", Ignored())]
    while folders:
        folder, ignored = folders.pop()
        try:
            yield from _folder(real, folder, ignored, entered, folders)
        except OSError as error:
            yield Problem(to_text(folder), error.strerror or str(error))


def _folder(
    root: str,
    folder: str,
    ignored: Ignored,
    entered: set[tuple[int, int]],
    folders: list[tuple[str, Ignored]],
) -> Iterator[Folder | Problem]:
    place = os.path.join(root, folder)  # noqa: PTH118  os.scandir's names, thousands of times
    seen = os.stat(place)  # noqa: PTH116
    if (seen.st_dev, seen.st_ino) in entered:
        return
    entered.add((seen.st_dev, seen.st_ino))
    with os.scandir(place) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    names = {entry.name for entry in entries if entry.name.startswith(".")}
    if NOTHING_HERE in names:
        return
    if IGNORE_FILE in names:
        ignored = ignored.with_rules(Path(place), folder)
    below = []
    here = Folder(to_text(folder))
    for entry in entries:
        path = f"{folder}/{entry.name}" if folder else entry.name
        try:
            if entry.is_symlink() and not _inside(root, entry.path):
                continue
            if entry.is_dir():
                if not is_ignored(entry.name) and not ignored.match(path, folder=True):
                    below.append((path, ignored))
                continue
            files = here.pictures if is_media(entry.name) else here.beside if is_sidecar(entry.name) else None
            if files is not None and not ignored.match(path):
                found = entry.stat()
                if stat.S_ISREG(found.st_mode):
                    files.append(Found(to_text(path), found.st_size, found.st_mtime_ns))
        except FileNotFoundError:
            continue  # gone since it was listed, or a link to nothing
        except OSError as error:
            yield Problem(to_text(path), error.strerror or str(error))
    if here.pictures or here.beside:
        yield here
    folders.extend(reversed(below))


def _inside(root: str, link: str) -> bool:
    target = os.path.realpath(link)
    return target.startswith(root.rstrip("/") + "/")
