"""What of a root is missing, and when that is no deletion but a disk that is away: believing it would empty the
album, waiting costs one more scan. Pure."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from services.gateway.queries.reads import FileRow

MOSTLY: Final = 0.5
"""A root that lost more than this share of its files, and more than `A_FEW`, is taken for a disk that is away."""
A_FEW: Final = 20


class MostlyGone(Exception):
    """Too much is missing to be believed; the message says how much."""


def missing(
    before: Mapping[str, FileRow], seen: Collection[str], blocked: Sequence[str]
) -> list[tuple[str, str]]:
    """(path, image id) of what was there before and was not seen. `blocked`: folders that could not be read; what
    was known of them stays. Raises MostlyGone."""
    present = [(path, row.image_id) for path, row in before.items() if row.image_id and not row.missing]
    gone = sorted((path, image) for path, image in present if path not in seen)
    gone = [(p, i) for p, i in gone if not any(not b or p == b or p.startswith(f"{b}/") for b in blocked)]
    if len(gone) == len(present) > 0 or (len(gone) > A_FEW and len(gone) > MOSTLY * len(present)):
        raise MostlyGone(f"{len(gone)} of {len(present)} photos")
    return gone
