"""Files whose names differ only in case or Unicode composition: on the disks of Macs, Windows and most cameras' cards
they are one file."""

import errno
import hashlib
import os
import re
from pathlib import Path
from typing import Final

from services.kernel.paths import one_spelling
from services.knowledge.suffixes import is_media

_PROBE: Final = ".albumen-\u00c9.part"
_ALIKE: Final = (".albumen-\u00e9.part", ".albumen-E\u0301.part")
"""In small letters, and with an accent of its own."""
_DIGITS: Final = 8
_DIGEST: Final = re.compile(rf"[0-9a-f]{{{_DIGITS}}}")


def ignores_spelling(folder: Path) -> bool:
    """Whether the disk takes such names for one. Raises OSError."""
    probe = folder / _PROBE
    try:
        probe.unlink(missing_ok=True)
        os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        if error.errno in (errno.EILSEQ, errno.EINVAL):
            return True  # its names know fewer letters
        raise
    try:
        return any(os.path.lexists(folder / name) for name in _ALIKE)
    finally:
        probe.unlink(missing_ok=True)


class Spellings:
    """Of all files that are known, those that are missing, too: whether one has a name of its own doesn't depend on
    which disks are there."""

    def __init__(self) -> None:
        self._known: dict[int, int | None] = {}
        """Hash of the one spelling -> of the file's own; None: there are several."""

    def add(self, root: str, path: str) -> None:
        own = hash((root, path))
        key = hash((root, one_spelling(path)))
        if self._known.setdefault(key, own) != own:
            self._known[key] = None

    def apart(self, root: str, path: str, name: str) -> str:
        """`name` if no other file has it; else with a digest of the file's own spelling."""
        self.add(root, path)
        if self._known[hash((root, one_spelling(path)))] is not None:
            return name
        return f"{name}-{hashlib.sha256(path.encode()).hexdigest()[:_DIGITS]}"


def own_name(name: str) -> str:
    """The photo's name, of what `apart` has made of it."""
    before, _, digest = name.rpartition("-")
    return before if is_media(before) and _DIGEST.fullmatch(digest) else name
