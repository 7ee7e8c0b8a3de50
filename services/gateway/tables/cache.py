"""Caches answers while the read tables stay at the same position, or until a table changes that they were read from."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final

import msgspec

from services.gateway.tables.changes import READING, Changes, Reads

_KEPT: Final = 64
"""Maximum number of answers; the least recently used is evicted first."""


class _Answer(msgspec.Struct):
    task: "asyncio.Task[Any]"
    read: Reads
    position: int
    """Of the tables: everything that was there then is in the answer."""


class Cache:
    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, _Answer] = OrderedDict()
        self._running: set[asyncio.Task[Any]] = set()

    async def get(
        self,
        position: int,
        key: Hashable,
        compute: Callable[[], Awaitable[Any]],
        changes: Changes | None = None,
    ) -> Any:
        """The cached answer for `key` at `position`, else computed; exceptions from `compute` are not cached.

        `changes`: as followed up to `position`. An answer then holds until one of the tables has changed from which
        `compute` has read, and which must be all that it depends on.

        Whoever asks while it is computed waits for the same answer, which is completed even if nobody waits any more.
        """
        answer = self._kept.pop(key, None)
        if answer is None or not _holds(answer, position, changes):
            answer = self._started(compute, position)
        answer.position = max(answer.position, position)
        self._kept[key] = answer
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        value = await asyncio.shield(answer.task)
        if outer := READING.get():
            outer.add(answer.read.all if changes else None)
        return value

    async def close(self) -> None:
        """Stops what is being computed."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _started(self, compute: Callable[[], Awaitable[Any]], position: int) -> _Answer:
        read = Reads()
        task = asyncio.create_task(_computed(compute, read), name="compute an answer")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(_failed)  # so that nobody misses an exception that nobody waited for
        return _Answer(task, read, position)


async def _computed(compute: Callable[[], Awaitable[Any]], read: Reads) -> Any:
    READING.set(read)
    return await compute()


def _holds(answer: _Answer, position: int, changes: Changes | None) -> bool:
    if _failed(answer.task):
        return False
    if position == answer.position or not changes:
        return position == answer.position
    read = answer.read.all if answer.task.done() else None
    return not changes.since(min(answer.position, position), read) if read else False


def _failed(answer: "asyncio.Task[Any]") -> bool:
    return answer.done() and (answer.cancelled() or answer.exception() is not None)
