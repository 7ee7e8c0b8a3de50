"""`albumen up` and `albumen gateway`: the web server and everything behind it."""

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final, TextIO

import msgspec
import uvicorn

from services.cli import addresses, event_loop, instance, logfile, standing
from services.cli.broker import broker
from services.cli.children import Child
from services.cli.connections import BETWEEN_S, Connection, want_files
from services.cli.errors import Unsuccessful, Unusable
from services.cli.preparation import checked, close_to_others, prepared, remains, renewed
from services.cli.telling import tell
from services.cli.tls import Certificate, certificate_of
from services.gateway.access.gate import Gate
from services.gateway.app import create_app
from services.gateway.closed.standing import Standing, Way
from services.gateway.lifespan import Gateway
from services.gateway.running.automatic import Automatic
from services.gateway.running.tasks import cancelled, kept_running
from services.gateway.webhooks.target import target
from services.kernel import logs
from services.kernel.bus.contract import Bus
from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.log.setback import Setback
from services.kernel.settings import Settings
from services.kernel.tracing import switch

GRACE_S: Final = 2
"""Grace period for open requests after Ctrl-C."""

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


@asynccontextmanager
async def bus_of(settings: Settings) -> AsyncIterator[Bus]:
    """The broker of the settings, or an embedded one with the services as child processes. Raises Unusable."""
    if settings.broker:
        bus = await broker(settings, "gateway")
        try:
            yield bus
        finally:
            await bus.close()
        return
    embedded = EmbeddedBroker()
    children = [Child(name, embedded, settings) for name in ("projector", "inference")]
    try:
        yield embedded
    finally:
        await asyncio.gather(*(child.stop() for child in children))
        await embedded.close()


@asynccontextmanager
async def no_bus() -> AsyncIterator[Bus]:
    """For read-only pages: nobody is at its other end."""
    embedded = EmbeddedBroker()
    try:
        yield embedded
    finally:
        await embedded.close()


async def serve(
    settings: Settings,
    automatic: Automatic,
    ready: Callable[[str, list[str]], None],
    until: Callable[[instance.Address], "asyncio.Future[None]"] | None = None,
    way: Way | None = None,
    beside: Callable[[Gateway, str], list[Beside]] = lambda gateway, url: [],
) -> None:
    """Serve until a signal arrives, or until the future of `until(address)` is done. `ready` is called once pages are
    available, with the URL and the link of the first visit, if a password has to be set. `way`: what the person chose
    for a log that is not to be believed. `beside` gets the URL, too.

    If the log is not to be believed, at the start or later, the pages are served read-only until the person chooses.
    Raises Unusable and Unsuccessful."""
    want_files()
    try:
        target(settings)
        switch.check_traces(settings)
    except ValueError as error:
        raise Unusable(str(error)) from error
    with instance.only_one(settings), switch.exported(settings, "gateway"):
        close_to_others(settings.data)
        if way:
            standing.carry_out(settings, way)
        setback = prepared(settings)
        certificate = certificate_of(settings)
        sock = listen(settings)
        warm_up = settings.warm_up and automatic.classify
        settings = msgspec.structs.replace(settings, port=sock.getsockname()[1], warm_up=warm_up)
        url = addresses.here(settings)
        waiting: asyncio.Future[None] | None = None
        first = True

        def listening(server: Server, gate: Gate, gateway: Gateway) -> list[Beside]:
            nonlocal waiting, first
            address = instance.Address(
                url, os.getpid(), gate.run_key, certificate.pem if certificate else None
            )
            instance.announce(settings, address)
            if first:
                first = False
                _introduce(settings, certificate, gate)
                ready(url, addresses.first_visit(settings, gate.code) if gate.code else [])
            if until:
                waiting = waiting or until(address)
                waiting.add_done_callback(lambda _: server.handle_exit(signal.SIGTERM, None))
            return beside(gateway, url)

        try:
            while (
                again := await _serve_once(settings, automatic, sock, certificate, listening, setback)
            ) is not None:
                for choice in again:
                    try:
                        standing.carry_out(settings, choice)
                    except Unsuccessful as error:
                        print(f"albumen: {error}", file=sys.stderr, flush=True)
                setback = prepared(settings, thorough=True)
            if waiting:
                waiting.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await waiting
        finally:
            sock.close()


def _introduce(settings: Settings, certificate: Certificate | None, gate: Gate) -> None:
    """On the terminal, for other devices."""
    if certificate and certificate.own:
        print(f"SHA-256 fingerprint of its certificate: {certificate.fingerprint}", flush=True)
    if not settings.on_loopback and not gate.code:
        print(f"On other devices: {addresses.outside(settings)}", flush=True)


async def _serve_once(
    settings: Settings,
    automatic: Automatic,
    sock: socket.socket,
    certificate: Certificate | None,
    listening: Callable[[Server, Gate, Gateway], list[Beside]],
    setback: Setback | None,
) -> list[Way] | None:
    """None: whoever runs us wants to end. A list: start again, after doing what is in it."""
    again: list[Way] | None = None
    stopping = asyncio.Event()

    def restart(way: Way | None) -> None:
        nonlocal again
        again = [way] if way else []
        server.handle_exit(signal.SIGTERM, None)

    if (
        settings.broker is None and setback is None
    ):  # else the projector is no child, maybe of another version
        setback = await asyncio.to_thread(renewed, settings)
    tables = await asyncio.to_thread(remains, settings) if setback and setback.own else None
    state = Standing(setback=setback, tables=tables, restart=restart)
    async with bus_of(settings) if setback is None else no_bus() as bus:
        app = create_app(settings, bus, stopping, automatic, state)
        config = uvicorn.Config(
            app,
            http=Connection,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=int(BETWEEN_S),
            timeout_graceful_shutdown=GRACE_S,
            ssl_certfile=certificate.certificate if certificate else None,
            ssl_keyfile=certificate.key if certificate else None,
        )
        server = Server(config, stopping, lambda: listening(server, app.state.gate, app.state.gateway))
        with contextlib.suppress(SystemExit):  # of Uvicorn, if the application does not start
            await server.serve([sock.dup()])
        if not server.started:
            doubt = await asyncio.to_thread(standing.doubt, settings, thorough=True)
            if setback is None and doubt:  # the loop judges it again
                return []
            raise Unusable(f"Albumen could not start with the data in {settings.data}: its log says why.")
    return again


def up(settings: Settings, arguments: argparse.Namespace) -> None:
    """Serve until Ctrl-C. Raises Unusable and Unsuccessful."""
    settings = checked(settings)
    file = None if arguments.verbose else log_file(settings)
    logs.configure(settings, "gateway", file)

    def ready(url: str, first_visits: list[str]) -> None:
        print(f"Albumen: {url}", flush=True)
        if first_visits:
            print(addresses.invitation(first_visits), flush=True)
            url = first_visits[-1]
        print("Ctrl-C stops it." + (f" Its log: {file.name}" if file else ""), flush=True)
        if not arguments.no_browser and sys.stdout.isatty():
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    def beside(gateway: Gateway, url: str) -> list[Beside]:
        if file is None:
            return []
        path = Path(file.name)
        bars = sys.stderr.isatty()
        return [
            ("terminal", lambda: tell(gateway, url, bars=bars)),
            ("short log", lambda: logfile.keep_short(path)),
        ]

    automatic = Automatic(scan=True, classify=not arguments.no_classify, backup=True)
    event_loop.run(serve(settings, automatic, ready, way=arguments.way, beside=beside))


def log_file(settings: Settings) -> TextIO | None:
    """None where it can't be written: then the log is on the terminal."""
    try:
        return logfile.take_standard_error(settings.run / "albumen.log", fresh=False)
    except OSError:
        return None
