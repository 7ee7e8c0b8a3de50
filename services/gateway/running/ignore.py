"""Which folders are passed over, and `.albumenignore`: what a person wants left out, in the syntax of `.gitignore`, for
its folder and all below it."""

import os
from pathlib import Path
from typing import Final, NamedTuple

import structlog
from pathspec import GitIgnoreSpec

log = structlog.get_logger(__name__)

IGNORE_FILE: Final = ".albumenignore"
FOLDERS: Final = frozenset({"@eadir", "__macosx", "#recycle", "lost+found", "$recycle.bin"})
"""That hold no photos of a person, in lower case; hidden ones (a leading dot) are passed over as well."""
_LARGEST: Final = 1_000_000
"""Bytes; a longer one is not looked at."""


def is_ignored(folder: str) -> bool:
    return folder.startswith(".") or folder.lower() in FOLDERS


class Ignored(NamedTuple):
    """The rules that hold in a folder, the outermost first."""

    rules: tuple[tuple[str, GitIgnoreSpec], ...] = ()
    """(folder that the file lies in, relative to the root; its rules)."""

    def with_rules(self, place: Path, folder: str) -> "Ignored":
        """`place`: where `folder` is. A file that can't be read rules nothing, and the log says so."""
        try:
            with open(place / IGNORE_FILE, "rb", opener=_at_once) as file:
                lines = (file.read(_LARGEST) or b"").decode("utf-8", "surrogateescape").splitlines()
            return Ignored((*self.rules, (folder, GitIgnoreSpec.from_lines(lines))))
        except (OSError, ValueError) as error:
            log.warning("an ignore file can't be used", folder=str(place), reason=str(error))
            return self

    def match(self, path: str, folder: bool = False) -> bool:
        """Whether a path below the root is left out; the innermost file that has a word on it decides."""
        for where, spec in reversed(self.rules):
            inner = path[len(where) + 1 :] if where else path
            verdict = spec.check_file(f"{inner}/" if folder else inner).include
            if verdict is not None:
                return verdict
        return False


def _at_once(path: str, flags: int) -> int:
    """A pipe of that name would be waited for, with all the scan."""
    return os.open(path, flags | os.O_NONBLOCK)
