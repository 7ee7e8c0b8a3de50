"""A classifier's result for one picture, and where it saw a class."""

from typing import Any, NamedTuple

import numpy as np

from services.domain.photos.explaining import ClassHeat

Array = np.ndarray[Any, np.dtype[Any]]
Scores = list[tuple[int, float]]
"""(class index, probability), best first."""


class Vector(NamedTuple):
    """A words model's result for one picture."""

    code: str
    """Encoded by `knowledge.vectors`."""


class Verdict(NamedTuple):
    scores: Scores
    embedding: str
    """Encoded by `knowledge.embedding`."""


def heat(class_index: int, activation: Array) -> ClassHeat:
    """`activation`: float32 [side, side], by the class's weights. All zero if no cell is positive."""
    positive = np.maximum(activation, 0)
    highest = positive.max()
    scaled = positive * (255 / highest) if highest > 0 else positive
    return ClassHeat(class_index, len(activation), np.rint(scaled).astype(np.uint8).tobytes())
