"""How a service that works for others runs: until it is stopped, with a heartbeat, and with a name of its own."""

import asyncio
import os
import socket
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from services.kernel.heartbeat import beat


def own_name() -> str:
    """Of this process: no other has it, on any computer, today or tomorrow."""
    return f"{socket.gethostname()}-{os.getpid()}-{os.urandom(4).hex()}"


async def until_stopped(
    service: str, work: Coroutine[Any, Any, object], heartbeat: Path | None, stop: asyncio.Event
) -> None:
    """Run `work` until it ends or `stop` is set; it is then cancelled. Raises what it raises."""
    tasks: Sequence[asyncio.Task[object]] = (
        asyncio.create_task(work, name=service),
        asyncio.create_task(beat(heartbeat), name=f"{service} heartbeat"),
        asyncio.create_task(stop.wait(), name=f"{service} stop"),
    )
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
