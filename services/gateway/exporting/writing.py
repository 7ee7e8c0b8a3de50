"""Writes an export's files: each whole or not at all, and only if it is new or has to change.

Sidecars are many and small, so their disk is flushed once, at the end. After a power cut before that some may be empty
or hold nothing but zeros: the export, which goes on at the next start, writes them again.

What another program wrote, or has changed since, stays as it is. No link leads out of the folder that is written to.
"""

import errno
import filecmp
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from stat import S_ISREG
from typing import Final, Literal

from services.gateway.sidecars.facts import LARGEST
from services.gateway.sidecars.seal import is_sealed
from services.kernel.durable import flush_disk, fsync

Result = Literal["written", "unchanged"]
HOPELESS: Final = frozenset(
    {
        *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE),
        *(errno.ENOTCONN, errno.EHOSTDOWN, errno.ETIMEDOUT),
    }
)
"""Errors of a disk: what can't be written for one of these is followed by more of the same."""


class Foreign(Exception):
    """There is a file of another program in its place."""


class Outside(Exception):
    """A link leads out of the folder that is written to."""


class Writer:
    """Below one folder. One thread at a time."""

    def __init__(self, base: Path) -> None:
        """`base` exists. Raises OSError."""
        self._base = base
        self._real = os.path.realpath(base)
        self._disk = base.stat().st_dev
        self._checked: set[Path] = set()

    def require_disk(self) -> None:
        """Raises OSError if the disk is gone, under whose mount point files would land elsewhere."""
        if self._base.stat().st_dev != self._disk:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))

    def write(self, parts: Iterable[str], content: bytes, others: Iterable[str] = ()) -> Result:
        """A sidecar; folders above it are made. `parts`: its path below the base. `others`: names beside it of other
        programs' sidecars of the same photo. Raises Foreign, Outside and OSError."""
        *folders, name = parts
        if any(part in ("", ".", "..") or "/" in part for part in (*folders, name)):
            raise Outside
        folder = self._base.joinpath(*folders)
        self._enter(folder)
        target = folder / name
        if any(other != name and _is_another(folder / other, target) for other in others):
            raise Foreign
        present = _present(target)
        if present == content:
            return "unchanged"
        if present and present.strip(b"\0") and not is_sealed(present):
            raise Foreign
        _replace(folder, target, content)
        return "written"

    def flush(self) -> None:
        """Raises OSError."""
        flush_disk(self._base)

    def _enter(self, folder: Path) -> None:
        if folder not in self._checked:
            folder.mkdir(parents=True, exist_ok=True)
            if not Path(os.path.realpath(folder)).is_relative_to(self._real):
                raise Outside
            self._checked.add(folder)


class Lines:
    """A file of lines that grows beside its place and takes it at the end."""

    def __init__(self, folder: Path, name: str, mark: bytes) -> None:
        """`mark`: how a file of ours begins. Raises Foreign and OSError."""
        self._target = folder / name
        if os.path.lexists(self._target) and not _begins(self._target, mark):
            raise Foreign
        self._part = _part_of(self._target)
        self._file = os.fdopen(_created(self._part), "wb")

    def add(self, lines: Iterable[bytes]) -> None:
        """Raises OSError."""
        for line in lines:
            self._file.write(line + b"\n")

    def finish(self) -> Result:
        """Raises OSError."""
        self._file.close()
        if self._target.exists() and filecmp.cmp(self._part, self._target, shallow=False):
            self._part.unlink()
            return "unchanged"
        fsync(self._part)
        self._part.replace(self._target)
        fsync(self._target.parent)
        return "written"

    def abandon(self) -> None:
        """After `finish` without effect."""
        self._file.close()
        self._part.unlink(missing_ok=True)


def _present(target: Path) -> bytes | None:
    """Raises Foreign if it is no file, or larger than any sidecar."""
    try:
        stat = target.lstat()
    except FileNotFoundError:
        return None
    if not S_ISREG(stat.st_mode) or stat.st_size > LARGEST:
        raise Foreign
    return target.read_bytes()


def _is_another(other: Path, target: Path) -> bool:
    """Whether it is there and not the target itself, by a name that the disk takes for the same. Raises OSError."""
    if not os.path.lexists(other):
        return False
    return not (os.path.lexists(target) and os.path.samestat(other.lstat(), target.lstat()))


def _replace(folder: Path, target: Path, content: bytes) -> None:
    part = _part_of(target)
    try:
        with os.fdopen(_created(part), "wb") as file:
            file.write(content)
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _created(part: Path) -> int:
    """Opened for writing, empty; no link is followed."""
    part.unlink(missing_ok=True)
    return os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)


def _part_of(target: Path) -> Path:
    """The same for the same file, so that one left behind by a crash is replaced at the next attempt."""
    digest = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16]
    return target.with_name(f".albumen-{digest}.part")


def _begins(path: Path, mark: bytes) -> bool:
    """An empty file is nobody's."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(mark)) in (mark, b"")
