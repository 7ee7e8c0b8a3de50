"""Waiting for the log to grow."""

import asyncio
from typing import Final

from services.kernel.log.sqlite_log import SqliteLog

PING_S: Final = 15.0
"""Between comments in an answer without an end, which reveal a dead connection."""


async def grown(events: SqliteLog, stopping: asyncio.Event, position: int, timeout_s: float) -> bool:
    """Wait until the log has grown beyond `position` (True), or until stopping or a timeout (False)."""

    async def growth() -> None:
        async with events.grown:
            while await events.head() <= position:
                await events.grown.wait()

    waits = [asyncio.create_task(growth()), asyncio.create_task(stopping.wait())]
    try:
        await asyncio.wait(waits, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
    return await events.head() > position
