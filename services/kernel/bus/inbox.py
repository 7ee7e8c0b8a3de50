"""What a consumer iterates over: filled by callbacks, so that whatever feeds it is never held up by the one
who works. Shared by both buses."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from services.kernel.bus.contract import Message

T = TypeVar("T")
Settle = Callable[[int, bool], None]
"""Called with (delivery tag, whether to the dead letters). Never waits and never fails."""


class Inbox(Generic[T]):
    """An iterator over what was put in, until it is closed. A cancelled wait loses nothing."""

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
        """Drop what nobody has taken yet: it will come again, or it doesn't matter."""
        self._items.clear()

    def close(self) -> None:
        """End the iteration now; what is left belongs to somebody else from here on."""
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
    """An inbox of signals: several that nobody has taken yet are one."""

    def ring(self) -> None:
        self.clear()
        self.put(None)


class TaggedDelivery:
    """A `Delivery`: settled once, by its tag; settling again does nothing."""

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
