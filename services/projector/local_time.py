"""Dates of which only UTC is known, shown as clocks on the wall said: a derived step after a batch's rows, in its
transaction.

Films, file times and exports state UTC; the log keeps that. The zone is that of the picture's place, else the
computer's when the picture was added (`ScanStarted`), else the first that was recorded. Never that of this process: a
rebuild elsewhere gives the same tables.
"""

import sqlite3
from typing import Final

from services.knowledge.geography import zone_of
from services.knowledge.zones import local

_DUE: Final = """SELECT i.image_id, i.taken_ms, l.latitude, l.longitude, coalesce(
    (SELECT j.zone FROM job j WHERE j.zone IS NOT NULL AND j.position < i.position ORDER BY j.position DESC LIMIT 1),
    (SELECT j.zone FROM job j WHERE j.zone IS NOT NULL ORDER BY j.position LIMIT 1), '')
  FROM utc_dated d JOIN image i USING (image_id) LEFT JOIN located l USING (image_id) WHERE i.utc = 1"""
_SHOW: Final = "UPDATE image SET taken_at = ?, zone = ?, zone_guessed = ? WHERE image_id = ?"
_DONE: Final = "DELETE FROM utc_dated"


def localize(db: sqlite3.Connection) -> None:
    """All dates that are due (`utc_dated`); in UTC where no zone is known."""
    rows = []
    for image_id, taken_ms, latitude, longitude, computers in db.execute(_DUE).fetchall():
        placed = zone_of(latitude, longitude) if latitude is not None else ""
        zone: str | None = placed or computers
        moment = local(taken_ms, zone or "")
        if moment is None:
            zone, moment = None, local(taken_ms, "UTC")
        if moment:
            at = moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
            rows.append((at, zone, int(zone is not None and not placed), image_id))
    db.executemany(_SHOW, rows)
    db.execute(_DONE)
