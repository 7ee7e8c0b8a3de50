"""Tells the projector, over the bus, that the log has grown: a doorbell, nothing more.

The log is the outbox. Jobs are sent by `classification.py` and `explaining.py`, which query what is outstanding, so
nothing can be lost here: a missed ring costs the projector at most its polling interval.
"""

import asyncio

import structlog

from services.kernel.bus.contract import Bus, BusUnavailable
from services.kernel.log.sqlite_log import SqliteLog

log = structlog.get_logger(__name__)


async def run(events: SqliteLog, bus: Bus) -> None:
    """Ring after every commit; never returns."""
    rung = -1
    while True:
        head = await events.head()
        if head != rung:
            rung = head
            try:
                await bus.ring()
            except BusUnavailable:
                log.debug("nobody to ring", head=head)
            continue
        async with events.grown:
            if await events.head() == rung:
                await events.grown.wait()
        await asyncio.sleep(0)
