"""Caches answers while the read tables stay at the same position."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final

_KEPT: Final = 64
"""Maximum number of answers; the least recently used is evicted first."""


class Cache:
    def __init__(self) -> None:
        self._position = -1
        self._kept: dict[Hashable, asyncio.Task[Any]] = {}
        self._running: set[asyncio.Task[Any]] = set()

    async def get(self, position: int, key: Hashable, compute: Callable[[], Awaitable[Any]]) -> Any:
        """The cached answer for `key` at `position`, else computed; exceptions from `compute` are not cached.

        Whoever asks while it is computed waits for the same answer, which is completed even if nobody waits any more.
        """
        if position != self._position:
            self._position, self._kept = position, {}
        kept = self._kept
        answer = kept.pop(key, None)
        if answer is None or _failed(answer):
            answer = self._started(compute)
        kept[key] = answer
        if len(kept) > _KEPT:
            del kept[next(iter(kept))]
        return await asyncio.shield(answer)

    async def close(self) -> None:
        """Stops what is being computed."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _started(self, compute: Callable[[], Awaitable[Any]]) -> asyncio.Task[Any]:
        task = asyncio.create_task(_computed(compute), name="compute an answer")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(_failed)  # so that nobody misses an exception that nobody waited for
        return task


async def _computed(compute: Callable[[], Awaitable[Any]]) -> Any:
    return await compute()


def _failed(answer: asyncio.Task[Any]) -> bool:
    return answer.done() and (answer.cancelled() or answer.exception() is not None)
