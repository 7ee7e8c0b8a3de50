"""A consumer of a RabbitMQ queue with its own channel: how it settles messages and how it shuts down."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from aio_pika.exceptions import AMQPError

from services.kernel.bus.contract import BusUnavailable
from services.kernel.bus.patience import ANSWER_S, ask

log = structlog.get_logger(__name__)
Declare = Callable[[], Awaitable[AbstractQueue]]
Came = Callable[[AbstractIncomingMessage], Awaitable[None]]


class RabbitConsumer:
    """A separate task, and no other, sends the settlements. So nobody waits for a connection that is about to break,
    and no tag is sent twice (RabbitMQ would then close the channel and requeue the rest)."""

    def __init__(self) -> None:
        self.lost = asyncio.Event()
        self._channel: AbstractChannel | None = None
        self._cancel: Callable[[], Awaitable[object]] | None = None
        self._settled: deque[tuple[int, bool]] = deque()
        self._wake = asyncio.Event()
        self._sending: asyncio.Task[None] | None = None
        self._give_up: Callable[[], None] = lambda: None

    async def start(
        self,
        channel: AbstractChannel,
        declare: Declare,
        came: Came,
        prefetch: int,
        give_up: Callable[[], None],
    ) -> None:
        """`channel` is not yet initialized, and sets `lost` when closed. `prefetch` 0: nothing needs settling.
        `give_up` is called when the consumer can't be closed. Raises BusUnavailable."""
        self._give_up = give_up
        try:
            await ask(self._start(channel, declare, came, prefetch))
        except BaseException:
            await self.close()
            raise

    async def _start(self, channel: AbstractChannel, declare: Declare, came: Came, prefetch: int) -> None:
        self._channel = channel
        await channel.initialize()
        underlay = await channel.get_underlay_channel()
        underlay.on_consumer_cancel_callbacks.add(lambda _: self.lost.set())
        if prefetch:
            await channel.set_qos(prefetch)
            self._sending = asyncio.create_task(self._send(channel), name="rabbitmq acknowledgements")
        queue = await declare()
        tag = await queue.consume(came, no_ack=not prefetch)
        self._cancel = lambda: queue.cancel(tag)

    def settle(self, tag: int, dead: bool) -> None:
        """Ignored once lost: the message will be redelivered, and RabbitMQ closes the connection for a stale tag."""
        if not self.lost.is_set():
            self._settled.append((tag, dead))
            self._wake.set()

    async def _send(self, channel: AbstractChannel) -> None:
        """Send settlements until it is lost, then the remaining ones."""
        with contextlib.suppress(AMQPError, RuntimeError):  # the channel is closed: all will be redelivered
            underlay = await channel.get_underlay_channel()
            while True:
                while self._settled:
                    tag, dead = self._settled.popleft()
                    if dead:
                        await underlay.basic_reject(tag, requeue=False, wait=False)
                    else:
                        await underlay.basic_ack(tag, wait=False)
                if self.lost.is_set():
                    return
                self._wake.clear()
                await self._wake.wait()

    async def close(self) -> None:
        """When this returns, earlier settlements have arrived and unsettled messages are on their way to the queue.

        If the broker is gone or silent for `ANSWER_S`, we can't know what it received: settled messages may be
        redelivered. The connection is then given up, so that this happens soon.
        """
        self.lost.set()
        self._wake.set()
        try:
            if self._channel and not self._channel.is_closed:
                await ask(self._part(self._channel), ANSWER_S)
        except BusUnavailable as error:
            if self._channel and not self._channel.is_closed:
                log.warning("a consumer can't be closed: giving up the connection", reason=str(error))
                self._give_up()
        finally:
            if self._sending:
                self._sending.cancel()

    async def _part(self, channel: AbstractChannel) -> None:
        """Cancel the consumer before closing the channel.

        RabbitMQ passes a channel's acknowledgements to a quorum queue 33 at a time, holds back the others, and drops
        those when the channel is closed (rabbitmq-server, issue 10327). It confirms a cancellation once the queue has
        processed the ones it got, and passes on the others before it handles our next request.
        """
        if self._sending:
            await self._sending
            if self._cancel:
                await self._cancel()
        await channel.close()
