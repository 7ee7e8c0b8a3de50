"""User corrections of when a picture was taken.

The date shown is chosen among the claims (`date_claim`) of its bytes, its files, its sidecars and the user.
"""

from datetime import UTC, datetime, timedelta

from services.domain.photos.dates import DateCorrected
from services.projector.rows.statement import Changes, Place, Statement, Table

_CORRECTION = Table("correction", 1)

CORRECT = Statement(
    _CORRECTION,
    """INSERT INTO correction (image_id, claim_at, claim_ms, source) VALUES (?, ?, ?, ?)
    ON CONFLICT (image_id) DO UPDATE SET claim_at = excluded.claim_at, claim_ms = excluded.claim_ms,
      source = excluded.source""",
)
UNCORRECT = Statement(_CORRECTION, "DELETE FROM correction WHERE image_id = ?")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(taken_at: str) -> int:
    """Since 1970, UTC; a time without an offset is read as UTC. 0 for an invalid time: one picture with a broken date
    must not stop the others."""
    try:
        time = datetime.fromisoformat(taken_at)
    except ValueError:
        return 0
    return ((time if time.tzinfo else time.replace(tzinfo=UTC)) - _EPOCH) // _MILLISECOND


def date_corrected(e: DateCorrected, at: Place) -> Changes:
    if e.taken_at is None:
        return [(UNCORRECT, (e.image_id,))]
    source = "user" if e.precision == "second" else f"user-{e.precision}"
    return [(CORRECT, (e.image_id, e.taken_at, milliseconds(e.taken_at), source))]
