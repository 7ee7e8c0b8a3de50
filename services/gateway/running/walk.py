"""The files under a folder that should be pictures, or that stand beside them, with their sizes and times. Opens none
of them but `.albumenignore`, and what has no suffix, for its first bytes.

Symbolic links are followed only where they stay inside the root; a folder that was entered once, by whatever name, is
not entered again, so that loops end.
"""

import os
import stat
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Final

import msgspec

from services.gateway.reading.suffixless import Suffixless
from services.gateway.running.ignore import IGNORE_FILE, Ignored, is_ignored
from services.kernel.paths import to_text
from services.knowledge.formats import is_media, is_sidecar, is_suffixless

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


def walk(
    root: Path, known: Container[str] = (), suffixless: Suffixless | None = None
) -> Iterator[Folder | Problem]:
    """Depth first, in the order of names. Never raises for what lies on the disk.

    `known`: paths of the library, which are told whatever they hold now: a photo that is broken is no stranger.
    """
    yield from _Walk(root, known, suffixless or Suffixless()).run()


class _Walk:
    def __init__(self, root: Path, known: Container[str], suffixless: Suffixless) -> None:
        self._root = os.path.realpath(root)
        self._known, self._suffixless = known, suffixless
        self._entered: set[tuple[int, int]] = set()
        self._folders = [("", Ignored())]

    def run(self) -> Iterator[Folder | Problem]:
        while self._folders:
            folder, ignored = self._folders.pop()
            try:
                yield from self._folder(folder, ignored)
            except OSError as error:
                yield Problem(to_text(folder), error.strerror or str(error))

    def _folder(self, folder: str, ignored: Ignored) -> Iterator[Folder | Problem]:
        place = os.path.join(self._root, folder)  # noqa: PTH118  os.scandir's names, thousands of times
        if self._was_entered(os.stat(place)):  # noqa: PTH116
            return
        with os.scandir(place) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
        names = {entry.name for entry in entries if entry.name.startswith(".")}
        if NOTHING_HERE in names:
            return
        if IGNORE_FILE in names:
            ignored = ignored.with_rules(Path(place), folder)
        below: list[tuple[str, Ignored]] = []
        here = Folder(to_text(folder))
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            try:
                self._entry(entry, path, ignored, here, below)
            except FileNotFoundError:
                continue  # gone since it was listed, or a link to nothing
            except OSError as error:
                yield Problem(to_text(path), error.strerror or str(error))
        if here.pictures or here.beside:
            yield here
        self._folders.extend(reversed(below))

    def _was_entered(self, seen: os.stat_result) -> bool:
        """Links may lead to a folder twice."""
        key = (seen.st_dev, seen.st_ino)
        if key in self._entered:
            return True
        self._entered.add(key)
        return False

    def _entry(
        self,
        entry: "os.DirEntry[str]",
        path: str,
        ignored: Ignored,
        here: Folder,
        below: list[tuple[str, Ignored]],
    ) -> None:
        """Into the folder that it belongs to, or to those that are looked into next."""
        if entry.is_symlink() and not self._inside(entry.path):
            return
        if entry.is_dir():
            if not is_ignored(entry.name) and not ignored.match(path, folder=True):
                below.append((path, ignored))
        elif (found := self._file(entry, to_text(path), ignored)) is not None:
            (here.beside if is_sidecar(entry.name) else here.pictures).append(found)

    def _file(self, entry: "os.DirEntry[str]", path: str, ignored: Ignored) -> Found | None:
        """None for what is of no use to an album."""
        bare = is_suffixless(entry.name)
        if not (bare or is_media(entry.name) or is_sidecar(entry.name)) or ignored.match(path):
            return None
        seen = entry.stat()
        if not stat.S_ISREG(seen.st_mode):
            return None
        if bare and path not in self._known and not self._suffixless.is_picture(entry.path, seen):
            return None
        return Found(path, seen.st_size, seen.st_mtime_ns)

    def _inside(self, link: str) -> bool:
        return os.path.realpath(link).startswith(self._root.rstrip("/") + "/")
