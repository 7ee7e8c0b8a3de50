"""The embedded bus, with no broker to install: queues in the gateway's memory, shared with its child processes over
one socket each.

Nothing survives the gateway, and nothing has to: the log is the outbox. When a child dies, its unsettled messages
return to their queues at once, as with RabbitMQ.
"""

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from uuid import UUID

import structlog

from services.kernel.bus import queues, topology, wire
from services.kernel.bus.contract import BusUnavailable, DeadLetter, Delivery, Message
from services.kernel.bus.inbox import Bell, Inbox, TaggedDelivery
from services.kernel.bus.memory_client import EmbeddedClient, connect_embedded
from services.kernel.bus.workqueue import DEAD_KEPT, Consumer, WorkQueue

__all__ = ["EmbeddedBroker", "EmbeddedClient", "connect_embedded"]

log = structlog.get_logger(__name__)


class EmbeddedBroker:
    """A `Bus` for this process; it also serves children, which use `connect_embedded`."""

    def __init__(self) -> None:
        self._dead: deque[DeadLetter] = deque(maxlen=DEAD_KEPT)
        self._queues = {name: WorkQueue(name, self._dead) for name in topology.EXCHANGE_OF}
        self._bells: set[Bell] = set()
        self._inboxes: set[Inbox[Delivery]] = set()
        self._children: set[_Child] = set()
        self._closed = False
        self.ended: dict[str, float | None] = {}
        """Services that were started with the broker -> when one last ended by itself (`time.monotonic`)."""

    @property
    def connected(self) -> bool:
        return not self._closed

    def queue(self, name: str) -> WorkQueue:
        """Raises ValueError for a queue that is not a work queue, such as the dead letters."""
        return self._queues[queues.work_queue(name)]

    async def publish(self, queue: str, messages: Sequence[Message]) -> None:
        """Raises BusUnavailable when closed, ValueError for a message too large for a frame."""
        if self._closed:
            self.queue(queue)
            raise BusUnavailable("The embedded broker is closed.")
        self.put(queue, messages)
        await asyncio.sleep(0)

    def put(self, queue: str, messages: Sequence[Message]) -> None:
        """Raises ValueError for a message too large for a frame, before any is in the queue: none could be sent on."""
        for message in messages:
            wire.weight(message)
        self.queue(queue).put(messages)

    @asynccontextmanager
    async def consume(self, queue: str, prefetch: int) -> AsyncIterator[AsyncIterator[Delivery]]:
        """Raises ValueError unless prefetch is at least 1."""
        inbox = Inbox[Delivery]()
        consumer = Consumer(
            self.queue(queue),
            prefetch,
            lambda tag, message: inbox.put(TaggedDelivery(message, tag, consumer.settle)),
        )
        self._inboxes.add(inbox)
        if self._closed:
            inbox.close()
        else:
            consumer.join()
        try:
            yield inbox
        finally:
            self._inboxes.discard(inbox)
            inbox.close()
            consumer.leave()

    async def depth(self, queue: str) -> int:
        return self.waiting(queue)

    def waiting(self, queue: str) -> int:
        return len(self._dead if queue == topology.DEAD else self.queue(queue).ready)

    async def consumers(self, queue: str) -> int:
        return self.queue(queue).consumers

    async def purge(self, queue: str) -> None:
        self.forget(queue)

    def forget(self, queue: str) -> None:
        (self._dead if queue == topology.DEAD else self.queue(queue).ready).clear()

    async def dead_letters(self, limit: int) -> list[DeadLetter]:
        return self.dead(limit)

    def dead(self, limit: int) -> list[DeadLetter]:
        return list(islice(self._dead, limit))

    async def revive(self, ids: Collection[UUID] | None) -> int:
        return self.resolve(ids, again=True)

    async def bury(self, ids: Collection[UUID] | None) -> int:
        return self.resolve(ids, again=False)

    def resolve(self, ids: Collection[UUID] | None, *, again: bool) -> int:
        """Remove dead letters; `again`: put them back into their queues. Returns how many."""
        letters = list(self._dead)
        self._dead.clear()
        count = 0
        for letter in letters:
            assert letter.message and letter.queue
            if ids is not None and letter.message.message_id not in ids:
                self._dead.append(letter)
                continue
            count += 1
            if again:
                self.queue(letter.queue).put([letter.message])
        return count

    async def ring(self) -> None:
        self.ring_all()

    def ring_all(self) -> None:
        for bell in self._bells:
            bell.ring()
        for child in self._children:
            child.ring()

    @asynccontextmanager
    async def rings(self) -> AsyncIterator[AsyncIterator[None]]:
        bell = Bell()
        self._bells.add(bell)
        if self._closed:
            bell.close()
        try:
            yield bell
        finally:
            self._bells.discard(bell)
            bell.close()

    async def serve(self, sock: socket.socket) -> None:
        """Serve one child until it disconnects, or is dropped for sending an invalid frame; its unsettled messages are
        then back in their queues. Owns and closes the socket."""
        link = await wire.Wire.over(sock)
        child = _Child(self, link)
        self._children.add(child)
        try:
            while not self._closed:
                for op in await link.receive():
                    child.handle(op)
                await link.drain()
        except wire.Gone:
            log.debug("a child has gone")
        except wire.BrokenFrame as error:
            log.error("a child sent what is no frame of ours: dropped", reason=str(error))
        finally:
            self._children.discard(child)
            child.leave()
            await link.close()

    async def close(self) -> None:
        """End every iterator and every connection. Queued messages are lost; the log has them."""
        self._closed = True
        for inbox in self._inboxes:
            inbox.close()
        for bell in self._bells:
            bell.close()
        await asyncio.gather(*(child.close() for child in self._children))


class _Child:
    """One connected child: its consumers and requests."""

    def __init__(self, broker: EmbeddedBroker, link: wire.Wire) -> None:
        self._broker, self._wire = broker, link
        self._consumers: dict[int, Consumer] = {}
        self._listening = False

    def handle(self, op: wire.Ops) -> None:
        """Raises BrokenFrame for anything that a child of ours never sends."""
        try:
            self._handle(op)
        except ValueError as error:
            raise wire.BrokenFrame(str(error)) from error

    def _handle(self, op: wire.Ops) -> None:
        match op:
            case wire.Settle(number, acked, rejected):
                if settling := self._consumers.get(number):
                    for tag in rejected:
                        settling.settle(tag, True)
                    for tag in acked:
                        settling.settle(tag, False)
            case wire.Publish(call, queue, messages):
                self._broker.put(queue, messages)
                self._done(call)
            case wire.Subscribe(call, number, queue, prefetch):
                if number in self._consumers:
                    raise ValueError(f"consumer {number} exists")
                consumer = self._consumers[number] = Consumer(
                    self._broker.queue(queue),
                    prefetch,
                    lambda tag, message: self._wire.deliver(number, tag, message),
                )
                self._done(call)
                consumer.join()
            case wire.Unsubscribe(call, number):
                if leaving := self._consumers.pop(number, None):
                    leaving.leave()
                self._done(call)
            case wire.Depth(call, queue):
                self._done(call, self._broker.waiting(queue))
            case wire.Consumers(call, queue):
                self._done(call, self._broker.queue(queue).consumers)
            case wire.Purge(call, queue):
                self._broker.forget(queue)
                self._done(call)
            case wire.Dead(call, limit):
                self._wire.send(wire.Letters(call, _fitting(self._broker.dead(limit))), wire.LARGEST_SENT)
            case wire.Resolve(call, ids, again):
                self._done(call, self._broker.resolve(None if ids is None else set(ids), again=again))
            case wire.Listen(call, on):
                self._listening = on
                self._done(call)
            case wire.Ring():
                self._broker.ring_all()
            case _:
                raise ValueError(f"{type(op).__name__} from a child")

    def _done(self, call: int, value: int = 0) -> None:
        self._wire.send(wire.Done(call, value))

    def ring(self) -> None:
        if self._listening:
            self._wire.send(wire.Ring())

    def leave(self) -> None:
        consumers, self._consumers = self._consumers, {}
        for consumer in consumers.values():
            consumer.leave()

    async def close(self) -> None:
        self._listening = False
        await self._wire.close()


def _fitting(letters: list[DeadLetter]) -> list[DeadLetter]:
    """The first letters, as many as fit into a frame."""
    size, fitting = 0, list[DeadLetter]()
    for letter in letters:
        size += wire.weight(letter.message) if letter.message else 0
        if size > wire.MAX_FRAME // 2:
            break
        fitting.append(letter)
    return fitting
