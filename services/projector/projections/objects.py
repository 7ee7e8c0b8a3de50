"""What detectors found in photos: a verdict beside those of classifiers, but without classes; and labels for what is
large enough to be a subject of the photo."""

from collections.abc import Iterable
from typing import Final

from services.domain.jobs.objects import SCALE, ObjectBox, ObjectsDetected
from services.knowledge import coco
from services.projector.projections.labels import LABEL, UNLABEL
from services.projector.projections.models import FORGET, JUDGE
from services.projector.projections.problems import SUCCEED
from services.projector.rows.statement import Changes, Place, Statement, Table

_OBJECT = Table("object", 2)
_CROWD = Table("crowd", 1)
_SUBJECT: Final = 0.05
"""The least share of the picture's area: smaller things stand in the background."""

LOSE = Statement(_OBJECT, "DELETE FROM object WHERE image_id = ? AND model_id = ?")
FIND = Statement(
    _OBJECT,
    """INSERT INTO object (image_id, model_id, number, label, score, x, y, width, height, rotation)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
)
COUNT = Statement(
    _CROWD,
    """INSERT INTO crowd (image_id, people) VALUES (?, ?)
    ON CONFLICT (image_id) DO UPDATE SET people = excluded.people""",
)


def objects_detected(e: ObjectsDetected, at: Place) -> Changes:
    key = (e.image_id, e.model_id)
    verdict = (*key, at.job_id, at.position, "[]", None, e.rotation)
    rows: Changes = [(FIND, (*key, number, *_row(box), e.rotation)) for number, box in enumerate(e.boxes)]
    people = sum(box.is_person for box in e.boxes)
    labels: Changes = [
        (LABEL, (*key, category_id, coco.calibrated(box.score, _name(box), e.model_id)))
        for category_id, box in subjects(e.boxes).items()
    ]
    counted = (COUNT, (e.image_id, people))
    before: Changes = [(JUDGE, verdict), (SUCCEED, key), (FORGET, key), (LOSE, key)]
    return [*before, *rows, counted, (UNLABEL, key), *labels]


def subjects(boxes: Iterable[ObjectBox]) -> dict[str, ObjectBox]:
    """Category -> the surest object that is a subject of the photo."""
    surest: dict[str, ObjectBox] = {}
    for box in boxes:
        category_id = coco.CATEGORY_OF.get(_name(box))
        if category_id and box.width * box.height >= _SUBJECT * SCALE**2:
            surest[category_id] = max(box, surest.get(category_id, box), key=lambda one: one.score)
    return surest


def _name(box: ObjectBox) -> str:
    return coco.COCO[box.label] if box.label < len(coco.COCO) else ""


def _row(box: ObjectBox) -> tuple[int, float, int, int, int, int]:
    return box.label, box.score, box.x, box.y, box.width, box.height
