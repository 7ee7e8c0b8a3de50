"""Each model's verdict on a photo, and the classes that have a heat map."""

import json
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from services.gateway.tables.pool import Views


class SeenClass(msgspec.Struct, frozen=True):
    index: int
    name: str
    p: float


class Verdict(msgspec.Struct, frozen=True):
    id: str
    """The model's id."""
    classes: list[SeenClass]
    """Best first."""
    labels: dict[str, float] = {}
    """Category -> score, by classes and heads."""


class Examination(msgspec.Struct, frozen=True):
    """The classes of a verdict that can be explained."""

    model_id: str
    classes: list[int]
    """Best first."""
    explained: frozenset[int]
    """Classes with a heat map made with the model's current weights."""
    labelled: bool
    """Whether its classes are the user's own labels."""


VERDICTS: Final = """SELECT v.model_id, a.slot IS NULL, v.classes, v.labels,
    (SELECT json_group_array(h.class_index) FROM heat h
      WHERE h.image_id = v.image_id AND h.model_id = v.model_id AND h.weights_digest = m.weights_digest
        AND h.rotation = (SELECT i.rotation FROM image i WHERE i.image_id = v.image_id)),
    iif(v.labels IS NULL, (SELECT json_group_object(CAST(c.class_index AS TEXT), c.name)
      FROM json_each(v.classes) seen CROSS JOIN class c ON c.class_index = seen.value ->> 0), '{}'),
    (SELECT json_group_object(l.category_id, l.score) FROM label l
      WHERE l.image_id = v.image_id AND l.model_id = v.model_id)
  FROM verdict v LEFT JOIN active_model a USING (model_id) LEFT JOIN model m USING (model_id)
  WHERE v.image_id = ?1 AND coalesce(m.kind, 'classes') = 'classes'"""


async def examinations(views: Views, image_id: str) -> dict[str, Examination]:
    """By model."""
    return examinations_of(await views.fetch(VERDICTS, (image_id,)))


def examinations_of(rows: Iterable[tuple[Any, ...]]) -> dict[str, Examination]:
    return {
        model_id: Examination(
            model_id,
            [index for index, _ in json.loads(classes)],
            frozenset(json.loads(maps)),
            labels is not None,
        )
        for model_id, _, classes, labels, maps, _, _ in rows
    }


def verdicts_of(rows: Iterable[tuple[Any, ...]]) -> list[Verdict]:
    """The active model's first."""
    return [
        Verdict(
            model_id,
            _named(json.loads(classes), json.loads(labels or "null"), json.loads(names)),
            json.loads(scores),
        )
        for model_id, _, classes, labels, _, names, scores in sorted(rows, key=lambda row: (row[1], row[0]))
    ]


def _named(
    classes: list[tuple[int, float]], labels: list[str] | None, names: dict[str, str]
) -> list[SeenClass]:
    """`labels`: the user's own, for all classes; without them `names`, by index, where known."""
    texts = labels or [names.get(str(index), f"class {index}") for index, _ in classes]
    return [SeenClass(index, name, p) for (index, p), name in zip(classes, texts, strict=True)]
