"""A category learned from a few examples: logistic regression over the embeddings of a network.

The features are an embedding's, clipped: a few loud channels then drown the others less (of the 10 nearest of a
labelled photo 52 % share its category, 49 % without; square roots, the usual remedy, do as well, but the code in the
log keeps their order less truly). Those who learn are few (tens of
examples) and the features many, so the regression is solved in its dual form, by Newton's method (iteratively
reweighted least squares, C. Bishop, Pattern Recognition and Machine Learning, 2006, §4.3.3), in milliseconds.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import numpy as np

from services.knowledge import embedding

Array = np.ndarray[Any, np.dtype[Any]]

LOUDEST: Final = 0.055
"""Of a channel of an embedding of length 1; the even share of one of 1280 is 0.028."""
STRENGTH: Final = 1.0
"""Of the data against the wish for small weights (C in most libraries), with each side's weights adding up to half
the number of rows. From 0.1 to 1 nothing changes much."""
FLOOR: Final = 0.3
"""Scores below are not kept: a tenth of all photos has more."""
BACKGROUND_WEIGHT: Final = 0.5
"""Of photos that nobody said anything of: nearly all are something else, and some are not."""
_ITERATIONS: Final = 30
_SETTLED: Final = 1e-5


class TooFew(ValueError):
    """There is nothing to learn from."""


class Learned(msgspec.Struct, frozen=True):
    """A linear classifier over `features`: its score is that of a logistic function."""

    weights: Array
    """float32 [channels]."""
    bias: float

    def packed(self) -> tuple[bytes, float]:
        """The weights as int8 and the scale that they are to be multiplied with."""
        scale = float(np.abs(self.weights).max()) / 127 or 1.0
        return np.rint(self.weights / scale).astype(np.int8).tobytes(), scale

    @classmethod
    def unpacked(cls, weights: bytes, scale: float, bias: float) -> "Learned":
        return cls(np.frombuffer(weights, np.int8).astype(np.float32) * np.float32(scale), bias)

    def scores(self, rows: Array) -> Array:
        """float32 [n, channels] -> float64 [n], 0 to 1. Each row's is the same whatever rows stand beside it, which
        a matrix product does not promise."""
        margins = (rows * self.weights).sum(axis=1, dtype=np.float64) + self.bias
        found: Array = 1 / (1 + np.exp(-np.clip(margins, -30, 30)))
        return found


def features(codes: Sequence[str]) -> Array:
    """Embeddings as the log has them -> float32 [n, channels], each of length 1. Raises BrokenEmbedding."""
    rows: Array = np.minimum(embedding.decode(codes), LOUDEST)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def readable(rows: Sequence[tuple[str, str]]) -> tuple[list[str], Array]:
    """Of (id, embedding) pairs: the ids and features of those that can be read."""
    try:
        return [row[0] for row in rows], features([row[1] for row in rows])
    except embedding.BrokenEmbedding:
        good = [row for row in rows if _is_readable(row[1])]
        return [row[0] for row in good], features([row[1] for row in good])


def _is_readable(code: str) -> bool:
    try:
        embedding.decode([code])
    except embedding.BrokenEmbedding:
        return False
    return True


def learn(examples: Array, refused: Array, background: Array) -> Learned:
    """From features that belong, that do not, and that nobody said anything of. Raises TooFew."""
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
        found = np.linalg.solve(system, np.append(target, 0.0))
        moved = np.abs(found[:-1] - dual).max()
        dual, bias = found[:-1], float(found[-1])
        if moved < _SETTLED:
            break
    return dual, bias
