"""The bus over RabbitMQ: what one connection does. Connecting again is `reconnecting.py`'s.

A connection has one channel for publishing and one for each consumer; a question takes one for itself, since
aiormq closes the channel of whoever stops waiting. aio-pika's robust channels would restore themselves, but not
tell when to drop the deliveries of the dead one.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Final, TypeVar
from uuid import UUID

import aio_pika
import msgspec
import structlog
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage, AbstractQueue
from aio_pika.connection import Connection, make_url
from aio_pika.exceptions import AMQPError, ChannelPreconditionFailed, PublishError

from services.kernel import amqp, deadletters, topology
from services.kernel.bus import BusUnavailable, DeadLetter, Delivery, Message
from services.kernel.inbox import TaggedDelivery
from services.kernel.reconnecting import ReconnectingBus

log = structlog.get_logger(__name__)
T = TypeVar("T")
Declare = Callable[[AbstractChannel], Awaitable[AbstractQueue]]
Came = Callable[[AbstractIncomingMessage], Awaitable[None]]

WINDOW: Final = 128
"""Messages that wait for their confirms together; quorum queues slow down beyond 256."""
FIRST_S: Final = 3.0
ANSWER_S: Final = 10.0
CONFIRM_S: Final = 20.0
CLOSE_S: Final = 2.0
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


async def _ask(asking: Awaitable[T], seconds: float = ANSWER_S) -> T:
    """Await an answer of the broker. Raises BusUnavailable when none comes; aiormq's CancelledError, with
    which it ends whatever waits on a dying connection, does not get into our task."""
    task = asyncio.ensure_future(asking)
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=CLOSE_S)
    if not task.done() or task.cancelled():
        raise BusUnavailable("RabbitMQ did not answer, or the connection was lost.")
    error = task.exception()
    if isinstance(error, ChannelPreconditionFailed):
        advice = "Delete it there: nothing is lost by that, the log sends again."
        log.error(f"RabbitMQ has something of this name, declared otherwise. {advice}", reason=str(error))
    if error:
        raise BusUnavailable(f"RabbitMQ: {error or type(error).__name__}") from error
    return task.result()


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
        await _ask(self._open(), 2 * ANSWER_S)

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
        await _ask(exchange.publish(aio_pika.Message(b""), "", mandatory=False, timeout=ANSWER_S))

    async def depth(self, queue: str) -> int:
        return await _ask(self._question(queue, deadletters.depth))

    async def purge(self, queue: str) -> None:
        await _ask(self._question(queue, deadletters.purge))

    async def dead_letters(self, limit: int) -> list[DeadLetter]:
        return await _ask(self._question(topology.DEAD, lambda queue: deadletters.first(queue, limit)))

    async def revive(self, ids: Collection[UUID] | None) -> int:
        async def again(letter: DeadLetter) -> None:
            assert letter.queue and letter.message
            await self.publish(letter.queue, [letter.message])

        return await _ask(
            self._question(topology.DEAD, lambda q: deadletters.resolve(q, ids, again)), LETTERS_S
        )

    async def bury(self, ids: Collection[UUID] | None) -> int:
        return await _ask(
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

    async def consume(self, queue: str, prefetch: int, take: Callable[[Delivery], None]) -> "_Consumer":
        """A message that is none of ours goes to the dead letters at once."""
        consumer = _Consumer()

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

        await consumer.start(self, lambda channel: _declare(channel, queue), came, prefetch)
        return consumer

    async def listen(self, ring: Callable[[], None]) -> "_Consumer":
        async def came(_: AbstractIncomingMessage) -> None:
            ring()

        consumer = _Consumer()
        await consumer.start(self, _doorbell, came, 0)
        return consumer

    async def close(self) -> None:
        self.lost.set()
        with contextlib.suppress(BusUnavailable):
            await _ask(self.connection.close(), CLOSE_S)


class _Consumer:
    """A consumer with its channel. What is settled is sent by a task of its own: nobody waits for a connection
    that is about to break."""

    def __init__(self) -> None:
        self.lost = asyncio.Event()
        self._channel: AbstractChannel | None = None
        self._settled: deque[tuple[int, bool]] = deque()
        self._wake = asyncio.Event()
        self._sending: asyncio.Task[None] | None = None

    async def start(self, session: _Session, declare: Declare, came: Came, prefetch: int) -> None:
        """`prefetch` 0: nothing has to be settled. Raises BusUnavailable."""
        try:
            await _ask(self._start(session, declare, came, prefetch))
        except BaseException:
            await self.close()
            raise

    async def _start(self, session: _Session, declare: Declare, came: Came, prefetch: int) -> None:
        channel = self._channel = session.channel(self.lost)
        await channel.initialize()
        underlay = await channel.get_underlay_channel()
        underlay.on_consumer_cancel_callbacks.add(lambda _: self.lost.set())
        if prefetch:
            await channel.set_qos(prefetch)
            self._sending = asyncio.create_task(self._send_for_ever(), name="rabbitmq acknowledgements")
        await (await declare(channel)).consume(came, no_ack=not prefetch)

    def settle(self, tag: int, dead: bool) -> None:
        """Too late, it does nothing: the message comes again. RabbitMQ would end the connection for it."""
        if not self.lost.is_set():
            self._settled.append((tag, dead))
            self._wake.set()

    async def _send_for_ever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            with contextlib.suppress(AMQPError, RuntimeError):
                await self._send()

    async def _send(self) -> None:
        assert self._channel
        underlay = await self._channel.get_underlay_channel()
        while self._settled:
            tag, dead = self._settled[0]
            if dead:
                await underlay.basic_reject(tag, requeue=False, wait=False)
            else:
                await underlay.basic_ack(tag, wait=False)
            self._settled.popleft()

    async def close(self) -> None:
        """Send what is settled; what is not goes back to the queue."""
        self.lost.set()
        if self._sending:
            self._sending.cancel()
            await asyncio.wait({self._sending}, timeout=CLOSE_S)
        if self._channel and not self._channel.is_closed:
            with contextlib.suppress(BusUnavailable):
                await _ask(self._send(), CLOSE_S)
            with contextlib.suppress(BusUnavailable):
                await _ask(self._channel.close(), CLOSE_S)


def _outgoing(message: Message) -> aio_pika.Message:
    return aio_pika.Message(
        message.body,
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        **msgspec.structs.asdict(amqp.properties(message)),
    )
