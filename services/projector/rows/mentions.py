"""Events that belong to the history of one thing but are on the stream of another."""

from collections.abc import Iterable
from typing import Final

from services.projector.rows.statement import Changes, Place, Statement, Table

MENTION: Final = Statement(
    Table("mention", 2),
    "INSERT INTO mention (about, position) VALUES (?, ?) ON CONFLICT (about, position) DO NOTHING",
)


def mentioned(ids: Iterable[str | None], at: Place) -> Changes:
    """By the event at this place. `ids`: of images, categories and albums (they never collide); None is skipped."""
    return [(MENTION, (about, at.position)) for about in ids if about is not None]
