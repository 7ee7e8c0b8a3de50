"""Child processes of the embedded mode: each is started with one end of a socket to the broker in this process,
started again when it dies, and dies with us (it sees the socket close)."""

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
"""Tells a child which file descriptor leads to the broker."""
REPOSITORY: Final = Path(__file__).resolve().parents[2]
HEALTHY_S: Final = 10.0
"""One that lived so long is started again at once."""
STOP_S: Final = 3.0
LAST_WORDS_S: Final = 1.0
"""What a child sent before it died is still taken in."""


class Child:
    def __init__(self, name: str, broker: EmbeddedBroker, settings: Settings) -> None:
        self._name, self._broker, self._settings = name, broker, settings
        self._process: asyncio.subprocess.Process | None = None
        self._task = asyncio.create_task(self._keep(), name=f"child {name}")

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def _keep(self) -> None:
        pause = 0.1
        while True:
            born = time.monotonic()
            status = await self._once()
            lived = time.monotonic() - born
            pause = 0.1 if lived > HEALTHY_S else min(pause * 2, 30.0)
            log.warning("a service stopped", name=self._name, status=status, again_in_s=pause)
            await asyncio.sleep(pause)

    async def _once(self) -> int:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "services.cli",
                self._name,
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C in the terminal is for us; we stop our children
                env={
                    **os.environ,
                    **to_environment(self._settings),
                    "PYTHONPATH": str(REPOSITORY),
                    BUS_FD: str(theirs.fileno()),
                },
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
        """Ask it to stop, then make it."""
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
