"""Wait for what must become true, never for a time."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Final

PATIENCE_S: Final = 60.0
"""Far more than anything takes, also where other programs have most of the machine; only a failing test waits so
long."""
PAUSE_S: Final = (0.01, 0.25)
"""Between two questions, at least and at most. Each costs what is waited for some of the machine, so they become rarer:
nothing is waited for longer than a tenth more than it takes."""


async def eventually(
    check: Callable[[], bool | Awaitable[bool]], what: str, within: float = PATIENCE_S
) -> None:
    """Ask again and again until it is true. Raises AssertionError that names `what` was waited for."""
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
