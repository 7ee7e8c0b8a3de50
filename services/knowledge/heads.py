"""Heads: everyday ideas that no class of a network names (people, a landscape), each a logistic classifier over the
network's own embedding.

As the log keeps the embedding of each verdict, a better head only takes a rebuild of the read tables. A category that
has classes as well gets the higher of both scores.
"""

import base64
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np

from services.knowledge import embedding, taxonomy
from services.knowledge.calibration import log_odds, steepness
from services.knowledge.head_table import Head, table

Array = np.ndarray[Any, np.dtype[Any]]

_LOUDEST: Final = 6.0
"""Maximum of a feature, in the steps of its embedding: a few dominant channels drown the others less."""
_UNIT: Final = 1 / 35
"""Scales rows to about unit length."""


class Heads:
    """All heads of one model, as one matrix."""

    def __init__(self, rows: Sequence[Head], steepness: float = 1.0) -> None:
        """`steepness`: as in `calibration.surer`."""
        self.ids = [row.ids for row in rows]
        """The categories of each."""
        packed = [np.frombuffer(base64.b64decode(row.weights), np.int8) for row in rows]
        self._weights: Array = np.stack(packed, axis=1).astype(np.float32)
        self._scales = np.array([row.scale * _UNIT for row in rows])
        self._bias = np.array([row.bias for row in rows])
        categories = taxonomy.load().categories
        self._lines = np.array([log_odds(categories[row.ids[0]].threshold) for row in rows])
        self._steepness = steepness

    def scores(self, codes: Sequence[str]) -> Array:
        """Embeddings as stored in the log -> calibrated float64 [n, heads], 0 to 1. Raises BrokenEmbedding.

        The product is of small whole numbers, so it is exact: what else is in the batch can't change a score.
        """
        margins = (_clipped(codes) @ self._weights) * self._scales + self._bias
        margins += (self._steepness - 1) * np.maximum(margins - self._lines, 0)
        chances: Array = 1 / (1 + np.exp(-np.clip(margins, -30, 30)))
        return chances


def features(codes: Sequence[str]) -> Array:
    """Embeddings as stored in the log -> float32 [n, channels], rows of about unit length. Raises BrokenEmbedding."""
    rows: Array = _clipped(codes) * np.float32(_UNIT)
    return rows


def _clipped(codes: Sequence[str]) -> Array:
    rows = embedding.counts(codes)
    np.minimum(rows, _LOUDEST, out=rows)
    return rows


@lru_cache(maxsize=8)
def of(model_id: str) -> Heads | None:
    """None for a model without heads."""
    rows = table().get(model_id)
    return Heads(rows, steepness().get(model_id, 1.0)) if rows else None
