"""The vectors of all photos by a words model, in memory from the first search: a byte per number, 51 MB for 100,000
photos of 512 dimensions. A sentence is compared with all of them in one matrix product, in blocks that fit into the
processor's cache and that the linear algebra does not divide among threads, which would wait for each other (25 ms of
one core among 100,000). Updated incrementally by position, as the index of likeness is."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from services.gateway.queries.by_words import WordsModel
from services.gateway.queries.embeddings import embeddings_after
from services.gateway.tables.pool import Views
from services.knowledge import vectors

Array = np.ndarray[Any, np.dtype[Any]]

_CHUNK: Final = 4000
_BLOCK: Final = 256


class Ranking:
    """Photos by how near they are to a sentence."""

    def __init__(self, ids: list[str], places: Array) -> None:
        self._ids, self._places = ids, places

    def __len__(self) -> int:
        return len(self._places)

    def part(self, start: int, count: int) -> list[str]:
        """Some of their ids, the nearest first."""
        return [self._ids[place] for place in self._places[start : start + count].tolist()]


class WordIndex:
    def __init__(self, views: Views) -> None:
        self._views = views
        self._filling = asyncio.Lock()
        self._empty(None)

    def _empty(self, model: WordsModel | None) -> None:
        self._model, self._position = model, 0
        self._ids: list[str] = []
        self._places: dict[str, int] = {}
        self._levels = np.zeros((0, model.dimensions if model else 0), np.int8)
        self._lengths = np.zeros(0, np.float32)

    async def ranked(self, model: WordsModel, vector: Sequence[float]) -> Ranking:
        """All photos that the model has seen; none if the vector has other dimensions."""
        await self._fill(model)
        if len(vector) != self._levels.shape[1]:
            return Ranking([], np.zeros(0, np.int64))
        return await asyncio.to_thread(self._rank, np.array(vector, np.float32))

    def _rank(self, vector: Array) -> Ranking:
        levels, lengths, ids = self._levels, self._lengths, self._ids
        likeness = np.empty(len(levels), np.float32)
        for start in range(0, len(levels), _BLOCK):
            block = levels[start : start + _BLOCK].astype(np.float32)
            np.dot(block, vector, out=likeness[start : start + len(block)])
        likeness /= lengths
        return Ranking(ids, np.argsort(-likeness))

    async def _fill(self, model: WordsModel) -> None:
        """Add what is new since last time."""
        async with self._filling:
            if model != self._model:
                self._empty(model)
            added: list[tuple[list[str], Array]] = []
            digest = model.weights_digest
            while rows := await embeddings_after(self._views, model.id, self._position, _CHUNK, digest):
                self._position = rows[-1][1]
                pairs = [(row[0], row[2]) for row in rows]
                added.append(await asyncio.to_thread(vectors.readable_levels, pairs, model.dimensions))
            if added:
                await asyncio.to_thread(self._take, added)

    def _take(self, added: list[tuple[list[str], Array]]) -> None:
        ids = [one for some, _ in added for one in some]
        levels = np.concatenate([rows for _, rows in added])
        replaced = np.array([one in self._places for one in ids], bool)
        for number in np.flatnonzero(replaced).tolist():
            place = self._places[ids[number]]
            self._levels[place] = levels[number]
            self._lengths[place] = _lengths(levels[number : number + 1])[0]
        new = np.flatnonzero(~replaced)
        names = [ids[number] for number in new.tolist()]
        self._places |= {one: place for place, one in enumerate(names, len(self._ids))}
        self._ids = [*self._ids, *names]
        self._levels = np.concatenate([self._levels, levels[new]])
        self._lengths = np.concatenate([self._lengths, _lengths(levels[new])])


def _lengths(levels: Array) -> Array:
    squares = np.square(levels, dtype=np.int32).sum(axis=1)
    lengths: Array = np.sqrt(np.maximum(squares, 1)).astype(np.float32)
    return lengths
