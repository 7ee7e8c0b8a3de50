"""Labels from heads (`knowledge/heads.py`): a derived step after a batch's rows, in the same transaction.

They are the model's own labels: a category that has classes as well keeps the higher score.
"""

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from services.projector.batch import Batch
from services.projector.projections.models import EMBEDDING

if TYPE_CHECKING:
    from services.knowledge.heads import Heads

_ALL: Final = "SELECT image_id, model_id, code FROM embedding"
_ONE: Final = "SELECT image_id, model_id, code FROM embedding WHERE image_id = ? AND model_id = ?"
_LABEL: Final = """INSERT INTO label (image_id, model_id, category_id, score) VALUES (?, ?, ?, ?)
  ON CONFLICT (image_id, model_id, category_id) DO UPDATE SET score = max(score, excluded.score)"""
_CHUNK: Final = 256
"""Photos whose features fit into a processor's cache."""
_FLOOR: Final = 0.3
"""Lower scores are not stored, as of what a category has learned."""

Embedded = tuple[str, str, str]
"""image id, model id, embedding"""


def follow(db: sqlite3.Connection, batch: Batch) -> None:
    """After the rows of a batch: whatever changes a verdict's labels changes its embedding."""
    _label(db, [row for key in batch.keys(EMBEDDING) for row in db.execute(_ONE, key)])


def label_all(db: sqlite3.Connection) -> None:
    """After a bulk load."""
    reader = db.cursor().execute(_ALL)
    while rows := reader.fetchmany(_CHUNK):
        _label(db, rows)


def _label(db: sqlite3.Connection, rows: Sequence[Embedded]) -> None:
    if not rows:
        return
    from services.knowledge import heads  # NumPy, which albums without a network never need

    for model_id in dict.fromkeys(row[1] for row in rows):
        if mine := heads.of(model_id):
            _score(db, mine, [row for row in rows if row[1] == model_id])


def _score(db: sqlite3.Connection, heads: "Heads", rows: Sequence[Embedded]) -> None:
    from services.knowledge.embedding import BrokenEmbedding, decodable

    try:
        scores = heads.scores([row[2] for row in rows])
    except BrokenEmbedding:
        rows = [row for row in rows if decodable(row[2])]
        scores = heads.scores([row[2] for row in rows])
    keys = [row[:2] for row in rows]
    for number, ids in enumerate(heads.ids):
        column = scores[:, number]
        high = [(*keys[at], round(float(column[at]), 6)) for at in (column >= _FLOOR).nonzero()[0]]
        db.executemany(_LABEL, [(image, model, id_, score) for image, model, score in high for id_ in ids])
