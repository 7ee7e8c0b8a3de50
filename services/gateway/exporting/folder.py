"""Whether the folder that a person names can take an export: it holds no photo folder and is in none, as those are only
read, and a scan would take the files for new ones."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from services.domain.exports import reasons
from services.domain.subject import Refused
from services.domain.words import StoredReason
from services.kernel.paths import from_text, to_text

_Identity = tuple[int, int]
"""Device and inode: the same for a folder under all of its names."""


def require_folder(name: str, roots: Iterable[str], field: str) -> None:
    """Asks the disk. `name`: full path of the folder; `roots`: of the photo folders, or archives, in use or not. Raises
    Refused, with `field`."""
    folder = Path(from_text(name))
    if not folder.is_absolute():
        raise Refused(reasons.NOT_ABSOLUTE, field)
    try:
        _require_place(folder, name, field)
    except OSError as error:
        why = StoredReason(error.strerror or str(error))
        raise Refused(reasons.UNWRITABLE_FOLDER, field, folder=name, why=why) from error
    for root in roots:
        if _is_inside(folder, Path(from_text(root))):
            raise Refused(reasons.INSIDE, field, folder=name, root=root)
        if _is_inside(Path(from_text(root)), folder):
            raise Refused(reasons.CONTAINS, field, folder=name, root=root)


def _require_place(folder: Path, name: str, field: str) -> None:
    """That it is a folder that can be written to, or can be made. Raises OSError and Refused."""
    place = folder if folder.exists() else folder.parent
    if not place.exists():
        raise Refused(reasons.NO_FOLDER, field, folder=to_text(str(place)))
    if not place.is_dir():
        raise Refused(reasons.A_FILE, field, folder=to_text(str(place)))
    if not os.access(place, os.W_OK | os.X_OK):
        why = StoredReason("Permission denied")
        raise Refused(reasons.UNWRITABLE_FOLDER, field, folder=name, why=why)


def _is_inside(path: Path, folder: Path) -> bool:
    """Whether it is the folder or lies in it, by whatever names."""
    real = Path(os.path.realpath(path))
    if real.is_relative_to(os.path.realpath(folder)):
        return True
    return (identity := _identity(folder)) is not None and identity in _identities(real)


def _identities(path: Path) -> Iterator[_Identity]:
    """Of the path and what it is in."""
    for one in (path, *path.parents):
        if identity := _identity(one):
            yield identity


def _identity(path: Path) -> _Identity | None:
    """None if nothing is there."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino
