"""Which events are part of the history of something though they stand on the stream of something else."""

from collections.abc import Iterable
from typing import Final

from services.projector.rows.statement import Changes, Place, Statement, Table

MENTION: Final = Statement(
    Table("mention", 2),
    "INSERT INTO mention (about, position) VALUES (?, ?) ON CONFLICT (about, position) DO NOTHING",
)


def mentioned(ids: Iterable[str | None], at: Place) -> Changes:
    """By the event at this place. `ids`: of images, categories and albums, which never share an id; None is nothing."""
    return [(MENTION, (about, at.position)) for about in ids if about is not None]
