"""A bus over sessions that come and go: it reconnects for as long as it is open, and attaches its consumers to each
new session. `rabbit.py` implements the sessions."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol
from uuid import UUID

import structlog

from services.kernel.bus import queues
from services.kernel.bus.contract import BusUnavailable, DeadLetter, Delivery, Message
from services.kernel.bus.inbox import Bell, Inbox

log = structlog.get_logger(__name__)

PAUSE_S: Final = (0.2, 2.0)
"""Between attempts to connect: the first, doubled up to the second."""
ATTACH_S: Final = 10.0
REATTACH_S: Final = 1.0
"""After the queue was deleted: the other consumers must notice too before it is declared again."""
_CLOSE_S: Final = 15.0
"""For a consumer or a session to end: longer than `rabbit.py` waits for a silent broker."""


class Attached(Protocol):
    """A consumer attached to a session."""

    lost: asyncio.Event

    async def close(self) -> None:
        """Stop consuming and send pending settlements. Never raises; takes ten seconds or so, less if all is well."""


class Session(Protocol):
    """One connection, used until it is lost and then discarded. All methods raise only BusUnavailable."""

    lost: asyncio.Event

    async def open(self) -> None: ...
    async def publish(self, queue: str, messages: Sequence[Message]) -> None: ...
    async def depth(self, queue: str) -> int: ...
    async def consumers(self, queue: str) -> int: ...
    async def purge(self, queue: str) -> None: ...
    async def dead_letters(self, limit: int) -> list[DeadLetter]: ...
    async def revive(self, ids: Collection[UUID] | None) -> int: ...
    async def bury(self, ids: Collection[UUID] | None) -> int: ...
    async def ring(self) -> None: ...
    async def consume(self, queue: str, prefetch: int, take: Callable[[Delivery], None]) -> Attached: ...
    async def listen(self, ring: Callable[[], None]) -> Attached: ...
    async def close(self) -> None:
        """Never raises; takes a few seconds at most. `open` may have failed or been cancelled before."""


class ReconnectingBus:
    """A `Bus`."""

    def __init__(self, session: Callable[[], Session]) -> None:
        self._make = session
        self._session: Session | None = None
        self._up = asyncio.Event()
        self._tried = asyncio.Event()
        self._consumers: set[_Consumer] = set()
        self._closed = False
        self._keeper = asyncio.create_task(self._keep(), name="bus connection")

    @property
    def connected(self) -> bool:
        return self._session is not None and not self._session.lost.is_set()

    async def tried(self, seconds: float) -> None:
        """Wait for the first connection attempt to end, for `seconds` at most."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._tried.wait()

    async def session(self) -> Session:
        """The current session; waits until there is one."""
        while not self._session:
            await self._up.wait()
        return self._session

    def _now(self) -> Session:
        if not self._session or not self.connected:
            raise BusUnavailable("The broker can't be reached; trying again in the background.")
        return self._session

    async def publish(self, queue: str, messages: Sequence[Message]) -> None:
        queues.work_queue(queue)
        await self._now().publish(queue, messages)

    async def depth(self, queue: str) -> int:
        queues.any_queue(queue)
        return await self._now().depth(queue)

    async def consumers(self, queue: str) -> int:
        queues.work_queue(queue)
        return await self._now().consumers(queue)

    async def purge(self, queue: str) -> None:
        queues.any_queue(queue)
        await self._now().purge(queue)

    async def dead_letters(self, limit: int) -> list[DeadLetter]:
        return await self._now().dead_letters(limit)

    async def revive(self, ids: Collection[UUID] | None) -> int:
        return await self._now().revive(ids)

    async def bury(self, ids: Collection[UUID] | None) -> int:
        return await self._now().bury(ids)

    async def ring(self) -> None:
        """Never fails: a lost ring is harmless."""
        if self._session and self.connected:
            with contextlib.suppress(BusUnavailable):
                await self._session.ring()

    @asynccontextmanager
    async def consume(self, queue: str, prefetch: int) -> AsyncIterator[AsyncIterator[Delivery]]:
        """Raises ValueError unless prefetch is at least 1."""
        queues.work_queue(queue)
        queues.prefetch(prefetch)
        inbox = Inbox[Delivery]()
        consumer = _Consumer(self, lambda session: session.consume(queue, prefetch, inbox.put), inbox)
        async with self._consuming(consumer):
            yield inbox

    @asynccontextmanager
    async def rings(self) -> AsyncIterator[AsyncIterator[None]]:
        """After a lost connection there is one extra ring, in place of any missed ones."""
        bell = Bell()
        consumer = _Consumer(self, lambda session: session.listen(bell.ring), bell, bell.ring)
        async with self._consuming(consumer):
            yield bell

    @asynccontextmanager
    async def _consuming(self, consumer: "_Consumer") -> AsyncIterator[None]:
        self._consumers.add(consumer)
        try:
            await (consumer.stop() if self._closed else consumer.start())
            yield
        finally:
            await consumer.stop()
            self._consumers.discard(consumer)

    async def close(self) -> None:
        """Stop consumers first, so that nothing new arrives and the broker gets all settlements; then the connection.
        Waits some fifteen seconds at most for a silent broker."""
        self._closed = True
        await asyncio.gather(*(consumer.stop() for consumer in self._consumers))
        self._keeper.cancel()
        await asyncio.wait({self._keeper}, timeout=_CLOSE_S)
        self._session = None

    async def _keep(self) -> None:
        pause = PAUSE_S[0]
        while True:
            session = self._make()
            try:
                await session.open()
                pause = PAUSE_S[0]
                log.info("connected to the broker")
                self._session = session
                self._up.set()
                self._tried.set()
                await session.lost.wait()
                log.warning("the connection to the broker is lost; trying again in the background")
            except BusUnavailable as error:
                (log.debug if self._tried.is_set() else log.warning)(
                    "the broker can't be reached; trying again in the background", reason=str(error)
                )
                self._tried.set()
            finally:
                self._session = None
                self._up.clear()
                await session.close()
            await asyncio.sleep(pause)
            pause = min(2 * pause, PAUSE_S[1])


class _Consumer:
    """Attached to one session after another until it is stopped."""

    def __init__(
        self,
        bus: ReconnectingBus,
        attach: Callable[[Session], Awaitable[Attached]],
        inbox: Inbox[Any],
        late: Callable[[], None] = lambda: None,
    ) -> None:
        """`late` is called whenever it is attached after `start` has returned."""
        self._bus, self._attach, self._inbox, self._late = bus, attach, inbox, late
        self._started = False
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return once attached, or at once without a connection."""
        self._task = asyncio.create_task(self._keep(), name="bus consumer")
        if self._bus.connected:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ATTACH_S):
                    await self._ready.wait()
        self._started = True

    async def stop(self) -> None:
        self._inbox.close()
        if self._task:
            if not self._task.cancelling():
                self._task.cancel()
            await asyncio.wait({self._task}, timeout=_CLOSE_S)

    async def _keep(self) -> None:
        while True:
            session = await self._bus.session()
            try:
                attached = await self._attach(session)
            except BusUnavailable as error:
                log.warning("can't consume from the broker; trying again", reason=str(error))
                await asyncio.sleep(PAUSE_S[0])
                continue
            try:
                self._ready.set()
                if self._started:
                    self._late()
                await attached.lost.wait()
            finally:
                self._inbox.clear()
                await attached.close()
            if not session.lost.is_set():
                await asyncio.sleep(REATTACH_S)
