"""Whose seasons a search means."""

from services.domain.photos.seasons import SeasonsSet
from services.projector.rows.statement import Changes, Place, Statement, Table

_SET = Statement(
    Table("seasons", 1),
    """INSERT INTO seasons (slot, south) VALUES (?, ?)
    ON CONFLICT (slot) DO UPDATE SET south = excluded.south""",
)


def seasons_set(e: SeasonsSet, at: Place) -> Changes:
    return [(_SET, (1, int(e.hemisphere == "south")))]
