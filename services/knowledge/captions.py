"""How well a category's sentences fit a photo, by the vectors of a words model; and how a person's answers move the
line between photos that belong to the category and photos that don't.

A likeness (cosine) by itself says little: a model gives one sentence higher likenesses to all photos than another. So
sentences are compared with captions that fit most photos of an album, as in zero-shot classification (A. Radford et
al., Learning Transferable Visual Models From Natural Language Supervision, 2021, §3.1): the *margin* is the logarithm
of how much likelier the category's sentences are than all neutral captions together, the *score* the logistic function
of it. So a photo belongs to the category where its sentences say more about it than everything neutral does.

A person's answers shift the margin that counts as an even chance: by maximum a posteriori, with a normal distribution
around 0 before any answer. One number cannot turn the model's order round, or let photos in that are less like the
sentences than all that were answered.

Vectors are whole numbers, whose products are exact in float32: a photo gets the same margin alone as among thousands.
"""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from services.knowledge.answers import ENOUGH_TO_FIT

Array = np.ndarray[Any, np.dtype[Any]]

NEUTRAL: Final = (
    "a photo",
    "an everyday snapshot",
    "a blurred picture",
    "something in close-up",
    "a portrait of a person",
    "a group of people",
    "people in the distance",
    "a child",
    "an animal",
    "a plant",
    "food on a plate",
    "an object on a table",
    "a toy",
    "clothes",
    "a room in a house",
    "the inside of a public building",
    "a building",
    "a street in a town",
    "vehicles on a road",
    "a garden or a park",
    "a forest",
    "fields and hills",
    "mountains",
    "water and a shore",
    "the sky",
    "a landscape in winter",
    "a scene at night",
    "an event with an audience",
    "people doing sports",
    "people sitting together indoors",
    "a page of text",
    "a screenshot",
)
"""What photos of an album show, in the words in which a person would begin to describe them."""
LEAST_SCORE: Final = 0.3
"""Lower scores are not stored, as of what a category has learned."""
LEAST_MARGIN: Final = math.log(LEAST_SCORE / (1 - LEAST_SCORE))
LOWEST: Final = -6.0
"""Lower margins are not stored …"""
_LEAST: Final = -5.0
"""… so answers shift the even chance no further down: `LEAST_SCORE` is above `LOWEST` then."""
_MOST: Final = 50.0
TEMPERATURE: Final = 100.0
"""What likenesses are multiplied by. CLIP learned its own, was clipped here, and came to be so (§2.5), as its likes."""
_SPREAD: Final = 5.0
"""Standard deviation of the shift before any answer."""
_HALVINGS: Final = 50
_LARGEST: Final = 127
_ONE_THREAD: Final = 2**18
"""Multiplications up to which OpenBLAS computes a product of matrices in one thread. Several wait for each other longer
than they compute, on a busy machine thirty times as long."""


def packed(vector: Sequence[float]) -> bytes:
    """A finite vector as int8, its largest number as ±127. Only its direction matters."""
    row = np.asarray(vector, np.float64)
    largest = float(np.abs(row).max(initial=0.0)) or 1.0
    return np.rint(row / largest * _LARGEST).astype(np.int8).tobytes()


class Photos:
    """Vectors of photos. What they have in common with neutral captions, which most descriptions share, is computed
    once."""

    def __init__(self, levels: Array) -> None:
        """int8 [n, dimensions], as of `vectors.vector_levels`."""
        self._rows = levels.astype(np.float32)
        self._lengths = _lengths(self._rows)[:, np.newaxis]
        self._together: dict[bytes, Array] = {}

    def likenesses(self, rows: Array) -> Array:
        """float32 [k, dimensions] -> float64 [n, k]: cosines, multiplied by `TEMPERATURE`."""
        step = max(1, _ONE_THREAD // rows.size)
        parts = [self._rows[start : start + step] @ rows.T for start in range(0, len(self._rows), step)]
        products = np.concatenate(parts, dtype=np.float64) if parts else np.zeros((0, len(rows)))
        products *= TEMPERATURE / _lengths(rows)
        products /= self._lengths
        return products

    def together(self, rows: Array) -> Array:
        """float64 [n]: the logarithm of the sum of the exponentials of these."""
        key = rows.tobytes()
        if key not in self._together:
            self._together[key] = _together(self.likenesses(rows))
        return self._together[key]


class Sentences:
    """What photos are compared with: a category's sentences, and neutral captions."""

    def __init__(self, sentences: Sequence[bytes], neutral: Sequence[bytes]) -> None:
        """As `packed` writes them. Raises ValueError unless there are some of each, all equally long and not empty."""
        rows = [np.frombuffer(one, np.int8) for one in (*sentences, *neutral)]
        if not sentences or not neutral or len({len(row) for row in rows}) != 1 or not len(rows[0]):
            raise ValueError("A description has sentences and neutral captions, vectors of the same length.")
        self._own, others = np.split(np.stack(rows).astype(np.float32), [len(sentences)])
        self._others = others[_distinct(self._own, others)]
        self.dimensions = len(rows[0])

    def margins(self, photos: Photos) -> tuple[Array, Array]:
        """float64 [n], not below `LOWEST`, and the number of the sentence that fits best, int64 [n]."""
        own = photos.likenesses(self._own)
        margins = _together(own) - photos.together(self._others)
        return np.round(np.clip(margins, LOWEST, _MOST), 4), own.argmax(axis=1)


def _distinct(own: Array, others: Array) -> Array:
    """Which neutral captions say something else than the sentences: those that are no nearer to one of them than any
    two neutral captions are to each other. All of them, if that left none."""
    units, sentences = (rows / _lengths(rows)[:, np.newaxis] for rows in (others, own))
    among = units @ units.T
    np.fill_diagonal(among, -1.0)
    distinct: Array = (units @ sentences.T).max(axis=1) <= max(float(among.max()), 0.0) + 1e-9
    return distinct if distinct.any() else np.ones(len(others), bool)


def _lengths(rows: Array) -> Array:
    lengths: Array = np.sqrt(np.maximum(np.square(rows).sum(axis=1, dtype=np.float64), 1.0))
    return lengths


def _together(logits: Array) -> Array:
    """float64 [n, k] -> [n]: the logarithm of the sum of their exponentials."""
    most = logits.max(axis=1, keepdims=True)
    total: Array = most[:, 0] + np.log(np.exp(logits - most).sum(axis=1))
    return total


def shift(right: Sequence[float], wrong: Sequence[float]) -> float:
    """The margin that is an even chance, in hundredths. `right`, `wrong`: margins of photos of which a person says that
    they belong to the category, or that they don't. 0 with too few answers of either kind."""
    if min(len(right), len(wrong)) < ENOUGH_TO_FIT:
        return 0.0
    margins = np.array([*sorted(right), *sorted(wrong)], np.float64)
    belongs = np.arange(len(margins)) < len(right)
    low, high = _LEAST, _MOST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        chances = 1 / (1 + np.exp(middle - margins))
        slope = float((chances - belongs).sum()) - middle / _SPREAD**2
        low, high = (middle, high) if slope > 0 else (low, middle)
    return round(high, 2)


def score(margin: float) -> float:
    """0 to 1, in ten-thousandths."""
    return round(1 / (1 + math.exp(-margin)), 4)
