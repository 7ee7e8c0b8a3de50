"""Caches answers while the read tables stay at the same position, or as long as what they were made of is the same."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final, Protocol

import msgspec

from services.gateway.tables.changes import READING, Changes, Reads

_KEPT: Final = 64
"""Maximum number of answers; the least recently used is evicted first."""


class Tables(Protocol):
    """Read tables, as one request sees them (pool.py)."""

    @property
    def changes(self) -> Changes: ...

    async def follow(self) -> int: ...


Ask = Callable[[Any], Awaitable[Any]]
"""Gets the tables."""


class _Answer(msgspec.Struct, eq=False):
    task: "asyncio.Task[Any]"
    read: Reads
    position: int
    """Of the tables: everything that was there then is in the answer."""


class Cache:
    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, _Answer] = OrderedDict()
        self._running: set[asyncio.Task[Any]] = set()

    async def get(self, position: int, key: Hashable, compute: Callable[[], Awaitable[Any]]) -> Any:
        """The cached answer for `key` at `position`, else computed; exceptions from `compute` are not cached.

        Whoever asks while it is computed waits for the same answer, which is completed even if nobody waits any more.
        """
        answer = self._kept.get(key)
        if answer is None or _failed(answer.task) or answer.position != position:
            answer = self._started(key, compute, position)
        value = await self._value(key, answer)
        if outer := READING.get():
            outer.add(None)
        return value

    async def lasting(self, tables: Tables, key: Hashable, ask: Ask) -> Any:
        """Like `get`, for what depends on nothing but the tables: the answer holds as long as the tables that `ask` has
        read don't change, and the other lasting answers that it has used would be the same."""
        position = await tables.follow()
        while True:
            answer = self._kept.get(key)
            if answer is not None and await self._holds(answer, tables, position):
                break
            if answer is self._kept.get(key):  # nobody else has begun meanwhile
                answer = self._started(key, lambda: ask(tables), position)
                break
        value = await self._value(key, answer)
        if outer := READING.get():
            outer.use(key, ask, value)
        return value

    async def close(self) -> None:
        """Stops what is being computed."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _holds(self, answer: _Answer, tables: Tables, position: int) -> bool:
        task, read = answer.task, answer.read
        if _failed(task) or answer.position == position:
            return not _failed(task)
        if not task.done() or not read.holds(tables.changes, min(position, answer.position)):
            return False
        outer = READING.set(None)  # which uses the answer, not what that is made of
        try:
            for key, ask, value in read.used:
                now = await self.lasting(tables, key, ask)
                if now is not value and now != value:
                    return False
        except Exception:  # it is raised where it is asked for again
            return False
        finally:
            READING.reset(outer)
        answer.position = max(position, answer.position)
        return True

    async def _value(self, key: Hashable, answer: _Answer) -> Any:
        if key in self._kept:
            self._kept.move_to_end(key)
        return await asyncio.shield(answer.task)

    def _started(self, key: Hashable, compute: Callable[[], Awaitable[Any]], position: int) -> _Answer:
        read = Reads()
        task = asyncio.create_task(_computed(compute, read), name="compute an answer")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(_failed)  # so that nobody misses an exception that nobody waited for
        answer = self._kept[key] = _Answer(task, read, position)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return answer


async def _computed(compute: Callable[[], Awaitable[Any]], read: Reads) -> Any:
    READING.set(read)
    return await compute()


def _failed(task: "asyncio.Task[Any]") -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
