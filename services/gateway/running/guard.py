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
    before: Mapping[str, FileRow], seen: Collection[str], blocked: Sequence[str]
) -> list[tuple[str, str]]:
    """(path, image id) of photos that were there before and weren't seen. `blocked`: folders that couldn't be read,
    whose photos stay. Raises MostlyGone."""
    present = [(path, row.image_id) for path, row in before.items() if row.image_id and not row.missing]
    lost = sorted((path, image) for path, image in present if path not in seen)
    lost = [(p, i) for p, i in lost if not any(not b or p == b or p.startswith(f"{b}/") for b in blocked)]
    if len(lost) == len(present) > 0 or (len(lost) > A_FEW and len(lost) > MOSTLY * len(present)):
        raise MostlyGone(f"{len(lost)} of {len(present)} photos")
    return lost
