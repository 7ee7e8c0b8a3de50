"""Labels from what categories have learned: a derived step after a batch's rows, in the same transaction.

Such a label depends on two rows, a category's learned classifier and a picture's embedding, so it is recomputed when
either changes; after a bulk load, all are computed at once.
"""

import sqlite3
from collections.abc import Iterator
from typing import Any, Final

from services.projector.batch import Batch
from services.projector.projections.learning import LEARNED
from services.projector.projections.models import EMBEDDING

MODEL_ID: Final = "taught"

_LEARNED: Final = "SELECT category_id, model_id, weights, scale, bias FROM learned"
_FORGET_CATEGORY: Final = "DELETE FROM label WHERE model_id = 'taught' AND category_id = ?"
_FORGET_IMAGE: Final = """DELETE FROM label WHERE image_id = ? AND model_id = 'taught'
  AND category_id IN (SELECT category_id FROM learned WHERE model_id = ?)"""
_LABEL: Final = "INSERT INTO label (image_id, model_id, category_id, score) VALUES (?, 'taught', ?, ?)"
_ALL: Final = "SELECT image_id, code FROM embedding WHERE model_id = ?"
_ONE: Final = "SELECT image_id, code FROM embedding WHERE image_id = ? AND model_id = ?"
_CHUNK: Final = 1000

Row = tuple[str, str]
"""image id, embedding"""


def follow(db: sqlite3.Connection, batch: Batch) -> None:
    """After the rows of a batch."""
    changed, seen = set(batch.keys(LEARNED)), batch.keys(EMBEDDING)
    db.executemany(_FORGET_CATEGORY, [(category_id,) for category_id in changed])
    learned = list(db.execute(_LEARNED)) if changed or seen else []
    _label(db, [row for row in learned if row[0] in changed])
    for model_id in {row[1] for row in learned if row[0] not in changed}:
        new = [key for key in seen if key[1] == model_id]
        db.executemany(_FORGET_IMAGE, new)  # labels of the categories that just changed as well
        mine = [row for row in learned if row[1] == model_id]
        _score(db, mine, [row for key in new for row in db.execute(_ONE, key)])


def everything(db: sqlite3.Connection) -> None:
    """After a bulk load."""
    _label(db, list(db.execute(_LEARNED)))


def _label(db: sqlite3.Connection, learned: list[tuple[Any, ...]]) -> None:
    for model_id in {row[1] for row in learned}:
        mine = [row for row in learned if row[1] == model_id]
        reader = db.cursor().execute(_ALL, (model_id,))
        while rows := reader.fetchmany(_CHUNK):
            _score(db, mine, rows)


def _score(db: sqlite3.Connection, learned: list[tuple[Any, ...]], rows: list[Row]) -> None:
    if rows and learned:
        db.executemany(_LABEL, _labels([(row[0], row[2:]) for row in learned], rows))


def _labels(learned: list[tuple[str, tuple[Any, ...]]], rows: list[Row]) -> Iterator[tuple[str, str, float]]:
    from services.knowledge.logistic import FLOOR, Learned, readable  # NumPy, which most albums never need

    good, features = readable(rows)
    for category_id, packed in learned:
        classifier: Learned = Learned.unpacked(*packed)
        if len(classifier.weights) != features.shape[1]:
            continue
        for image_id, score in zip(good, classifier.scores(features).tolist(), strict=True):
            if score >= FLOOR:
                yield image_id, category_id, round(score, 4)
