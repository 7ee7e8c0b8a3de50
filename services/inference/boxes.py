"""From a detector's raw peaks to the objects of a picture. Pure."""

from typing import Final, NamedTuple

import numpy as np

from services.domain.jobs.objects import MOST_OBJECTS, SCALE, ObjectBox
from services.inference.verdict import Array

FAINTEST: Final = 0.3
"""The lowest score that is kept: below it, most boxes are wrong."""
OVERLAP: Final = 0.5
"""Of two boxes of one class that share more of their union than this, only the better one is kept."""


class Objects(NamedTuple):
    """A detector's result for one picture."""

    boxes: list[ObjectBox]
    """Best first."""


def objects(corners: Array, scores: Array, labels: Array) -> Objects:
    """Clips boxes to the picture, and drops weak, empty and repeated ones (greedy non-maximum suppression).

    `corners`: float32 [n, 4], left, top, right and bottom as shares of the picture; `scores`: float32 [n];
    `labels`: int32 [n].
    """
    edges = np.rint(np.clip(corners.astype(np.float64), 0, 1) * SCALE)
    good = (scores >= FAINTEST) & (edges[:, 2:] > edges[:, :2]).all(1)
    kept: list[int] = []
    for index in np.flatnonzero(good)[np.argsort(-scores[good], kind="stable")].tolist():
        if len(kept) == MOST_OBJECTS:
            break
        rivals = [other for other in kept if labels[other] == labels[index]]
        if not rivals or _overlaps(edges[index], edges[rivals]).max() <= OVERLAP:
            kept.append(index)
    return Objects([_box(int(labels[one]), float(scores[one]), edges[one]) for one in kept])


def _overlaps(box: Array, others: Array) -> Array:
    """Intersection over union of a box, [4], with each of the others, [n, 4] -> [n]."""
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    shared = np.maximum(sides, 0).prod(1)
    union = (box[2:] - box[:2]).prod() + (others[:, 2:] - others[:, :2]).prod(1) - shared
    overlaps: Array = shared / union
    return overlaps


def _box(label: int, score: float, edges: Array) -> ObjectBox:
    x, y, right, bottom = edges.astype(int).tolist()
    return ObjectBox(label, round(min(score, 1.0), 3), x, y, right - x, bottom - y)
