"""A category learned from a few examples: logistic regression over a network's embeddings.

The features are the embedding's, clipped so that a few dominant channels drown the others less (of a labelled photo's
10 nearest neighbours, 52 % share its category; 49 % without clipping. Square roots, the usual remedy, do as well, but
the encoding in the log preserves their order less faithfully). With few examples (tens) and many features, the
regression is solved in its dual form by Newton's method (iteratively reweighted least squares, C. Bishop, Pattern
Recognition and Machine Learning, 2006, §4.3.3), which takes milliseconds.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import numpy as np

from services.knowledge import embedding

Array = np.ndarray[Any, np.dtype[Any]]

LOUDEST: Final = 0.055
"""Maximum per channel of a unit-length embedding; an even share of 1280 channels would be 0.028."""
STRENGTH: Final = 1.0
"""Inverse regularization strength (C in most libraries), with each class's weights summing to half the number of rows.
Values from 0.1 to 1 make little difference."""
FLOOR: Final = 0.3
"""Lower scores are not stored: a tenth of all photos score higher."""
BACKGROUND_WEIGHT: Final = 0.5
"""Weight of unlabelled photos: nearly all of them don't belong, but some do."""
_ITERATIONS: Final = 30
_SETTLED: Final = 1e-5


class TooFew(ValueError):
    """Too few photos to learn from."""


class Learned(msgspec.Struct, frozen=True):
    """A linear classifier over `features`, scoring with the logistic function."""

    weights: Array
    """float32 [channels]."""
    bias: float

    def packed(self) -> tuple[bytes, float]:
        """The weights as int8, and the scale to multiply them by."""
        scale = float(np.abs(self.weights).max()) / 127 or 1.0
        return np.rint(self.weights / scale).astype(np.int8).tobytes(), scale

    @classmethod
    def unpacked(cls, weights: bytes, scale: float, bias: float) -> "Learned":
        return cls(np.frombuffer(weights, np.int8).astype(np.float32) * np.float32(scale), bias)

    def scores(self, rows: Array) -> Array:
        """float32 [n, channels] -> float64 [n], 0 to 1. Unlike with a matrix product, rows can't affect each other."""
        margins = (rows * self.weights).sum(axis=1, dtype=np.float64) + self.bias
        chances: Array = 1 / (1 + np.exp(-np.clip(margins, -30, 30)))
        return chances


def features(codes: Sequence[str]) -> Array:
    """Embeddings as stored in the log -> float32 [n, channels], rows of unit length. Raises BrokenEmbedding."""
    rows: Array = np.minimum(embedding.decode(codes), LOUDEST)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def readable(rows: Sequence[tuple[str, str]]) -> tuple[list[str], Array]:
    """The ids and features of those (id, embedding) pairs that can be decoded."""
    try:
        return [row[0] for row in rows], features([row[1] for row in rows])
    except embedding.BrokenEmbedding:
        good = [row for row in rows if embedding.decodable(row[1])]
        return [row[0] for row in good], features([row[1] for row in good])


def learn(examples: Array, refused: Array, background: Array) -> Learned:
    """Learn from features of positive, negative and unlabelled photos. Raises TooFew."""
    if not len(examples) or not len(refused) + len(background):
        raise TooFew("A category is learned from at least one example and one other photo.")
    rows = np.concatenate([examples, refused, background]).astype(np.float64)
    middle = rows.mean(axis=0)
    rows -= middle
    belongs = np.arange(len(rows)) < len(examples)
    weight = np.where(belongs, 1.0, BACKGROUND_WEIGHT)
    weight[len(examples) : len(examples) + len(refused)] = 1.0
    for side in (belongs, ~belongs):
        weight[side] *= len(rows) / 2 / weight[side].sum()
    dual, bias = _solve(rows @ rows.T, belongs.astype(float), weight)
    weights = rows.T @ dual
    return Learned(weights.astype(np.float32), float(bias - middle @ weights))


def _solve(gram: Array, wanted: Array, weight: Array) -> tuple[Array, float]:
    """Dual coefficients and bias."""
    count = len(gram)
    dual, bias = np.zeros(count), 0.0
    system = np.ones((count + 1, count + 1))
    system[-1, -1] = 0.0
    for _ in range(_ITERATIONS):
        margin = gram @ dual + bias
        chance = 1 / (1 + np.exp(-np.clip(margin, -30, 30)))
        curvature = weight * chance * (1 - chance) + 1e-6
        system[:-1, :-1] = gram
        system[np.arange(count), np.arange(count)] += 1 / (STRENGTH * curvature)
        target = margin + weight * (wanted - chance) / curvature
        solution = np.linalg.solve(system, np.append(target, 0.0))
        step = np.abs(solution[:-1] - dual).max()
        dual, bias = solution[:-1], float(solution[-1])
        if step < _SETTLED:
            break
    return dual, bias
