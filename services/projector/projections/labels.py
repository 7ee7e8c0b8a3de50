"""Labels: what models and rules say of images, in categories.

The taxonomy turns classes into labels here and nowhere earlier, so a better one is a rebuild away.

A label of a person's own classifier that is called like a category of ours is that category; any other gets one of its
own, with an id that follows from the label, so the same word of two models is one category. Another name for a label is
another label: nothing is looked up by a part of a name.
"""

import hashlib
from collections.abc import Iterable
from functools import lru_cache

from services.domain.jobs.events import ImageClassified
from services.knowledge import calibration, taxonomy
from services.projector.projections.categories import CATEGORY
from services.projector.rows.statement import Changes, Place, Statement, Table

_LABEL = Table("label", 2)

UNLABEL = Statement(_LABEL, "DELETE FROM label WHERE image_id = ? AND model_id = ?")
LABEL = Statement(_LABEL, "INSERT INTO label (image_id, model_id, category_id, score) VALUES (?, ?, ?, ?)")
RULE = Statement(
    _LABEL,
    """INSERT INTO label (image_id, model_id, category_id, score) VALUES (?, ?, ?, 1)
    ON CONFLICT (image_id, model_id, category_id) DO NOTHING""",
)
CREATE_BY_LABEL = Statement(
    CATEGORY,
    """INSERT INTO category (category_id, name, group_id, kind, everyday, threshold, origin, deleted)
    VALUES (?, ?, NULL, 'category', 1, 0.5, 'model', 0) ON CONFLICT (category_id) DO NOTHING""",
)
"""Of a label that is called like no category of ours. What the person made of it since then stays."""

_kept = taxonomy.load().kept
_temperatures = calibration.temperatures()


def image_classified(e: ImageClassified, at: Place) -> Changes:
    image_id, model_id = e.image_id, e.model_id
    if e.labels:
        named, new = _named(e)
        labels: Changes = [(LABEL, (image_id, model_id, *label)) for label in named]
        return [(UNLABEL, (image_id, model_id)), *labels, *((CREATE_BY_LABEL, one) for one in new)]
    kept = _kept(e.classes, _temperatures.get(model_id, 1.0))
    return [(UNLABEL, (image_id, model_id)), *((LABEL, (image_id, model_id, *label)) for label in kept)]


def ruled(image_id: str, kinds: Iterable[str], by: str = "rules") -> Changes:
    """Labels that no network gave: of a rule, or of a file beside the picture (`sidecar`)."""
    return [(RULE, (image_id, by, kind)) for kind in kinds]


@lru_cache(maxsize=1)
def _known() -> dict[str, tuple[str, ...]]:
    """Case-folded name -> the category and its group. A category goes before a group of the same name."""
    by_name: dict[str, tuple[str, ...]] = {}
    for category in taxonomy.load().categories.values():
        ids = (category.id,) if category.group_id is None else (category.id, category.group_id)
        if len(ids) > 1 or category.name.casefold() not in by_name:
            by_name[category.name.casefold()] = ids
    return by_name


def category_of(label: str) -> str:
    """The id of the category that a label with no other gets."""
    return f"label-{hashlib.sha256(label.casefold().encode()).hexdigest()[:12]}"


def _named(e: ImageClassified) -> tuple[list[tuple[str, float]], list[tuple[str, str]]]:
    """(category or group, score) from `taxonomy.FLOOR` on, and (id, name) of categories that only labels make."""
    scores: dict[str, float] = {}
    new: dict[str, str] = {}
    for label, (_, p) in zip(e.labels, e.classes, strict=False):
        ids = _known().get(label.casefold())
        if ids is None:
            ids = (category_of(label),)
            if p >= taxonomy.FLOOR:
                new.setdefault(ids[0], label)
        for category_id in ids:
            scores[category_id] = scores.get(category_id, 0.0) + p
    kept = [(id_, min(round(score, 6), 1.0)) for id_, score in scores.items() if score >= taxonomy.FLOOR]
    return sorted(kept, key=lambda one: (-one[1], one[0])), list(new.items())
