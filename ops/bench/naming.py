"""What the album shows of photos, given a network's verdicts: through the read tables themselves, heads and all.

Import it before TensorFlow, which brings an SQLite without full-text search.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from ops.bench.everyday import Everyday
from services.domain.jobs.events import ImageClassified
from services.inference.verdict import Verdict
from services.kernel.log import codec
from services.kernel.log.ids import new_id
from services.projector.source import batch
from services.projector.tables import Tables, complete, create

_LABELS: Final = """SELECT l.image_id, l.category_id, l.score, c.kind = 'group', l.score >= c.threshold
  FROM label l JOIN category c USING (category_id) ORDER BY l.score DESC, l.category_id"""


class Label(NamedTuple):
    category_id: str
    score: float
    is_group: bool
    visible: bool
    """Whether pages show it."""


class Counts(NamedTuple):
    """Of everyday photos."""

    precision: float
    """Of visible categories and groups."""
    coverage: float
    """Photos with at least one that is right."""
    wrong: float
    """Photos with at least one that is wrong."""


def labels(verdicts: Sequence[Verdict], model_id: str) -> list[list[Label]]:
    """For each verdict, the best first."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    try:
        create(db)
        complete(db)
        rows = [_row(number, verdict, model_id) for number, verdict in enumerate(verdicts, 1)]
        Tables(db, Path("views-0-1.db")).apply(batch(rows), len(rows), rows[-1][7])
        whole: list[list[Label]] = [[] for _ in verdicts]
        for image_id, category_id, score, is_group, visible in db.execute(_LABELS):
            whole[int(image_id) - 1].append(Label(category_id, score, bool(is_group), bool(visible)))
        return whole
    finally:
        db.close()


def _row(number: int, verdict: Verdict, model_id: str) -> tuple[int, str, str, int, str, bytes, int, bytes]:
    event = ImageClassified(
        image_id=str(number),
        model_id=model_id,
        weights_digest="",
        preprocessing_id="",
        classes=verdict.scores,
        embedding=verdict.embedding,
    )
    data, id_ = codec.encode(event).decode(), new_id().bytes
    return number, "E", event.TYPE, event.VERSION, data, id_, number, id_


def counted(photos: Sequence[Everyday], named: Sequence[Sequence[Label]]) -> Counts:
    """A group counts as right coverage only for photos of which a person would name it."""
    right, covered, wrong = [], [], []
    for photo, every in zip(photos, named, strict=True):
        visible = [label for label in every if label.visible]
        hits = [label.category_id in photo.right for label in visible]
        pairs = zip(visible, hits, strict=True)
        right += hits
        covered.append(
            any(hit and (not one.is_group or one.category_id in photo.expected) for one, hit in pairs)
        )
        wrong.append(not all(hits))
    return Counts(_share(right), _share(covered), _share(wrong))


def found(photos: Sequence[Everyday], named: Sequence[Sequence[Label]], id_: str) -> tuple[float, float]:
    """Precision, and recall over the photos of which a person would name it."""
    shown = [any(label.visible and label.category_id == id_ for label in every) for every in named]
    pairs = list(zip(photos, shown, strict=True))
    precision = _share([id_ in photo.right for photo, visible in pairs if visible])
    return precision, _share([visible for photo, visible in pairs if id_ in photo.expected])


def _share(true: Sequence[bool]) -> float:
    return sum(true) / len(true) if true else 0.0
