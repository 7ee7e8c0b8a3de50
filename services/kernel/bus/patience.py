"""How long to wait for RabbitMQ's answers."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

import structlog
from aio_pika.exceptions import ChannelPreconditionFailed

from services.kernel.bus.contract import BusUnavailable

log = structlog.get_logger(__name__)
T = TypeVar("T")

ANSWER_S: Final = 10.0
"""A broker silent for this long counts as gone."""
CLOSE_S: Final = 2.0
"""For an abandoned operation to end: we wait for it, but nothing depends on it."""


async def ask(asking: Awaitable[T], seconds: float = ANSWER_S) -> T:
    """Await an answer of the broker. Raises BusUnavailable when none comes. When a connection dies, aiormq cancels
    whatever waits on it; that CancelledError stays out of our task."""
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
