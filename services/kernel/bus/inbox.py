"""What a consumer of either bus iterates over: filled by callbacks, so that a slow consumer never blocks the bus."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from services.kernel.bus.contract import Message

T = TypeVar("T")
Settle = Callable[[int, bool], None]
"""Called with (delivery tag, whether it goes to the dead letters). Never blocks and never fails."""


class Inbox(Generic[T]):
    """An iterator over its items until it is closed. A cancelled wait loses nothing."""

    def __init__(self) -> None:
        self._items: deque[T] = deque()
        self._wake = asyncio.Event()
        self._closed = False

    def put(self, item: T) -> None:
        self.extend((item,))

    def extend(self, items: Iterable[T]) -> None:
        """Ignored once closed."""
        if not self._closed:
            self._items.extend(items)
            self._wake.set()

    def clear(self) -> None:
        """Drop the pending items: they will be delivered again, or don't matter."""
        self._items.clear()

    def close(self) -> None:
        """End the iteration now; pending items are no longer ours."""
        self._closed = True
        self._items.clear()
        self._wake.set()

    def __aiter__(self) -> "Inbox[T]":
        return self

    async def __anext__(self) -> T:
        while not self._items:
            if self._closed:
                raise StopAsyncIteration
            self._wake.clear()
            await self._wake.wait()
        return self._items.popleft()


class Bell(Inbox[None]):
    """An inbox of signals: pending ones merge into one."""

    def ring(self) -> None:
        self.clear()
        self.put(None)


class TaggedDelivery:
    """A `Delivery`, settled once by its tag; settling again does nothing."""

    __slots__ = ("_settle", "_tag", "message")

    def __init__(self, message: Message, tag: int, settle: Settle) -> None:
        self.message, self._tag = message, tag
        self._settle: Settle | None = settle

    async def ack(self) -> None:
        self._once(False)

    async def reject(self) -> None:
        self._once(True)

    def _once(self, dead: bool) -> None:
        settle, self._settle = self._settle, None
        if settle:
            settle(self._tag, dead)
