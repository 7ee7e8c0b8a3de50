"""The order of the timeline after a bulk load; `projections/order.sql` maintains it from then on."""

import sqlite3
from typing import Final

_NAMES: Final = """UPDATE image SET sort_key = f.sort_key FROM
    (SELECT image_id, substr(min(missing || sort_key), 2) AS sort_key FROM file GROUP BY image_id) f
  WHERE f.image_id = image.image_id"""
_OFFSETS: Final = """UPDATE image SET assumed_ms = a.ms FROM assumption a
  WHERE a.image_id = image.image_id AND a.ms <> 0"""


def by_name(db: sqlite3.Connection) -> None:
    """Before there are indexes: they would be updated for each picture."""
    db.execute(_NAMES)


def by_clock(db: sqlite3.Connection) -> None:
    """After all dates are set."""
    db.execute(_OFFSETS)
