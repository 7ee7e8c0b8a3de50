"""What a classifier says of one picture, and where it saw it."""

from typing import Any, NamedTuple

import numpy as np

from services.domain.photos.explaining import ClassHeat

Array = np.ndarray[Any, np.dtype[Any]]
Scores = list[tuple[int, float]]
"""(class index, probability), best first."""


class Verdict(NamedTuple):
    scores: Scores
    embedding: str
    """As `knowledge.embedding` writes it."""


def heat(class_index: int, activation: Array) -> ClassHeat:
    """float32 [side, side], as the class's weights give it. All zero when no cell speaks for the class."""
    positive = np.maximum(activation, 0)
    highest = positive.max()
    scaled = positive * (255 / highest) if highest > 0 else positive
    return ClassHeat(class_index, len(activation), np.rint(scaled).astype(np.uint8).tobytes())
