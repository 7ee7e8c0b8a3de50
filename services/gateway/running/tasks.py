"""The gateway's background tasks: one that fails is started again, after a pause."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

log = structlog.get_logger(__name__)

RETRY_S: Final = (1, 2, 5)
"""Pauses before a background task that failed is restarted: seconds after what it failed for has ended, it goes on."""


async def cancelled(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def kept_running(name: str, start: Callable[[], Awaitable[None]]) -> None:
    """Restart a task that failed, after a pause; it reads its unfinished work from the log again."""
    for attempt in range(1_000_000):
        try:
            await start()
            return
        except Exception:
            pause = RETRY_S[min(attempt, len(RETRY_S) - 1)]
            log.exception("a background task failed", task=name, again_in_s=pause)
            await asyncio.sleep(pause)
