"""`.albumenignore`: what the user wants left out of its folder and everything below, in `.gitignore` syntax."""

import os
from pathlib import Path
from typing import Final, NamedTuple

from pathspec import GitIgnoreSpec

from services.gateway.listing.found import IGNORE_FILE
from services.gateway.listing.ignore_patterns import LinearPattern

_LARGEST: Final = 100_000
"""Bytes of the file that are read: some thousand lines, all of which are tried on every name."""


class NotReadable(Exception):
    """The message is the operating system's reason."""


class Ignored(NamedTuple):
    """The rules that apply in a folder, outermost first."""

    rules: tuple[tuple[str, GitIgnoreSpec], ...] = ()
    """(the ignore file's folder, relative to the root; its rules)."""

    def with_rules(self, place: Path, folder: str) -> "Ignored":
        """`place`: the path of `folder`. Raises NotReadable."""
        try:
            with open(place / IGNORE_FILE, "rb", opener=_at_once) as file:
                lines = (file.read(_LARGEST) or b"").decode("utf-8", "surrogateescape").splitlines()
            return Ignored((*self.rules, (folder, GitIgnoreSpec.from_lines(lines, LinearPattern))))
        except (OSError, ValueError) as error:
            raise NotReadable(str(error)) from error

    def match(self, path: str, folder: bool = False) -> bool:
        """Whether a path below the root is ignored; the innermost file with a matching rule decides."""
        for where, spec in reversed(self.rules):
            inner = path[len(where) + 1 :] if where else path
            verdict = spec.check_file(f"{inner}/" if folder else inner).include
            if verdict is not None:
                return verdict
        return False


def _at_once(path: str, flags: int) -> int:
    """Don't block: a pipe of that name would hold up the scan."""
    return os.open(path, flags | os.O_NONBLOCK)
