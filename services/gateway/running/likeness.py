"""Similarity search: an index over all embeddings, in memory from its first use.

Two steps. Each photo has a sketch of 160 bytes: one bit per feature, set if it is above average. The nearest few
hundred by Hamming distance (7 ms among 100,000) are then compared by the cosine of their full embeddings, read from
the tables. Updated incrementally by position, so a new verdict costs one row.
"""

import asyncio
from typing import Any, Final

import numpy as np

from services.gateway.queries.embeddings import codes, embedding, embeddings_after
from services.gateway.queries.models import active_model
from services.gateway.running.alike import Alike
from services.gateway.tables.pool import Views
from services.knowledge.embedding import CHANNELS, BrokenEmbedding
from services.knowledge.logistic import features, readable

Array = np.ndarray[Any, np.dtype[Any]]

NEAR: Final = 600
"""Photos to compare exactly."""
SAMPLE: Final = 2000
"""Photos to compute the average from."""
_CHUNK: Final = 2000
_WORDS: Final = CHANNELS // 64


class Index:
    def __init__(self, views: Views) -> None:
        self._views = views
        self._filling = asyncio.Lock()
        self._empty(None)

    def _empty(self, model_id: str | None) -> None:
        self._model, self._position = model_id, 0
        self._average: Array | None = None
        self._ids: list[str] = []
        self._places: dict[str, int] = {}
        self._sketches = np.zeros((0, _WORDS), np.uint64)

    async def nearest(self, image_id: str, limit: int) -> list[Alike] | None:
        """The photos most similar to one, best first, without itself. None if the active model hasn't seen it."""
        await self._fill()
        code = await embedding(self._views, image_id, self._model) if self._model else None
        if code is None or self._average is None:
            return None
        try:
            wanted = features([code])
        except BrokenEmbedding:
            return None
        near = await asyncio.to_thread(self._near, wanted, max(NEAR, limit))
        rows = await codes(self._views, [one for one in near if one != image_id], self._model or "")
        return await asyncio.to_thread(_ranked, wanted, rows, self._average, limit)

    async def _fill(self) -> None:
        """Add what is new since last time."""
        async with self._filling:
            model_id = await active_model(self._views)
            if model_id != self._model:
                self._empty(model_id)
            while model_id is not None:
                rows = await embeddings_after(self._views, model_id, self._position, _CHUNK)
                if not rows:
                    return
                await asyncio.to_thread(self._take, [(row[0], row[2]) for row in rows])
                self._position = rows[-1][1]

    def _take(self, rows: list[tuple[str, str]]) -> None:
        ids, seen = readable(rows)
        if self._average is None and ids:
            self._average = seen[:SAMPLE].mean(axis=0)
        if self._average is None:
            return
        sketches = np.packbits(seen > self._average, axis=1).view(np.uint64)
        new = [(one, sketch) for one, sketch in zip(ids, sketches, strict=True) if one not in self._places]
        for one, sketch in zip(ids, sketches, strict=True):
            if one in self._places:
                self._sketches[self._places[one]] = sketch
        for place, (one, _) in enumerate(new, len(self._ids)):
            self._places[one] = place
        self._ids += [one for one, _ in new]
        if new:
            self._sketches = np.concatenate([self._sketches, [sketch for _, sketch in new]])

    def _near(self, wanted: Array, count: int) -> list[str]:
        sketch = np.packbits(wanted > self._average, axis=1).view(np.uint64)
        apart = np.bitwise_count(self._sketches ^ sketch).sum(axis=1, dtype=np.int32)
        count = min(count, len(apart))
        places = np.argpartition(apart, count - 1)[:count] if count else np.zeros(0, np.int64)
        return [self._ids[place] for place in places.tolist()]


def _ranked(wanted: Array, rows: list[tuple[str, str]], average: Array, limit: int) -> list[Alike]:
    ids, seen = readable(rows)
    seen, wanted = seen - average, wanted - average
    lengths = np.linalg.norm(seen, axis=1) * np.linalg.norm(wanted)
    cosines = (seen @ wanted[0]) / np.maximum(lengths, 1e-9)
    best = np.argsort(-cosines, kind="stable")[:limit]
    return [Alike(ids[place], round(float(cosines[place]), 4)) for place in best.tolist()]
