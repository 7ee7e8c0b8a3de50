"""Labels: the categories that models assign to images; those of rules and sidecars are up to triggers (`kinds.sql`).

The taxonomy turns classes into labels here and nowhere earlier, so a better one takes only a rebuild.

A label of a user's own classifier with the name of a built-in category is that category; any other gets its own, with
an id derived from the label, so two models share the category of a common word. Names match whole, never in part.
"""

import hashlib
from functools import lru_cache

from services.domain.jobs.events import ImageClassified
from services.knowledge import calibration, taxonomy
from services.projector.projections.categories import CATEGORY
from services.projector.rows.statement import Changes, Place, Statement, Table

_LABEL = Table("label", 2)

UNLABEL = Statement(_LABEL, "DELETE FROM label WHERE image_id = ? AND model_id = ?")
LABEL = Statement(_LABEL, "INSERT INTO label (image_id, model_id, category_id, score) VALUES (?, ?, ?, ?)")
CREATE_BY_LABEL = Statement(
    CATEGORY,
    """INSERT INTO category (category_id, name, group_id, kind, everyday, threshold, origin, deleted)
    VALUES (?, ?, NULL, 'category', 1, 0.5, 'model', 0) ON CONFLICT (category_id) DO NOTHING""",
)
"""For a label that matches no built-in category. Keeps the user's later changes."""

_kept = taxonomy.load().kept
_temperatures = calibration.temperatures()


def image_classified(e: ImageClassified, at: Place) -> Changes:
    image_id, model_id = e.image_id, e.model_id
    if e.labels:
        named, new = _named(e)
        labels: Changes = [(LABEL, (image_id, model_id, *label)) for label in named]
        return [(UNLABEL, (image_id, model_id)), *labels, *((CREATE_BY_LABEL, one) for one in new)]
    kept = _kept(e.classes, _temperatures.get(model_id, 1.0))
    return [
        (UNLABEL, (image_id, model_id)),
        *[(LABEL, (image_id, model_id, category_id, score)) for category_id, score in kept],
    ]


@lru_cache(maxsize=1)
def _builtin() -> dict[str, tuple[str, ...]]:
    """Case-folded name -> the category and its group. A category wins over a group of the same name."""
    by_name: dict[str, tuple[str, ...]] = {}
    for category in taxonomy.load().categories.values():
        ids = (category.id,) if category.group_id is None else (category.id, category.group_id)
        if len(ids) > 1 or category.name.casefold() not in by_name:
            by_name[category.name.casefold()] = ids
    return by_name


def category_of(label: str) -> str:
    """The id of the category created for a label that matches none."""
    return f"label-{hashlib.sha256(label.casefold().encode()).hexdigest()[:12]}"


def _named(e: ImageClassified) -> tuple[list[tuple[str, float]], list[tuple[str, str]]]:
    """(category or group, score) from `taxonomy.FLOOR` up, and (id, name) of categories to create for labels."""
    scores: dict[str, float] = {}
    new: dict[str, str] = {}
    for label, (_, p) in zip(e.labels, e.classes, strict=False):
        ids = _builtin().get(label.casefold())
        if ids is None:
            ids = (category_of(label),)
            if p >= taxonomy.FLOOR:
                new.setdefault(ids[0], label)
        for category_id in ids:
            scores[category_id] = scores.get(category_id, 0.0) + p
    kept = [(id_, min(round(score, 6), 1.0)) for id_, score in scores.items() if score >= taxonomy.FLOOR]
    return sorted(kept, key=lambda one: (-one[1], one[0])), list(new.items())
