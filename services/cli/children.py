"""Child processes of the embedded mode: each inherits a socket to the broker in this process, is restarted when it
dies, and exits with us (it sees the socket close)."""

import asyncio
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Final

import structlog

from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.settings import Settings, to_environment

log = structlog.get_logger(__name__)

BUS_FD: Final = "ALBUMEN_BUS_FD"
"""Passes the file descriptor of the broker's socket to a child."""
REPOSITORY: Final = Path(__file__).resolve().parents[2]
HEALTHY_S: Final = 10.0
"""A child that lived this long is restarted without backoff."""
STOP_S: Final = 3.0
LAST_WORDS_S: Final = 1.0
"""Time to process what a child sent before it died."""


class Child:
    def __init__(self, name: str, broker: EmbeddedBroker, settings: Settings) -> None:
        self._name, self._broker, self._settings = name, broker, settings
        self._process: asyncio.subprocess.Process | None = None
        broker.ended[name] = None
        self._task = asyncio.create_task(self._keep(), name=f"child {name}")

    async def _keep(self) -> None:
        pause = 0.1
        while True:
            started = time.monotonic()
            status = await self._once()
            self._broker.ended[self._name] = time.monotonic()
            pause = 0.1 if time.monotonic() - started > HEALTHY_S else min(pause * 2, 30.0)
            log.warning("a service stopped", name=self._name, status=status, again_in_s=pause)
            await asyncio.sleep(pause)

    async def _once(self) -> int:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        variables = {"PYTHONPATH": str(REPOSITORY), BUS_FD: str(theirs.fileno())}
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "services.cli", self._name),
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C in the terminal is for us; we stop our children
                env={**os.environ, **to_environment(self._settings), **variables},
            )
        serving = asyncio.ensure_future(self._broker.serve(ours))
        try:
            return await self._process.wait()
        finally:
            await asyncio.wait({serving}, timeout=LAST_WORDS_S)
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            ours.close()

    async def stop(self) -> None:
        """Terminate it, and kill it if that takes too long."""
        process = self._process
        if process and process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_S):
                    await process.wait()
            except TimeoutError:
                log.warning("a service did not stop in time", name=self._name)
                process.kill()
                await process.wait()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
