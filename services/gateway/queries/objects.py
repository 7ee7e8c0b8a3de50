"""The people and things that were found in a photo, and where."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from services.domain.jobs.objects import SCALE, SURE
from services.knowledge.coco import COCO, calibrated
from services.knowledge.rotations import compose, inverse, turned


class Object(msgspec.Struct, frozen=True):
    """Lengths are shares of the picture's width and height, as it is shown."""

    label: str
    """In English, one of the 80 classes of COCO."""
    score: float
    """Calibrated where the class adds to a category."""
    x: float
    y: float
    """The left and the upper edge."""
    width: float
    height: float
    model: str
    """The id of the detector."""


OBJECTS: Final = f"""SELECT o.model_id, o.label, o.score, o.x, o.y, o.width, o.height, o.rotation, i.rotation
  FROM object o JOIN image i USING (image_id) WHERE o.image_id = ?1 AND o.score >= {SURE}"""


def objects_of(rows: Iterable[tuple[Any, ...]]) -> list[Object]:
    """The surest first. A picture that was rotated since it was looked at has its objects rotated with it."""
    return sorted((_object(*row) for row in rows), key=lambda one: -one.score)


def _object(
    model: str, label: int, score: float, x: int, y: int, width: int, height: int, seen: int, now: int
) -> Object:
    box = (x / SCALE, y / SCALE, width / SCALE, height / SCALE)
    across, down, wide, high = (round(one, 6) for one in turned(box, compose(inverse(seen), now)))
    name = COCO[label] if label < len(COCO) else str(label)
    return Object(name, calibrated(score, name, model), across, down, wide, high, model)
