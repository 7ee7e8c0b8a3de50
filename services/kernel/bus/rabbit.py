"""The bus over RabbitMQ: what one connection does. Connecting again is `reconnect.py`'s.

A connection has one channel for publishing and one for each consumer; a question takes one for itself, since
aiormq closes the channel of whoever stops waiting. aio-pika's robust channels would restore themselves, but not
tell when to drop the deliveries of the dead one.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Final, TypeVar
from uuid import UUID

import aio_pika
import msgspec
import structlog
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage, AbstractQueue
from aio_pika.connection import Connection, make_url
from aio_pika.exceptions import PublishError

from services.kernel.bus import amqp, deadletters, topology
from services.kernel.bus.contract import BusUnavailable, DeadLetter, Delivery, Message
from services.kernel.bus.inbox import TaggedDelivery
from services.kernel.bus.patience import ANSWER_S, CLOSE_S, ask
from services.kernel.bus.rabbit_consumer import RabbitConsumer
from services.kernel.bus.reconnect import ReconnectingBus

log = structlog.get_logger(__name__)
T = TypeVar("T")

WINDOW: Final = 128
"""Messages that wait for their confirms together; quorum queues slow down beyond 256."""
FIRST_S: Final = 3.0
CONFIRM_S: Final = 20.0
LETTERS_S: Final = 60.0
"""All dead letters are asked for one by one."""
HEARTBEAT_S: Final = 30
DELETED_S: Final = 1.0
"""RabbitMQ 3.10 does not tell the consumers of a deleted quorum queue when it is there again within some 30 ms."""


class RabbitBus(ReconnectingBus):
    """A `Bus`. Make it with `connect_rabbit`."""


async def connect_rabbit(url: str, *, name: str = "albumen") -> RabbitBus:
    """Return when connected, when the first attempt has failed, or after a few seconds; further attempts
    follow in the background. `name` is what RabbitMQ's management page shows.

    Raises ValueError for a URL that is none of AMQP's.
    """
    try:
        scheme = make_url(url).scheme
    except ValueError:
        scheme = ""
    if scheme not in ("amqp", "amqps"):
        raise ValueError("ALBUMEN_BROKER must be an address like amqp://user:password@host:5672/.")
    bus = RabbitBus(lambda: _Session(url, name))
    await bus.tried(FIRST_S)
    return bus


async def _declare(channel: AbstractChannel, queue: str) -> AbstractQueue:
    """The queue, its exchange and its binding. What is there already stays as it is."""
    exchange = amqp.BINDINGS[queue]
    await channel.declare_exchange(exchange, amqp.EXCHANGES[exchange], durable=True)
    declared = await channel.declare_queue(queue, durable=True, arguments=dict(amqp.queue_arguments(queue)))
    await declared.bind(exchange, queue)
    return declared


async def _declare_events(channel: AbstractChannel) -> AbstractExchange:
    name = topology.EVENTS_EXCHANGE
    return await channel.declare_exchange(name, amqp.EXCHANGES[name], durable=True)


async def _declare_all(channel: AbstractChannel) -> None:
    await _declare_events(channel)
    for queue in reversed(amqp.BINDINGS):
        await _declare(channel, queue)


async def _doorbell(channel: AbstractChannel) -> AbstractQueue:
    exchange = await _declare_events(channel)
    queue = await channel.declare_queue(exclusive=True, auto_delete=True, arguments=dict(amqp.DOORBELL))
    await queue.bind(exchange)
    return queue


class _Session:
    """One connection with its publishing channel: when either is lost, both are."""

    def __init__(self, url: str, name: str) -> None:
        where = make_url(url)
        if "heartbeat" not in where.query:
            where = where.update_query(heartbeat=str(HEARTBEAT_S))
        self.connection = Connection(where, client_properties={"connection_name": name})
        self.lost = asyncio.Event()
        self._exchanges: dict[str, AbstractExchange] = {}

    async def open(self) -> None:
        await ask(self._open(), 2 * ANSWER_S)

    async def _open(self) -> None:
        await self.connection.connect(timeout=ANSWER_S)
        self._publisher = self.channel(self.lost, confirms=True)
        await self._publisher.initialize()
        await _declare_all(self._publisher)
        for name in amqp.EXCHANGES:
            self._exchanges[name] = await self._publisher.get_exchange(name, ensure=False)

    def channel(self, lost: asyncio.Event, *, confirms: bool = False) -> AbstractChannel:
        """Still to be initialized. `lost` is set when it is closed, by whomever."""
        channel = self.connection.channel(publisher_confirms=confirms, on_return_raises=confirms)
        channel.close_callbacks.add(lambda *_: lost.set())
        return channel

    async def publish(self, queue: str, messages: Sequence[Message]) -> None:
        exchange = self._exchanges[topology.EXCHANGE_OF[queue]]
        for start in range(0, len(messages), WINDOW):
            window = map(_outgoing, messages[start : start + WINDOW])
            confirms = await asyncio.gather(
                *(exchange.publish(message, queue, timeout=CONFIRM_S) for message in window),
                return_exceptions=True,
            )
            failed = [error for error in confirms if isinstance(error, BaseException)]
            if any(isinstance(error, PublishError) for error in failed):
                log.warning("the queue has been deleted: declaring all again", queue=queue)
                await asyncio.sleep(DELETED_S)
                self.lost.set()
            if failed:
                raise BusUnavailable(
                    f"RabbitMQ did not confirm {len(failed)} of {len(confirms)} messages: {failed[0]!r}"
                ) from failed[0]

    async def ring(self) -> None:
        exchange = self._exchanges[topology.EVENTS_EXCHANGE]
        await ask(exchange.publish(aio_pika.Message(b""), "", mandatory=False, timeout=ANSWER_S))

    async def depth(self, queue: str) -> int:
        return await ask(self._question(queue, deadletters.depth))

    async def purge(self, queue: str) -> None:
        await ask(self._question(queue, deadletters.purge))

    async def dead_letters(self, limit: int) -> list[DeadLetter]:
        return await ask(self._question(topology.DEAD, lambda queue: deadletters.first(queue, limit)))

    async def revive(self, ids: Collection[UUID] | None) -> int:
        async def again(letter: DeadLetter) -> None:
            assert letter.queue and letter.message
            await self.publish(letter.queue, [letter.message])

        return await ask(
            self._question(topology.DEAD, lambda q: deadletters.resolve(q, ids, again)), LETTERS_S
        )

    async def bury(self, ids: Collection[UUID] | None) -> int:
        return await ask(
            self._question(topology.DEAD, lambda q: deadletters.resolve(q, ids, None)), LETTERS_S
        )

    async def _question(self, queue: str, ask: Callable[[AbstractQueue], Awaitable[T]]) -> T:
        channel = self.channel(asyncio.Event())
        await channel.initialize()
        try:
            return await ask(await channel.declare_queue(queue, passive=True))
        finally:
            if not channel.is_closed:
                await channel.close()

    async def consume(self, queue: str, prefetch: int, take: Callable[[Delivery], None]) -> RabbitConsumer:
        """A message that is none of ours goes to the dead letters at once."""
        consumer = RabbitConsumer()

        async def came(incoming: AbstractIncomingMessage) -> None:
            tag = incoming.delivery_tag or 0
            try:
                message = deadletters.message(incoming)
            except amqp.NotOurs as error:
                log.warning("not a message of ours: to the dead letters", queue=queue, reason=str(error))
                consumer.settle(tag, True)
            else:
                if not consumer.lost.is_set():
                    take(TaggedDelivery(message, tag, consumer.settle))

        channel = self.channel(consumer.lost)
        await consumer.start(channel, lambda: _declare(channel, queue), came, prefetch, self.lost.set)
        return consumer

    async def listen(self, ring: Callable[[], None]) -> RabbitConsumer:
        async def came(_: AbstractIncomingMessage) -> None:
            ring()

        consumer = RabbitConsumer()
        channel = self.channel(consumer.lost)
        await consumer.start(channel, lambda: _doorbell(channel), came, 0, self.lost.set)
        return consumer

    async def close(self) -> None:
        self.lost.set()
        with contextlib.suppress(BusUnavailable):
            await ask(self.connection.close(), CLOSE_S)


def _outgoing(message: Message) -> aio_pika.Message:
    return aio_pika.Message(
        message.body,
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        **msgspec.structs.asdict(amqp.properties(message)),
    )
