"""The files of an import: one, or those below a folder whose names suggest that they can be imported."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from services.gateway.imports.kinds import kind_of
from services.gateway.reading.content import unreadable
from services.kernel.paths import from_text, to_text
from services.knowledge.archives import is_archive, is_volume

MOST_FILES: Final = 500_000
_DEEPEST: Final = 64
NOT_THERE: Final = "There is no such file or folder."
BUSY: Final = "Its program has it open, or was not closed properly: close it, then import again."
NO_SUCH_FILES: Final = "There is no file in this folder that Albumen can import from."
TOO_DEEP: Final = "Folders that lie this deep are not looked into."
ARCHIVE: Final = "Albumen doesn’t import from archives: unpack it, then import the folder."
NOT_ONE: Final = "Albumen can’t import from a file of this name."
TOO_MANY: Final = "There are more than 500,000 files to import: give the folders below it one by one."


class ImportFolder(NamedTuple):
    folder: Path
    """What the paths are relative to."""
    paths: list[str]
    """As `kernel.paths` writes names, in order."""
    failures: list[tuple[str, str]]
    """(path, a sentence)"""


def files_below(source: str) -> ImportFolder:
    """`source`: a full path, as `kernel.paths` writes names. Links are not followed, but the source itself may be one.
    Never raises. Blocks."""
    place = Path(from_text(source))
    try:
        seen = place.stat()
    except OSError as error:
        missing = isinstance(error, FileNotFoundError | NotADirectoryError)
        return ImportFolder(place, [], [("", NOT_THERE if missing else unreadable(error))])
    if stat.S_ISREG(seen.st_mode):
        name = to_text(place.name)
        if kind_of(name) is None:
            return ImportFolder(place.parent, [], [("", ARCHIVE if _is_archive(name) else NOT_ONE)])
        busy = _is_busy(place)
        return ImportFolder(place.parent, [] if busy else [name], [(name, BUSY)] if busy else [])
    if not stat.S_ISDIR(seen.st_mode):
        return ImportFolder(place, [], [("", NOT_ONE)])
    paths, failures = list[str](), list[tuple[str, str]]()
    for path, reason in _walked(str(place)):
        if reason:
            failures.append((path, reason))
        elif len(paths) == MOST_FILES:
            failures.append(("", TOO_MANY))
            break
        else:
            paths.append(path)
    if not paths and not failures:
        failures.append(("", NO_SUCH_FILES))
    return ImportFolder(place, paths, failures)


def _walked(top: str) -> Iterator[tuple[str, str]]:
    """(path, why it can't be read)"""
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(os.path.join(top, folder)) as listing:  # noqa: PTH118  names may not be UTF-8
                entries = sorted(listing, key=lambda entry: entry.name)
            below = []
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    below.append(path)
                elif not entry.is_file(follow_symlinks=False):
                    continue
                elif kind_of(entry.name):
                    if _is_list_of_none(Path(entry.path)):
                        continue
                    yield to_text(path), BUSY if _is_busy(Path(entry.path)) else ""
                elif is_archive(entry.name):
                    yield to_text(path), ARCHIVE
        except OSError as error:
            yield to_text(folder), unreadable(error)
            continue
        for path in reversed(below):
            if path.count("/") < _DEEPEST:
                folders.append(path)
            else:
                yield to_text(path), TOO_DEEP


def _is_archive(name: str) -> bool:
    return is_archive(name) or is_volume(name)


def _is_list_of_none(file: Path) -> bool:
    """Raises no OSError."""
    kind = kind_of(file.name)
    try:
        return kind is not None and kind.lines and not file.stat().st_size
    except OSError:
        return False


def _is_busy(file: Path) -> bool:
    """Raises no OSError."""
    kind = kind_of(file.name)
    for ending in kind.busy if kind else ():
        try:
            if file.with_name(file.name + ending).stat().st_size:
                return True
        except OSError:
            continue
    return False
