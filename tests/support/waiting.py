"""Wait for a condition, never for a fixed time."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Final

PATIENCE_S: Final = 180.0
"""Far more than anything takes even on a busy machine; only a failing test waits this long."""
PAUSE_S: Final = (0.01, 0.25)
"""Shortest and longest pause between two checks. Checks slow down what is being waited for, so they become rarer, yet
no wait lasts more than a tenth longer than needed."""


async def eventually(
    check: Callable[[], bool | Awaitable[bool]], what: str, within: float = PATIENCE_S
) -> None:
    """Check repeatedly until true. Raises AssertionError with `what` was waited for."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    try:
        async with asyncio.timeout(within):
            while True:
                answer = check()
                if await answer if inspect.isawaitable(answer) else answer:
                    return
                least, most = PAUSE_S
                await asyncio.sleep(min(max((loop.time() - began) / 10, least), most))
    except TimeoutError:
        raise AssertionError(f"waited {within:g} s in vain: {what}") from None
