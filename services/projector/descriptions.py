"""Labels of categories that a person described in words: a derived step after a batch's rows, in the same transaction.

Such a label depends on a words model's vectors of the sentences and of the photo, and on the person's answers. What is
expensive, the likeness of a photo with the sentences, is a row of its own: an answer only moves the margin from which
on photos belong there, and writes the category's labels anew, so photos leave it as they come.

Vectors are comparable if the same files of the model made both. Of several models, the higher score counts.
"""

import json
import sqlite3
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from services.projector.batch import Batch
from services.projector.projections.categories import DECISION
from services.projector.projections.describing import DESCRIBED, DESCRIPTION
from services.projector.projections.models import EMBEDDING

if TYPE_CHECKING:
    from services.knowledge.captions import Sentences

DESCRIPTIONS_ID: Final = "described"

_IN_FORCE: Final = "SELECT category_id, model_id FROM description JOIN described USING (category_id)"
_VECTORS: Final = """SELECT weights_digest, sentences, vectors, neutral FROM description
  WHERE category_id = ? AND model_id = ?"""
_ALL: Final = "SELECT image_id, code FROM embedding NOT INDEXED WHERE model_id = ? AND weights_digest = ?"
"""In the order in which both they and the likenesses are stored, which is several times as fast as by an index."""
_ONE: Final = (
    "SELECT image_id, code FROM embedding WHERE model_id = ? AND weights_digest = ? AND image_id = ?"
)
_FORGET_CATEGORY: Final = "DELETE FROM likeness WHERE category_id = ?"
_FORGET: Final = f"{_FORGET_CATEGORY} AND model_id = ?"
_FORGET_ONE: Final = f"{_FORGET} AND image_id = ?"
_LIKEN: Final = (
    "INSERT INTO likeness (category_id, model_id, image_id, margin, sentence) VALUES (?, ?, ?, ?, ?)"
)
_ANSWERS: Final = """SELECT d.assigned, l.margin, iif(l.margin IS NULL, e.code, '') FROM decision d
    CROSS JOIN embedding e ON e.image_id = d.image_id AND e.model_id = ?2 AND e.weights_digest = ?3
    LEFT JOIN likeness l ON l.category_id = ?1 AND l.model_id = ?2 AND l.image_id = d.image_id
  WHERE d.category_id = ?1"""
_ANSWERED: Final = "SELECT 1 FROM decision WHERE image_id = ? AND category_id = ?"
_SHIFT: Final = "SELECT shift FROM calibration WHERE category_id = ? AND model_id = ?"
_CALIBRATE: Final = """INSERT INTO calibration (category_id, model_id, shift, accepted, rejected) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (category_id, model_id) DO UPDATE SET shift = excluded.shift, accepted = excluded.accepted,
    rejected = excluded.rejected"""
_UNCALIBRATE_CATEGORY: Final = "DELETE FROM calibration WHERE category_id = ?"
_UNCALIBRATE: Final = f"{_UNCALIBRATE_CATEGORY} AND model_id = ?"
_UNLABEL: Final = "DELETE FROM label WHERE model_id = 'described' AND category_id = ?"
_UNLABEL_ONE: Final = f"{_UNLABEL} AND image_id = ?"
_MARGINS: Final = """SELECT l.image_id, max(l.margin - c.shift) FROM calibration c
    CROSS JOIN likeness l ON l.category_id = c.category_id AND l.model_id = c.model_id AND l.margin - c.shift >= ?2
  WHERE c.category_id = ?1"""
_MARGINS_OF_ALL: Final = f"{_MARGINS} GROUP BY l.image_id"
_MARGINS_OF_ONE: Final = f"{_MARGINS} AND l.image_id = ?3 GROUP BY l.image_id"
_LABEL: Final = "INSERT INTO label (image_id, model_id, category_id, score) VALUES (?, 'described', ?, ?)"
_CHUNK: Final = 256
"""Photos whose vectors fit into a processor's cache."""

_Key = tuple[str, str]
"""category id, model id"""


class _Description(NamedTuple):
    key: _Key
    digest: str
    sentences: "Sentences"


def follow(db: sqlite3.Connection, batch: Batch) -> None:
    """After the rows of a batch."""
    categories, read = set(batch.keys(DESCRIBED)), set(batch.keys(DESCRIPTION))
    seen, decided = batch.keys(EMBEDDING), batch.keys(DECISION)
    if not (categories or read or seen or decided):
        return
    in_force = set(db.execute(_IN_FORCE))
    renewed = read | {key for key in in_force if key[0] in categories}
    _forget(db, renewed, categories)
    _liken_all(db, _described(db, renewed & in_force))
    looks = _look_again(db, in_force - renewed, seen)
    answered = {category_id for _, category_id in decided} | _answered(db, looks)
    due = {key for key in in_force if key in renewed or key[0] in answered}
    moved = categories | {key[0] for key in renewed} | _calibrate(db, _described(db, due))
    for category_id in moved:
        _label(db, category_id)
    for category_id, image_id in looks:
        if category_id not in moved:
            _label(db, category_id, image_id)


def _forget(db: sqlite3.Connection, keys: set[_Key], categories: set[str]) -> None:
    """What follows from descriptions that have changed, or are no more."""
    for key in keys:
        db.execute(_FORGET, key)
        db.execute(_UNCALIBRATE, key)
    for category_id in categories:
        db.execute(_FORGET_CATEGORY, (category_id,))
        db.execute(_UNCALIBRATE_CATEGORY, (category_id,))


def _look_again(
    db: sqlite3.Connection, keys: set[_Key], seen: Sequence[tuple[str, str]]
) -> set[tuple[str, str]]:
    """`seen`: (image id, model id) of photos that models have seen. Returns (category id, image id) of those that were
    compared anew."""
    models = {model_id for _, model_id in seen}
    looks = set()
    for one in _described(db, {key for key in keys if key[1] in models}):
        category_id, model_id = one.key
        images = [image for image, model in seen if model == model_id]
        db.executemany(_FORGET_ONE, [(*one.key, image) for image in images])
        rows = [row for image in images for row in db.execute(_ONE, (model_id, one.digest, image))]
        for start in range(0, len(rows), _CHUNK):
            _liken(db, [one], rows[start : start + _CHUNK])
        looks |= {(category_id, image) for image in images}
    return looks


def label_described(db: sqlite3.Connection) -> None:
    """After a bulk load."""
    descriptions = _described(db, set(db.execute(_IN_FORCE)))
    _liken_all(db, descriptions)
    _calibrate(db, descriptions)
    for category_id in dict.fromkeys(one.key[0] for one in descriptions):
        _label(db, category_id)


def _described(db: sqlite3.Connection, keys: Collection[_Key]) -> list[_Description]:
    """Without those whose vectors can't be read."""
    if not keys:
        return []
    from services.knowledge.captions import Sentences  # NumPy, which most albums never need

    descriptions = []
    for key in sorted(keys):
        digest, sentences, vectors, neutral = db.execute(_VECTORS, key).fetchone()
        count = len(json.loads(sentences))
        length = len(vectors) // count if count else 0
        try:
            descriptions.append(
                _Description(key, digest, Sentences(_cut(vectors, length), _cut(neutral, length)))
            )
        except ValueError:
            continue
    return descriptions


def _cut(vectors: bytes, length: int) -> list[bytes]:
    return [vectors[start : start + length] for start in range(0, len(vectors), length)] if length else []


def _answered(db: sqlite3.Connection, looks: set[tuple[str, str]]) -> set[str]:
    """Those of the categories that the person has answered about for the photo."""
    return {
        category_id for category_id, image in looks if db.execute(_ANSWERED, (image, category_id)).fetchone()
    }


def _liken_all(db: sqlite3.Connection, descriptions: Sequence[_Description]) -> None:
    """With all photos that the same version of their model has seen; each vector is unpacked once."""
    for model in dict.fromkeys((one.key[1], one.digest) for one in descriptions):
        mine = [one for one in descriptions if (one.key[1], one.digest) == model]
        reader = db.cursor().execute(_ALL, model)
        while rows := reader.fetchmany(_CHUNK):
            _liken(db, mine, rows)


def _liken(db: sqlite3.Connection, descriptions: Sequence[_Description], rows: list[tuple[str, str]]) -> None:
    """`rows`: (image id, vector) of one version of a model."""
    from services.knowledge.captions import LOWEST, Photos
    from services.knowledge.vectors import readable_levels

    for length in dict.fromkeys(one.sentences.dimensions for one in descriptions):
        images, levels = readable_levels(rows, length)
        photos = Photos(levels)
        for one in descriptions if images else ():
            if one.sentences.dimensions == length:
                margins, places = one.sentences.margins(photos)
                likenesses = zip(images, margins.tolist(), places.tolist(), strict=True)
                db.executemany(_LIKEN, [(*one.key, *row) for row in likenesses if row[1] > LOWEST])


def _calibrate(db: sqlite3.Connection, descriptions: Sequence[_Description]) -> set[str]:
    """By all answers. Returns the categories of which the margin that counts has moved."""
    if not descriptions:
        return set()
    from services.knowledge import captions

    moved = set()
    for one in descriptions:
        accepted, rejected = _answers(db, one)
        shift = captions.shift(accepted, rejected)
        before = db.execute(_SHIFT, one.key).fetchone()
        db.execute(_CALIBRATE, (*one.key, shift, len(accepted), len(rejected)))
        if before != (shift,):
            moved.add(one.key[0])
    return moved


def _answers(db: sqlite3.Connection, one: _Description) -> tuple[list[float], list[float]]:
    """The margins of photos that the person accepted and rejected."""
    from services.knowledge.captions import LOWEST
    from services.knowledge.vectors import dimensions

    margins: tuple[list[float], list[float]] = ([], [])
    for assigned, margin, code in db.execute(_ANSWERS, (*one.key, one.digest)):
        if margin is not None or dimensions(code) == one.sentences.dimensions:
            margins[not assigned].append(LOWEST if margin is None else margin)
    return margins


def _label(db: sqlite3.Connection, category_id: str, image_id: str | None = None) -> None:
    """All photos that it has margins of, or one."""
    from services.knowledge.captions import LEAST_MARGIN, score

    one = () if image_id is None else (image_id,)
    db.execute(_UNLABEL if image_id is None else _UNLABEL_ONE, (category_id, *one))
    sql = _MARGINS_OF_ALL if image_id is None else _MARGINS_OF_ONE
    rows = db.execute(sql, (category_id, LEAST_MARGIN, *one)).fetchall()
    db.executemany(_LABEL, [(image, category_id, score(margin)) for image, margin in rows])
