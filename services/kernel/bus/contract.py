"""The contract of the message bus. `memory.py` and `rabbit.py` implement it; one test suite covers both.

The bus may lose everything at any time: the log is the outbox, and outstanding messages are sent again from it. So a
consumer must expect every message more than once; the ids in it make that harmless.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message. Carries ids and small facts, never pixels."""

    message_id: UUID
    """The event's or job's id; unique among messages in flight."""
    type: str
    """The type name of the body, as in the log."""
    schema_version: int
    correlation_id: UUID
    causation_id: UUID | None = None
    body: bytes
    """JSON."""
    returned: int = 0
    """Of a delivery: how often it came back unsettled before, for instance because its consumer died."""
    traceparent: str | None = None
    """The span that it was sent in (W3C Trace Context), if traces are exported; or anything else."""


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A message that no service could handle."""

    message: Message | None
    """None: not a message of ours; it can only be dropped together with all others."""
    queue: str | None
    """The queue it came from; None if unknown."""
    worn_out: bool = False
    """It came back too often, for instance because its consumers died; otherwise it was rejected."""
    died_us: int | None = None
    """Microseconds since 1970, UTC; None if the bus does not record it."""


class BusUnavailable(Exception):
    """The bus can't be reached now. Nothing was confirmed; the caller keeps its messages and retries."""


class Delivery(Protocol):
    """A received message, not yet settled. When its consumer goes away, it is delivered again, to any consumer."""

    @property
    def message(self) -> Message: ...

    async def ack(self) -> None:
        """Done with it. Harmless when its connection is gone: it will be delivered again."""

    async def reject(self) -> None:
        """To the dead letters: it is not ours, or can never be handled."""


class Bus(Protocol):
    async def publish(self, queue: str, messages: Sequence[Message]) -> None:
        """Return once the bus has confirmed all of them; order is preserved within one call where possible.

        Raises BusUnavailable when not confirmed: some may still have arrived.
        """

    def consume(self, queue: str, prefetch: int) -> AbstractAsyncContextManager[AsyncIterator[Delivery]]:
        """Deliveries of a queue, at most `prefetch` unsettled at a time, until the context or the bus is closed. The
        iterator survives a lost connection."""

    async def depth(self, queue: str) -> int:
        """Messages waiting in the queue, excluding unsettled deliveries."""

    async def consumers(self, queue: str) -> int:
        """How many consumers a work queue has, of all processes. Raises BusUnavailable."""

    async def purge(self, queue: str) -> None:
        """Drop a queue's waiting messages (the log can send them again)."""

    async def ring(self) -> None:
        """Notify every listener that the log has grown. Best effort: a lost ring is harmless."""

    def rings(self) -> AbstractAsyncContextManager[AsyncIterator[None]]:
        """A signal per ring; for a slow listener, several merge into one."""

    async def dead_letters(self, limit: int) -> list[DeadLetter]:
        """The oldest ones, without removing them; `depth(DEAD)` counts them all."""

    async def revive(self, ids: Collection[UUID] | None) -> int:
        """Put dead letters with these message ids, or all, back into the queues they came from; returns how many.
        Those whose queue is unknown stay. A crash midway leaves some in both places: consumers expect repeats."""

    async def bury(self, ids: Collection[UUID] | None) -> int:
        """Drop dead letters with these message ids, or all of them; returns how many."""

    @property
    def connected(self) -> bool: ...

    async def close(self) -> None: ...
