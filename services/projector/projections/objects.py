"""What detectors found in photos: a verdict beside those of classifiers, but without classes."""

from services.domain.jobs.objects import ObjectBox, ObjectsDetected
from services.projector.projections.models import JUDGE
from services.projector.projections.problems import SUCCEED
from services.projector.rows.statement import Changes, Place, Statement, Table

_OBJECT = Table("object", 2)
_CROWD = Table("crowd", 1)

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
    return [(JUDGE, verdict), (SUCCEED, key), (LOSE, key), *rows, (COUNT, (e.image_id, people))]


def _row(box: ObjectBox) -> tuple[int, float, int, int, int, int]:
    return box.label, box.score, box.x, box.y, box.width, box.height
