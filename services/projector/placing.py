"""Where pictures were taken, by place name and on the map: a derived step after a batch's rows, in its transaction.

The best of a picture's position claims (`position_claim`) wins, no matter whether the picture or its sidecar was
scanned first. After a bulk load, all pictures are computed at once.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, Final

from services.domain.photos.places import PlaceSet
from services.knowledge.geography import spot, valid
from services.knowledge.mercator import flat
from services.projector.batch import Batch
from services.projector.projections.photos import IMAGE
from services.projector.projections.remarks import REMARK
from services.projector.projections.sidecars import SIDECAR

_ALL: Final = """SELECT image_id, latitude, longitude FROM position_claim
  ORDER BY image_id, rank, place, latitude, longitude"""
_ONE: Final = """SELECT image_id, latitude, longitude FROM position_claim WHERE image_id = ?
  ORDER BY rank, place, latitude, longitude LIMIT 1"""
_FORGET_ALL: Final = "DELETE FROM located"
_FORGET: Final = "DELETE FROM located WHERE image_id = ?"
_LOCATE: Final = """INSERT INTO located (image_id, latitude, longitude, x, y, city, country, code, region)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def follow(db: sqlite3.Connection, batch: Batch) -> None:
    """After the rows of a batch."""
    if batch.swept(SIDECAR):
        db.execute(_FORGET_ALL)
        everything(db)
        return
    places = (image_id for image_id, field, _ in batch.keys(REMARK) if field == PlaceSet.FIELD)
    touched = dict.fromkeys([*batch.keys(IMAGE), *(key[0] for key in batch.keys(SIDECAR)), *places])
    if touched:
        db.executemany(_FORGET, [(image_id,) for image_id in touched])
        db.executemany(_LOCATE, _located(row for one in touched for row in db.execute(_ONE, (one,))))


def everything(db: sqlite3.Connection) -> None:
    """After a bulk load."""
    db.executemany(_LOCATE, list(_located(db.execute(_ALL))))


def _located(claims: Iterable[tuple[str, float, float]]) -> Iterator[tuple[Any, ...]]:
    """Claims come grouped by picture, best first: the first of each picture counts."""
    before = None
    for image_id, latitude, longitude in claims:
        if image_id != before and valid(latitude, longitude):
            place = spot(latitude, longitude)
            x, y = flat(latitude, longitude)
            yield image_id, latitude, longitude, x, y, place.city, place.country, place.code, place.region
        before = image_id
