"""The child's end of the embedded bus: the same contract, over an inherited socket."""

import asyncio
import contextlib
import itertools
import socket
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final
from uuid import UUID

from services.kernel.bus import queues, wire
from services.kernel.bus.contract import BusUnavailable, DeadLetter, Delivery, Message
from services.kernel.bus.inbox import Bell, Inbox, TaggedDelivery

LEAVE_S: Final = 10.0


async def connect_embedded(fd: int) -> "EmbeddedClient":
    """Take over an inherited socket to the gateway's broker. Raises OSError when `fd` is not a socket."""
    return EmbeddedClient(await wire.Wire.over(socket.socket(fileno=fd)))


class EmbeddedClient:
    """A `Bus`. It does not reconnect: a child must end when its gateway is gone."""

    def __init__(self, link: wire.Wire) -> None:
        self.closed = asyncio.Event()
        """Set when the gateway has gone away, or after `close`."""
        self._wire = link
        self._numbers = itertools.count(1)
        self._calls: dict[int, asyncio.Future[Any]] = {}
        self._inboxes: dict[int, Inbox[Delivery]] = {}
        self._bells: set[Bell] = set()
        self._reading = asyncio.create_task(self._read(), name="embedded bus")

    @property
    def connected(self) -> bool:
        return not self.closed.is_set()

    async def publish(self, queue: str, messages: Sequence[Message]) -> None:
        """Raises ValueError for a message that is too large, before any is sent."""
        queues.work_queue(queue)
        for part in list(wire.chunks(messages)):
            size = sum(map(wire.weight, part))
            await self._call(lambda call, part=part: wire.Publish(call, queue, part), size)  # type: ignore[misc]

    @asynccontextmanager
    async def consume(self, queue: str, prefetch: int) -> AsyncIterator[AsyncIterator[Delivery]]:
        """Raises ValueError unless prefetch is at least 1."""
        queues.work_queue(queue)
        queues.prefetch(prefetch)
        inbox, number = Inbox[Delivery](), next(self._numbers)
        self._inboxes[number] = inbox
        try:
            with contextlib.suppress(BusUnavailable):
                await self._call(lambda call: wire.Subscribe(call, number, queue, prefetch))
            if not self.connected:
                inbox.close()
            yield inbox
        finally:
            inbox.close()
            del self._inboxes[number]
            await self._leave(number)

    async def _leave(self, number: int) -> None:
        """The gateway answers after it has processed everything settled before."""
        with contextlib.suppress(BusUnavailable):
            await self._call(lambda call: wire.Unsubscribe(call, number))

    async def depth(self, queue: str) -> int:
        queues.any_queue(queue)
        return int(await self._call(lambda call: wire.Depth(call, queue)))

    async def consumers(self, queue: str) -> int:
        queues.work_queue(queue)
        return int(await self._call(lambda call: wire.Consumers(call, queue)))

    async def purge(self, queue: str) -> None:
        queues.any_queue(queue)
        await self._call(lambda call: wire.Purge(call, queue))

    async def dead_letters(self, limit: int) -> list[DeadLetter]:
        letters: list[DeadLetter] = await self._call(lambda call: wire.Dead(call, limit))
        return letters

    async def revive(self, ids: Collection[UUID] | None) -> int:
        return await self._resolve(ids, True)

    async def bury(self, ids: Collection[UUID] | None) -> int:
        return await self._resolve(ids, False)

    async def _resolve(self, ids: Collection[UUID] | None, again: bool) -> int:
        listed = None if ids is None else list(ids)
        size = 64 + 20 * len(listed or ())
        return int(await self._call(lambda call: wire.Resolve(call, listed, again), size))

    async def ring(self) -> None:
        """Never fails: with the gateway gone, there is nobody to notify."""
        if self.connected:
            self._wire.send(wire.Ring())

    @asynccontextmanager
    async def rings(self) -> AsyncIterator[AsyncIterator[None]]:
        bell = Bell()
        self._bells.add(bell)
        try:
            with contextlib.suppress(BusUnavailable):
                await self._call(lambda call: wire.Listen(call, True))
            if not self.connected:
                bell.close()
            yield bell
        finally:
            bell.close()
            self._bells.discard(bell)
            if not self._bells:
                with contextlib.suppress(BusUnavailable):
                    await self._call(lambda call: wire.Listen(call, False))

    async def close(self) -> None:
        """When this returns, earlier settlements have arrived; unsettled messages go back to their queues. A gateway
        silent for `LEAVE_S` counts as gone, and its queues with it."""
        for inbox in self._inboxes.values():
            inbox.close()
        leaving = [self._leave(number) for number in self._inboxes]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_S):
                await asyncio.gather(*leaving)
        await self._wire.close()
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        self._end()

    async def _call(self, op: Callable[[int], wire.Op], size: int = 64) -> Any:
        """Send and wait for the answer. Raises BusUnavailable when the gateway is gone or goes away meanwhile."""
        number, value = next(self._numbers), None
        if self.connected:
            answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            self._calls[number] = answer
            self._wire.send(op(number), size)
            try:
                with contextlib.suppress(wire.Gone):
                    await self._wire.drain()
                    value = await answer
            finally:
                del self._calls[number]
        if value is None:
            raise BusUnavailable("The gateway has gone away.")
        return value

    async def _read(self) -> None:
        try:
            while True:
                for op in await self._wire.receive():
                    self._handle(op)
        except (wire.Gone, wire.BrokenFrame):
            await self._wire.close()
        finally:
            self._end()

    def _handle(self, op: wire.Ops) -> None:
        match op:
            case wire.Deliver(consumer, first, messages):
                if inbox := self._inboxes.get(consumer):
                    settle = partial(self._wire.settle, consumer)
                    inbox.extend(
                        TaggedDelivery(message, tag, settle) for tag, message in enumerate(messages, first)
                    )
            case wire.Done(call, value) | wire.Letters(call, value):
                answer = self._calls.get(call)
                if answer and not answer.done():
                    answer.set_result(value)
            case wire.Ring():
                for bell in self._bells:
                    bell.ring()
            case _:
                raise wire.BrokenFrame(f"{type(op).__name__} from the broker")

    def _end(self) -> None:
        self.closed.set()
        for inbox in self._inboxes.values():
            inbox.close()
        for bell in self._bells:
            bell.close()
        for answer in self._calls.values():
            if not answer.done():
                answer.set_result(None)
