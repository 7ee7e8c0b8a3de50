"""The web server itself: Uvicorn, on a socket that is already ours."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from types import FrameType
from typing import Any

import uvicorn

from services.cli.errors import Unusable
from services.gateway.running.tasks import cancelled, kept_running
from services.kernel.settings import Settings

Beside = tuple[str, Callable[[], Coroutine[Any, Any, None]]]
"""A name, and what runs while pages are served."""


class Server(uvicorn.Server):
    """Uvicorn with a callback once it listens, which may return what runs beside it from then on; it ends our streams
    when it has to stop."""

    def __init__(
        self, config: uvicorn.Config, stopping: asyncio.Event, listening: Callable[[], list[Beside]]
    ) -> None:
        super().__init__(config)
        self._stopping, self._listening = stopping, listening
        self._beside: list[asyncio.Task[None]] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._beside = [
                asyncio.create_task(kept_running(name, start), name=name) for name, start in self._listening()
            ]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await cancelled(self._beside)
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Unlike Uvicorn's, this does not raise the signal again afterwards: we still have to clean up."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, self.handle_exit, name, None)
        try:
            yield
        finally:
            for name in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(name)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._stopping.set()
        super().handle_exit(sig, frame)


def listen(settings: Settings) -> socket.socket:
    """Raises Unusable when the address is not available."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    server = socket.socket(family, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((settings.host, settings.port))
    except OSError as error:
        server.close()
        raise Unusable(
            f"Can't listen on {settings.host}:{settings.port} ({error.strerror or error}). "
            "Is another program using it? Choose another port with --port."
        ) from error
    server.setblocking(False)
    return server
