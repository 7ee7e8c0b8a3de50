"""Lists the pictures and possible sidecars under a folder, with sizes and times. Opens only `.albumenignore` and, for
their first bytes, files whose names say nothing.

Symbolic links are followed only inside the root, and a folder is entered only once, by whatever name, so that loops
end. Links that lead out of it are passed over, but told; archives are handed on (`archives.py`).
"""

import contextlib
import os
import stat
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from services.gateway.listing.found import (
    IGNORE_FILE,
    NOTHING_HERE,
    ArchiveRead,
    Found,
    LeftOut,
    Passed,
    Problem,
    Unused,
)
from services.gateway.listing.ignore import Ignored, NotReadable
from services.gateway.listing.importable import is_importable, of_photos
from services.gateway.reading.suffixless import Suffixless
from services.kernel.paths import to_text
from services.knowledge.archives import is_archive, is_readable
from services.knowledge.programs import is_hidden, is_of_program
from services.knowledge.suffixes import is_media, is_sidecar, needs_look

_ANNEX: Final = "/annex/objects/"
"""In the targets of links by which git-annex stands for a file's content, and at the beginning of files that do so."""
_POINTER_BYTES: Final = 1_000
"""Those are short: a path and a line break."""
_SIGNED: Final = (1 << 63) - 1
"""SQLite's integers are signed; inode numbers need not be."""


class Folder(msgspec.Struct, frozen=True):
    """One folder's files, each list ordered by name."""

    path: str
    """Relative to the root; empty for the root itself."""
    pictures: list[Found] = []
    beside: list[Found] = []
    """Possible sidecars of the pictures."""
    elsewhere: list["Folder"] = []
    """The same folder in other parts of an export (`parts.py`): its files belong to these."""


class Archive(msgspec.Struct, frozen=True):
    """An archive that can be read where it lies."""

    file: Found
    """Its path is empty if it is the root."""
    ignored: Ignored
    """What applies to its members, whose paths begin with its own."""


Step = Folder | Problem | LeftOut | Passed | Unused | Archive | ArchiveRead


def walk(
    root: Path,
    known: Container[str] = (),
    suffixless: Suffixless | None = None,
    elsewhere: Iterable[str] = (),
) -> Iterator[Step]:
    """Depth first, ordered by name. Never raises, whatever is on the disk.

    `known`: paths in the library, listed whatever they contain now: a broken photo is still a photo. `elsewhere`: other
    roots; links into them hide nothing.
    """
    yield from _Walk(root, known, suffixless or Suffixless(), elsewhere).run()


class _Walk:
    def __init__(
        self, root: Path, known: Container[str], suffixless: Suffixless, elsewhere: Iterable[str]
    ) -> None:
        self._root = os.path.realpath(root)
        self._roots = [self._root, *map(os.path.realpath, elsewhere)]
        self._known, self._suffixless = known, suffixless
        self._entered: set[tuple[int, int]] = set()  # device and inode
        self._name = os.path.basename(self._root)  # noqa: PTH119  the root may itself be a program's library
        self._folders = [("", Ignored())]

    def run(self) -> Iterator[Step]:
        if is_readable(self._name):
            with contextlib.suppress(OSError):
                if archive := _archive(self._root, "", Ignored()):
                    self._folders = []
                    yield archive
        while self._folders:
            folder, ignored = self._folders.pop()
            try:
                yield from self._folder(folder, ignored)
            except OSError as error:
                yield Problem(to_text(folder), error.strerror or str(error))

    def _folder(self, folder: str, ignored: Ignored) -> Iterator[Step]:
        place = os.path.join(self._root, folder)  # noqa: PTH118  os.scandir's names, thousands of times
        seen = os.stat(place)  # noqa: PTH116
        if (key := (seen.st_dev, seen.st_ino)) in self._entered:
            return
        self._entered.add(key)
        with os.scandir(place) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
        names = {entry.name for entry in entries if entry.name.startswith(".")}
        if NOTHING_HERE in names:
            return
        if IGNORE_FILE in names:
            try:
                ignored = ignored.with_rules(Path(place), folder)
            except NotReadable as error:
                yield Unused(to_text(folder), str(error))
        below: dict[str, str] = {}
        passed: list[Passed | Archive] = []
        here = Folder(to_text(folder))
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            try:
                self._entry(entry, path, ignored, here, below, passed)
            except FileNotFoundError:  # deleted since it was listed, or a broken link
                passed += self._passed(entry, path, ignored)
            except OSError as error:
                yield Problem(to_text(path), error.strerror or str(error))
        yield from of_photos(passed, here.pictures)
        if here.pictures or here.beside:
            yield here
        entered = [
            path for name, path in below.items() if not (is_hidden(name) or ignored.match(path, folder=True))
        ]
        beside = frozenset(map(str.lower, below))
        for path in reversed(entered):
            if is_of_program(f"{self._name}/{path}", beside):
                yield LeftOut(to_text(path))
            else:
                self._folders.append((path, ignored))

    def _entry(
        self,
        entry: "os.DirEntry[str]",
        path: str,
        ignored: Ignored,
        here: Folder,
        below: dict[str, str],
        passed: list[Passed | Archive],
    ) -> None:
        """Add a file to `here`, a folder to `below` (its name and path), or what is neither to `passed`."""
        if entry.is_symlink() and not self._inside(entry.path):
            passed += self._passed(entry, path, ignored)
        elif entry.is_dir():
            below[entry.name] = path
        elif (file := self._file(entry, to_text(path), ignored)) is not None:
            if file.size <= _POINTER_BYTES and _is_pointer(entry.path):
                passed.append(Passed(file.path, "annex"))
                return
            (here.beside if is_sidecar(entry.name) else here.pictures).append(file)
        elif is_archive(entry.name) and not ignored.match(path):
            archive = _archive(entry.path, to_text(path), ignored) if is_readable(entry.name) else None
            passed.append(archive or Passed(to_text(path), "archive"))
        elif is_importable(entry.name) and entry.is_file() and not ignored.match(path):
            passed.append(Passed(to_text(path), "import"))

    def _passed(self, entry: "os.DirEntry[str]", path: str, ignored: Ignored) -> list[Passed]:
        """A link that is not followed, if there may be photos behind it that no root has. Raises no OSError."""
        if not entry.is_symlink() or is_hidden(entry.name):
            return []
        try:
            return self._behind(entry, path, ignored)
        except OSError:  # deleted meanwhile, or not for this account
            return []

    def _behind(self, entry: "os.DirEntry[str]", path: str, ignored: Ignored) -> list[Passed]:
        lost = "." not in entry.name and not os.path.exists(entry.path)  # noqa: PTH110  as above
        folder = entry.is_dir() or lost  # on a disk that is away
        if not (folder or is_media(entry.name)) or ignored.match(path, folder=folder):
            return []
        if _ANNEX in f"/{os.readlink(entry.path)}":  # noqa: PTH115  as above
            return [] if folder else [Passed(to_text(path), "annex")]
        target = os.path.realpath(entry.path)
        hidden = any(target == root or target.startswith(root.rstrip("/") + "/") for root in self._roots)
        return [] if hidden else [Passed(to_text(path), "link")]

    def _file(self, entry: "os.DirEntry[str]", path: str, ignored: Ignored) -> Found | None:
        """None if it is of no use to an album."""
        named = is_media(entry.name) or is_sidecar(entry.name)
        if not (named or needs_look(entry.name)) or ignored.match(path):
            return None
        seen = entry.stat()
        if not stat.S_ISREG(seen.st_mode):
            return None
        if not named and path not in self._known and not self._suffixless.is_media(entry.path, seen):
            return None
        if seen.st_nlink > 1:
            inode = seen.st_ino & _SIGNED
            return Found(path, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, inode)
        return Found(path, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)

    def _inside(self, link: str) -> bool:
        return os.path.realpath(link).startswith(self._root.rstrip("/") + "/")


def _archive(place: str, path: str, ignored: Ignored) -> Archive | None:
    """None if it is no file. Raises OSError."""
    seen = os.stat(place)  # noqa: PTH116  as above
    if not stat.S_ISREG(seen.st_mode):
        return None
    return Archive(Found(path, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns), ignored)


def _is_pointer(place: str) -> bool:
    """Whether git-annex has put it in the place of a file's content (its documentation: internals/pointer_file)."""
    try:
        file = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return False  # its reader says why
    try:
        return os.read(file, len(_ANNEX)) == _ANNEX.encode()
    except OSError:
        return False
    finally:
        os.close(file)
