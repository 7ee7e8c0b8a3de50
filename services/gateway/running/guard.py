"""Which files of a root are missing, and when that means a disconnected disk rather than deletions: believing it would
empty the album, while asking costs one answer. Pure."""

import hashlib
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

from services.gateway.queries.reads import FileRow
from services.knowledge.archives import archive_of

MOSTLY: Final = 0.5
"""A root that lost more than this share of its photos, and more than `A_FEW`, is in question …"""
A_FEW: Final = 20
"""… and so small libraries are never asked about: a folder with up to this many photos may be emptied. If that was a
disk after all, little is hidden, and it comes back with the disk."""

Absence = tuple[str, str]
"""(path below the root, image id)"""


class MostlyGone(Exception):
    """Too much is missing to be plausible; the message says how much."""

    def __init__(self, missed: Sequence[Absence], held: int, lost: list[Absence]) -> None:
        """`held`: number of photos that the root had. `lost`: all that may be recorded as missing if a person says so,
        including what needs no question."""
        super().__init__(f"{len(missed)} of {held} photos")
        self.missed, self.held, self.lost = missed, held, lost

    def question(self, root: Path) -> str:
        """The same for the same photos in the same places: 32 hex digits."""
        digest = hashlib.sha256(str(root).encode("utf-8", "surrogateescape"))
        for path, image in self.missed:
            digest.update(f"\0{path}\0{image}".encode())
        return digest.hexdigest()[:32]

    @property
    def below(self) -> str:
        """The innermost folder that all missed photos were in, relative to the root."""
        return os.path.commonpath([f"/{path}".rpartition("/")[0] or "/" for path, _ in self.missed])[1:]


def missing(
    before: Mapping[str, FileRow],
    seen: Collection[str],
    blocked: Sequence[str],
    left_out: Sequence[str] = (),
    removed: Collection[str] = (),
    archives: Collection[str] = (),
) -> list[Absence]:
    """Photos that were there before and weren't seen. `blocked`: folders that couldn't be read, whose photos stay.
    `left_out`: folders that the scan passed over by its own rules; an earlier version may have shown their photos, and
    that they are not seen says nothing about the disk. `removed`: photos that are known to have been deleted.
    `archives`: those that are there, and folders with such names; of one that is not, all photos are in question, be
    they few or many, as of a root. Raises MostlyGone."""
    present = [(path, row.image_id) for path, row in before.items() if row.image_id and not row.missing]
    lost = sorted((path, image) for path, image in present if path not in seen)
    stays, skipped = frozenset(blocked), frozenset(left_out)
    lost = [(path, image) for path, image in lost if not is_below(path, stays)]
    missed = [(path, image) for path, image in lost if path not in removed and not is_below(path, skipped)]
    rest = len(present) - (len(lost) - len(missed))
    if len(missed) > A_FEW and len(missed) > MOSTLY * rest:
        raise MostlyGone(missed, rest, lost)
    if away := _in_archives(missed, archives):
        raise MostlyGone(away, rest, lost)
    return lost


def _in_archives(missed: Sequence[Absence], there: Collection[str]) -> list[Absence]:
    """Those that were in an archive that isn't there."""
    places = {"", *there}
    return [(path, image) for path, image in missed if archive_of(path) not in places]


def all_gone(before: Mapping[str, FileRow]) -> MostlyGone | None:
    """All photos of a root that isn't there, be they few or many; None if it had none."""
    present = sorted((path, row.image_id) for path, row in before.items() if row.image_id and not row.missing)
    return MostlyGone(present, len(present), present) if present else None


def is_below(path: str, folders: frozenset[str]) -> bool:
    """Whether the path, or a folder above it, is one of them; the root is empty."""
    while folders and path:
        if path in folders:
            return True
        path = path.rpartition("/")[0]
    return "" in folders
