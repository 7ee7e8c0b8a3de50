"""The folder, or the archive, that a person names as one with photos."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from services.domain.exports.reasons import NOT_ABSOLUTE
from services.domain.subject import Refused
from services.domain.words import StoredReason
from services.gateway.archives.roots import entered
from services.kernel.paths import from_text, to_text
from services.knowledge.archives import is_readable

_MOST: Final = 0.6
"""At least this share of a folder's files lies where it is now."""


def require_photo_folder(name: str, others: Iterable[str], own: Iterable[Path], field: str) -> str:
    """Its path without links. Asks the disk. `others`: folders in use; `own`: where Albumen keeps its files. Raises
    Refused, with `field`."""
    path = Path(from_text(name)).expanduser()
    if not path.is_absolute():
        raise Refused(NOT_ABSOLUTE, field)
    root = path.resolve()
    if not root.exists():
        raise Refused(
            "There is no folder %(folder)s on the computer that Albumen runs on.", field, folder=name
        )
    if not root.is_dir() and not is_readable(root.name):
        raise Refused("%(folder)s is neither a folder nor an archive that can be read.", field, folder=name)
    try:
        entered(root)
    except OSError as error:
        why = StoredReason(error.strerror or str(error))
        raise Refused("The folder %(folder)s can't be read: %(why)s.", field, folder=name, why=why) from error
    for folder in own:
        if folder.resolve().is_relative_to(root) or root.is_relative_to(folder.resolve()):
            raise Refused(
                "Albumen keeps its own files in %(own)s: choose a folder that has nothing to do with it.",
                field,
                own=to_text(str(folder)),
            )
    for other in others:
        if root != Path(from_text(other)) and root.is_relative_to(from_text(other)):
            raise Refused(
                "%(folder)s is inside %(root)s, which Albumen already scans.",
                field,
                folder=name,
                root=other,
            )
    return to_text(str(root))


def holds(root: str, files: Sequence[tuple[str, int]]) -> bool:
    """Whether most of the files, (path below the root, bytes), lie there. Asks the disk. True for an archive, and for
    no files: the scan will see."""
    folder = Path(from_text(root))
    if not folder.is_dir() or not files:
        return True
    return sum(_is_there(folder / from_text(path), size) for path, size in files) >= _MOST * len(files)


def _is_there(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except (OSError, ValueError):
        return False
