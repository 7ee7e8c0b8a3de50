"""Labels from heads (`knowledge/heads.py`): a derived step after a batch's rows, in the same transaction.

They are the model's own labels: a category that has classes as well keeps the higher score. Where people are seen, what
classes name in their place is silent.
"""

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from services.knowledge import taxonomy
from services.projector.batch import Batch
from services.projector.projections.models import EMBEDDING

if TYPE_CHECKING:
    from services.knowledge.heads import Heads

PEOPLE: Final = "person"
_ALL: Final = "SELECT image_id, model_id, code FROM embedding"
_ONE: Final = "SELECT image_id, model_id, code FROM embedding WHERE image_id = ? AND model_id = ?"
_LABEL: Final = """INSERT INTO label (image_id, model_id, category_id, score) VALUES (?, ?, ?, ?)
  ON CONFLICT (image_id, model_id, category_id) DO UPDATE SET score = max(score, excluded.score)"""
_WORN_OR_HELD: Final = """DELETE FROM label WHERE image_id = ? AND model_id = ? AND score < 0.9
  AND (SELECT coalesce(first_group, c.category_id) FROM category c WHERE c.category_id = label.category_id)
    IN ('clothing', 'personal', 'music', 'work', 'home')"""
"""What people wear, hold and sit on: classes name it where people are, and are right only when they are sure."""
_LONE_ANIMALS: Final = """DELETE FROM label WHERE image_id = ?1 AND model_id = ?2 AND category_id = 'animals'
  AND score < 0.9 AND NOT EXISTS (SELECT 1 FROM label o CROSS JOIN category c ON c.category_id = o.category_id
    WHERE o.image_id = ?1 AND o.model_id = ?2 AND c.first_group = 'animals' AND o.score >= c.threshold)"""
"""The group, without any animal in it."""
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
    thresholds = taxonomy.load().categories
    for number, ids in enumerate(heads.ids):
        column = scores[:, number]
        high = [(keys[at], round(float(column[at]), 4)) for at in (column >= _FLOOR).nonzero()[0]]
        db.executemany(_LABEL, [(*key, id_, score) for key, score in high for id_ in ids])
        if PEOPLE in ids:
            people = [key for key, score in high if score >= thresholds[PEOPLE].threshold]
            db.executemany(_WORN_OR_HELD, people)
            db.executemany(_LONE_ANIMALS, people)
