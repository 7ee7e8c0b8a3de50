"""The order of the timeline after a bulk load; `projections/order.sql` maintains it from then on."""

import sqlite3
from typing import Final

from services.projector.batch import Batch
from services.projector.projections.files import IMAGE_ID, SEE, SORT_KEY
from services.projector.projections.photos import IMPORT

_OFFSETS: Final = """UPDATE image SET assumed_ms = a.ms FROM assumption a
  WHERE a.image_id = image.image_id AND a.ms <> 0"""


def expect(batch: Batch) -> None:
    """Before a batch of a bulk load: new pictures get the name of a file in it, the right one for most, as writing a
    picture again takes half as long as inserting it. `photos.sql` corrects the others."""
    keys = {row[IMAGE_ID]: row[SORT_KEY] for rows in batch.rows(SEE) for row in rows}
    for rows in batch.rows(IMPORT):
        rows[:] = [row[:-1] + (keys.get(row[0], ""),) for row in rows]  # noqa: RUF005  half the time of unpacking


def by_clock(db: sqlite3.Connection) -> None:
    """After all dates are set."""
    db.execute(_OFFSETS)
