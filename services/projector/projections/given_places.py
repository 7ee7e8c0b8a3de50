"""Places that were given to photos, for offering them again."""

from services.domain.photos.places import PlaceSet
from services.projector.rows.statement import Changes, Place, Statement, Table

GIVE = Statement(
    Table("given_place", 1),
    """INSERT INTO given_place (job_id, position, place) VALUES (?, ?, ?)
    ON CONFLICT (job_id) DO UPDATE SET position = excluded.position, place = excluded.place""",
)


def place_given(e: PlaceSet, at: Place) -> Changes:
    value = e.value()
    return [] if value is None else [(GIVE, (at.job_id, at.position, str(value)))]
