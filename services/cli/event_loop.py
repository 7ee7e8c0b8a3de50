"""Runs an event loop to its end, whatever a library leaves behind in it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

import structlog
import uvloop

_T = TypeVar("_T")

log = structlog.get_logger(__name__)

ENDS_S: Final = 3.0
"""Time for tasks to end once they are cancelled."""


def run(main: Coroutine[Any, Any, _T]) -> _T:
    """As `uvloop.run`, which waits for every task: aiormq 7.2 leaves some that never end if a node of the broker was
    lost, and the process would have to be killed."""

    async def ended() -> _T:
        try:
            return await main
        finally:
            await _leave()

    return uvloop.run(ended())


async def _leave() -> None:
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    _, endless = await asyncio.wait(rest, timeout=ENDS_S) if rest else (rest, set())
    for task in endless:  # https://docs.python.org/3/library/asyncio-extending.html
        asyncio.tasks._unregister_task(task)
    if endless:
        log.warning("ending without tasks that do not end", tasks=len(endless))
