"""Tells the projector, over the bus, that the log has grown: a doorbell, nothing more.

The log is the outbox. Jobs are sent by `classification.py` and `explaining.py`, which query what is outstanding, so
nothing can be lost here: a missed ring costs the projector at most its polling interval.
"""

import asyncio
from typing import Final

import structlog

from services.kernel.bus.contract import Bus, BusUnavailable
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.tracing import spans

log = structlog.get_logger(__name__)

NEWS: Final = 1000
"""Records, at most, whose traces get a span of the ring."""


async def run(events: SqliteLog, bus: Bus) -> None:
    """Ring after every commit; never returns."""
    rung = -1
    while True:
        head = await events.head()
        if head != rung:
            news = await events.read(rung, NEWS) if spans.are_exported() and rung >= 0 else ()
            rung = head
            try:
                with spans.batch("ring", news):
                    await bus.ring()
            except BusUnavailable:
                log.debug("nobody to ring", head=head)
            continue
        async with events.grown:
            if await events.head() == rung:
                await events.grown.wait()
        await asyncio.sleep(0)
