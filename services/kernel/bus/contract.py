"""The contract of the message bus. `memory.py` and `rabbit.py` keep it; one test suite runs over both.

The bus may lose everything at any time: the log is the outbox, and what was outstanding is sent again from
it. So a consumer must expect every message more than once, and the ids in it make that harmless.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message. Carries ids and small facts, never pixels."""

    message_id: UUID
    """The event's or job's id; unique among those in flight."""
    type: str
    """The type name of the body, as in the log."""
    schema_version: int
    correlation_id: UUID
    causation_id: UUID | None = None
    body: bytes
    """JSON."""
    returned: int = 0
    """Of a delivery: how often it was handed out before and came back unsettled, as when its consumer died."""


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A message that no service could handle."""

    message: Message | None
    """None: it is no message of ours, and can only be forgotten with all others."""
    queue: str | None
    """Where it waited before; None when that is not known."""
    worn_out: bool = False
    """It came back too often, as when whoever took it died; else it was rejected."""
    died_us: int | None = None
    """Microseconds since 1970, UTC; None where the bus does not say."""


class BusUnavailable(Exception):
    """The bus can't be reached now. Nothing was confirmed; the caller keeps what it had and tries again."""


class Delivery(Protocol):
    """A message that was received and is not yet settled. Unsettled ones are delivered again when the
    consumer goes away, to whoever consumes then."""

    @property
    def message(self) -> Message: ...

    async def ack(self) -> None:
        """Done with it. Harmless when the connection it came on is gone: it will come again."""

    async def reject(self) -> None:
        """Not ours, or can't ever be handled: to the dead letters."""


class Bus(Protocol):
    async def publish(self, queue: str, messages: Sequence[Message]) -> None:
        """Return after the bus has confirmed all of them; keeps their order within one call where it can.

        Raises BusUnavailable when not confirmed: some may still have arrived.
        """

    def consume(self, queue: str, prefetch: int) -> AbstractAsyncContextManager[AsyncIterator[Delivery]]:
        """Deliveries of a queue, at most `prefetch` unsettled at a time. The iterator survives a lost
        connection and goes on after it; it ends when the context or the bus is closed."""

    async def depth(self, queue: str) -> int:
        """Messages that wait in the queue, without those being worked on."""

    async def purge(self, queue: str) -> None:
        """Forget what waits in a queue (the log can send it again)."""

    async def ring(self) -> None:
        """Tell every listener that the log has grown. Best effort: a lost ring is harmless."""

    def rings(self) -> AbstractAsyncContextManager[AsyncIterator[None]]:
        """A signal for each ring, several merged into one when the listener is slow."""

    async def dead_letters(self, limit: int) -> list[DeadLetter]:
        """Those that died first, without taking them out; `depth(DEAD)` counts them all."""

    async def revive(self, ids: Collection[UUID] | None) -> int:
        """Put dead letters with these message ids, or all, back into the queues they came from; how many. Those whose
        queue is not known stay. A crash meanwhile leaves some in both places: consumers expect repeats."""

    async def bury(self, ids: Collection[UUID] | None) -> int:
        """Forget dead letters with these message ids, or all of them; how many."""

    @property
    def connected(self) -> bool: ...

    async def close(self) -> None: ...
