"""Which files of a root are missing, and when that means a disconnected disk rather than deletions: believing it would
empty the album, while waiting costs one more scan. Pure."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from services.gateway.queries.reads import FileRow

MOSTLY: Final = 0.5
"""A root that lost more than this share of its files, and more than `A_FEW`, counts as a disconnected disk."""
A_FEW: Final = 20


class MostlyGone(Exception):
    """Too much is missing to be plausible; the message says how much."""


def missing(
    before: Mapping[str, FileRow],
    seen: Collection[str],
    blocked: Sequence[str],
    left_out: Sequence[str] = (),
) -> list[tuple[str, str]]:
    """(path, image id) of photos that were there before and weren't seen. `blocked`: folders that couldn't be read,
    whose photos stay. `left_out`: folders that the scan passed over by its own rules; an earlier version may have shown
    their photos, and that they are not seen says nothing about the disk. Raises MostlyGone."""
    present = [(path, row.image_id) for path, row in before.items() if row.image_id and not row.missing]
    lost = sorted((path, image) for path, image in present if path not in seen)
    stays, skipped = frozenset(blocked), frozenset(left_out)
    lost = [(path, image) for path, image in lost if not _below(path, stays)]
    passed = sum(_below(path, skipped) for path, _ in lost)
    missing_now, held = len(lost) - passed, len(present) - passed
    if missing_now == held > 0 or (missing_now > A_FEW and missing_now > MOSTLY * held):
        raise MostlyGone(f"{missing_now} of {held} photos")
    return lost


def _below(path: str, folders: frozenset[str]) -> bool:
    """Whether the path, or a folder above it, is one of them; the root is empty."""
    while folders and path:
        if path in folders:
            return True
        path = path.rpartition("/")[0]
    return "" in folders
