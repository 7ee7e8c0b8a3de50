"""What the labels of a person's own classifier mean: categories, by name.

A label that is called like a category of ours is that category; any other gets one of its own, with an id that follows
from the label, so the same word of two models is one category. Another name for a label is another label: nothing is
looked up by a part of a name.
"""

import hashlib
from functools import lru_cache

from services.kernel.events import ImageClassified
from services.knowledge import taxonomy


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


def kept(e: ImageClassified) -> tuple[list[tuple[str, float]], list[tuple[str, str]]]:
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
    found = [(id_, min(round(score, 6), 1.0)) for id_, score in scores.items() if score >= taxonomy.FLOOR]
    return sorted(found, key=lambda one: (-one[1], one[0])), list(new.items())
