"""The end of a worker process."""

import asyncio
import contextlib
from typing import Final

EXIT_S: Final = 10.0


async def exited(process: asyncio.subprocess.Process) -> None:
    """Waits for a process that has closed its output: killing it before asyncio has seen its end loses its status
    (`Popen.send_signal` reaps it first), and with it the reason."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(EXIT_S):
            await process.wait()


async def ended(process: asyncio.subprocess.Process) -> None:
    """Kills it if it still runs; returns once it is gone. One that waits for a disk that doesn't answer goes when that
    does, and nobody waits for it."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    await exited(process)
    if process.stdin:
        process.stdin.close()
