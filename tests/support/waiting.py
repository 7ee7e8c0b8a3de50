"""Wait for what must become true, never for a time."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Final

PATIENCE_S: Final = 20.0
"""Far more than anything takes; only a failing test waits so long."""


async def eventually(
    check: Callable[[], bool | Awaitable[bool]], what: str, within: float = PATIENCE_S
) -> None:
    """Ask again and again until it is true. Raises AssertionError that names `what` was waited for."""
    try:
        async with asyncio.timeout(within):
            while True:
                answer = check()
                if await answer if inspect.isawaitable(answer) else answer:
                    return
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"waited {within:g} s in vain: {what}") from None
