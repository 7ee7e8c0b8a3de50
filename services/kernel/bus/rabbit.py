"""The bus over RabbitMQ: a single connection. Reconnecting is up to `reconnect.py`.

A connection has one channel for publishing and one per consumer; each query opens its own, because aiormq closes the
channel when a call on it is cancelled. aio-pika's robust channels would restore themselves, but not report when to
drop the deliveries of the dead one.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID

import aio_pika
import msgspec
import structlog
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage, AbstractQueue
from aio_pika.connection import Connection, make_url
from aio_pika.exceptions import ChannelNotFoundEntity, DeliveryError, PublishError

from services.kernel.bus import amqp, deadletters, topology
from services.kernel.bus.contract import BusUnavailable, DeadLetter, Delivery, Message
from services.kernel.bus.inbox import TaggedDelivery
from services.kernel.bus.patience import ANSWER_S, CLOSE_S, ask
from services.kernel.bus.rabbit_consumer import RabbitConsumer
from services.kernel.bus.reconnect import ReconnectingBus
from services.kernel.secret_file import secret

log = structlog.get_logger(__name__)
T = TypeVar("T")

WINDOW: Final = 128
"""Messages awaiting their confirms at a time; quorum queues slow down beyond 256."""
FIRST_S: Final = 3.0
NO_ADDRESS: Final = "ALBUMEN_BROKER must be an address like amqp://user:password@host:5672/"
CONFIRM_S: Final = 20.0
LETTERS_S: Final = 60.0
"""Long, as all dead letters are fetched one by one."""
HEARTBEAT_S: Final = 30
UNCONFIRMED: Final = (DeliveryError, TimeoutError)
"""Refused, or no answer."""
DELETED_S: Final = 1.0
"""RabbitMQ 3.10 does not notify consumers of a deleted quorum queue if it is declared again within some 30 ms."""


class RabbitBus(ReconnectingBus):
    """A `Bus`. Create it with `connect_rabbit`."""


async def connect_rabbit(url: str, password: Path | None = None, *, name: str = "albumen") -> RabbitBus:
    """Return when connected, when the first attempt has failed, or after a few seconds; further attempts follow in the
    background. `password`: a file that holds it, if the URL doesn't. `name` is shown on RabbitMQ's management page.
    Raises ValueError unless it is an AMQP URL and the file can be read."""
    address = _address(url, password)
    bus = RabbitBus(lambda: _Session(address, name))
    await bus.tried(FIRST_S)
    return bus


def _address(url: str, password: Path | None) -> str:
    """The URL with its password. Raises ValueError."""
    try:
        address = make_url(url)
    except ValueError as error:
        raise ValueError(f"{NO_ADDRESS} ({error}).") from error
    if address.scheme not in ("amqp", "amqps"):
        raise ValueError(f"{NO_ADDRESS}.")
    if password:
        address = address.with_password(secret(password, "ALBUMEN_BROKER_PASSWORD_FILE"))
    if "heartbeat" not in address.query:
        address = address.update_query(heartbeat=str(HEARTBEAT_S))
    return str(address)


async def _declare(channel: AbstractChannel, queue: str) -> AbstractQueue:
    """Declare the queue, its exchange and its binding. Existing ones stay as they are."""
    exchange = amqp.BINDINGS[queue]
    await channel.declare_exchange(exchange, amqp.EXCHANGES[exchange], durable=True)
    declared = await channel.declare_queue(queue, durable=True, arguments=dict(amqp.queue_arguments(queue)))
    await declared.bind(exchange, queue)
    return declared


async def _declare_events(channel: AbstractChannel) -> AbstractExchange:
    name = topology.EVENTS_EXCHANGE
    return await channel.declare_exchange(name, amqp.EXCHANGES[name], durable=True)


async def _doorbell(channel: AbstractChannel) -> AbstractQueue:
    exchange = await _declare_events(channel)
    queue = await channel.declare_queue(exclusive=True, auto_delete=True, arguments=dict(amqp.DOORBELL))
    await queue.bind(exchange)
    return queue


class _Session:
    """One connection with its publishing channel: losing either means losing both."""

    def __init__(self, url: str, name: str) -> None:
        self.connection = Connection(make_url(url), client_properties={"connection_name": name})
        self.lost = asyncio.Event()
        self._exchanges: dict[str, AbstractExchange] = {}
        self._changing = asyncio.Lock()

    async def open(self) -> None:
        await ask(self._open(), 2 * ANSWER_S)

    async def _open(self) -> None:
        await self.connection.connect(timeout=ANSWER_S)
        publisher = self.channel(self.lost, confirms=True)
        await publisher.initialize()
        await _declare_events(publisher)
        await self._declare_dead()
        for queue in topology.EXCHANGE_OF:
            await _declare(publisher, queue)
        await self._publish_on(publisher)

    async def _publish_on(self, channel: AbstractChannel) -> None:
        self._publisher = channel
        for name in amqp.EXCHANGES:
            self._exchanges[name] = await channel.get_exchange(name, ensure=False)

    async def _another_publisher(self, refused: AbstractChannel) -> None:
        """In place of one whose messages are refused for ever: RabbitMQ 3.10 does so with a channel that published for
        the first time while its queue had no leader. Raises BusUnavailable, leaving it, if the broker is silent."""
        async with self._changing:
            if self._publisher is not refused:
                return  # somebody else has come across it, too
            closed = asyncio.Event()
            publisher = await ask(self._initialized(closed))
            publisher.close_callbacks.add(lambda *_: self.lost.set())
            refused.close_callbacks.clear()
            await self._publish_on(publisher)
            if closed.is_set():
                self.lost.set()
        with contextlib.suppress(BusUnavailable):  # nothing depends on it any more
            await ask(refused.close(), CLOSE_S)

    async def _initialized(self, closed: asyncio.Event) -> AbstractChannel:
        """For publishing. While it opens, the connection does not depend on it."""
        channel = self.channel(closed, confirms=True)
        await channel.initialize()
        return channel

    async def _declare_dead(self) -> None:
        """In a cluster one node alone holds this queue. While it is down all else goes on: quorum queues keep what
        they have to send there. On a channel of its own, which the refusal closes."""
        channel = self.channel(asyncio.Event())
        await channel.initialize()
        try:
            await _declare(channel, topology.DEAD)
        except ChannelNotFoundEntity as error:
            log.warning("no dead letters: the node of the cluster that holds them is down", reason=str(error))
        finally:
            if not channel.is_closed:
                await channel.close()

    def channel(self, lost: asyncio.Event, *, confirms: bool = False) -> AbstractChannel:
        """Not yet initialized. `lost` is set when it is closed, by either side."""
        channel = self.connection.channel(publisher_confirms=confirms, on_return_raises=confirms)
        channel.close_callbacks.add(lambda *_: lost.set())
        return channel

    async def publish(self, queue: str, messages: Sequence[Message]) -> None:
        publisher, exchange = self._publisher, self._exchanges[topology.EXCHANGE_OF[queue]]
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
            elif any(isinstance(error, UNCONFIRMED) for error in failed):
                log.warning("RabbitMQ does not confirm: publishing on another channel", queue=queue)
                await self._another_publisher(publisher)
            if failed:
                raise BusUnavailable(
                    f"RabbitMQ did not confirm {len(failed)} of {len(confirms)} messages: {failed[0]!r}"
                ) from failed[0]

    async def ring(self) -> None:
        exchange = self._exchanges[topology.EVENTS_EXCHANGE]
        await ask(exchange.publish(aio_pika.Message(b""), "", mandatory=False, timeout=ANSWER_S))

    async def depth(self, queue: str) -> int:
        return await ask(self._query(queue, deadletters.depth))

    async def consumers(self, queue: str) -> int:
        return await ask(self._query(queue, deadletters.consumers))

    async def purge(self, queue: str) -> None:
        await ask(self._query(queue, deadletters.purge))

    async def dead_letters(self, limit: int) -> list[DeadLetter]:
        return await ask(self._query(topology.DEAD, lambda queue: deadletters.first(queue, limit)))

    async def revive(self, ids: Collection[UUID] | None) -> int:
        async def again(letter: DeadLetter) -> None:
            assert letter.queue and letter.message
            await self.publish(letter.queue, [letter.message])

        return await self._resolve(ids, again)

    async def bury(self, ids: Collection[UUID] | None) -> int:
        return await self._resolve(ids, None)

    async def _resolve(self, ids: Collection[UUID] | None, again: deadletters.Again | None) -> int:
        query = self._query(topology.DEAD, lambda queue: deadletters.resolve(queue, ids, again))
        return await ask(query, LETTERS_S)

    async def _query(self, queue: str, run: Callable[[AbstractQueue], Awaitable[T]]) -> T:
        channel = self.channel(asyncio.Event())
        await channel.initialize()
        try:
            return await run(await channel.declare_queue(queue, passive=True))
        finally:
            if not channel.is_closed:
                await channel.close()

    async def consume(self, queue: str, prefetch: int, take: Callable[[Delivery], None]) -> RabbitConsumer:
        """A message that is not ours goes to the dead letters at once."""
        consumer = RabbitConsumer()

        async def came(incoming: AbstractIncomingMessage) -> None:
            tag = incoming.delivery_tag or 0
            try:
                message = deadletters.received_message(incoming)
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
