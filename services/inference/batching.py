"""Turns deliveries of the two classify queues into batches; interactive ones go first."""

import asyncio
from typing import Final

import msgspec
from structlog.contextvars import bind_contextvars

from services.kernel.bus.contract import Bus, Delivery, Message
from services.kernel.bus.jobs import ClassifyJob, EncodeJob, ExplainJob
from services.kernel.bus.topology import CLASSIFY_BULK, CLASSIFY_INTERACTIVE
from services.kernel.log.ids import is_image_id
from services.kernel.loglines import some_ids
from services.kernel.untrusted import NotJson, decoded

GATHER_S: Final = 0.005
"""How long an incomplete batch waits for more: the time that the network takes for one photo."""
_Job = ClassifyJob | ExplainJob | EncodeJob
_KINDS: Final[dict[tuple[str, int], type[_Job]]] = {
    (kind.TYPE, kind.VERSION): kind for kind in (ClassifyJob, ExplainJob, EncodeJob)
}

Deliveries = asyncio.Queue[Delivery]


class Batcher:
    def __init__(self, size: int) -> None:
        """`size`: maximum deliveries per batch."""
        self._size = size
        self._interactive: Deliveries = asyncio.Queue()
        self._bulk: Deliveries = asyncio.Queue()
        self._arrived = asyncio.Condition()

    async def feed(self, bus: Bus, prefetch: int) -> None:
        """Consume both queues, at most `prefetch` unsettled deliveries of each, until the bus is closed."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._feed(bus, CLASSIFY_INTERACTIVE, self._interactive, prefetch))
            group.create_task(self._feed(bus, CLASSIFY_BULK, self._bulk, prefetch))

    async def _feed(self, bus: Bus, queue: str, deliveries: Deliveries, prefetch: int) -> None:
        async with bus.consume(queue, prefetch) as arriving:
            async for delivery in arriving:
                deliveries.put_nowait(delivery)
                async with self._arrived:
                    self._arrived.notify()

    async def take(self) -> list[Delivery]:
        """At least one delivery, all from the same queue. From now on, what the caller logs says for whom it is."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: self._interactive.qsize() or self._bulk.qsize())
        if not self._interactive.qsize() and self._bulk.qsize() < self._size:
            await asyncio.sleep(GATHER_S)
        waiting = self._interactive if self._interactive.qsize() else self._bulk
        batch = [waiting.get_nowait() for _ in range(min(self._size, waiting.qsize()))]
        bind_contextvars(correlation_id=some_ids(delivery.message.correlation_id for delivery in batch))
        return batch


def job_of(message: Message) -> _Job | None:
    """None for a message that is no valid job."""
    kind = _KINDS.get((message.type, message.schema_version))
    if kind is None:
        return None
    try:
        job = decoded(message.body, kind)
    except (msgspec.ValidationError, NotJson):
        return None
    return job if isinstance(job, EncodeJob) or is_image_id(job.image_id) else None
