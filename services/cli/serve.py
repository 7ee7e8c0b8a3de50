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
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, TextIO

import msgspec
import uvicorn

from services.cli import addresses, copied, event_loop, instance, logfile, standing
from services.cli.broker import broker
from services.cli.children import Child
from services.cli.connections import BETWEEN_S, Connection, want_files
from services.cli.errors import Unsuccessful, Unusable
from services.cli.listening import Beside, Server, listen
from services.cli.preparation import checked, close_to_others, prepared, remains, renewed
from services.cli.telling import tell
from services.cli.tls import Certificate, certificate_of
from services.gateway.access.gate import Gate
from services.gateway.app import create_app
from services.gateway.closed.standing import Standing, Way
from services.gateway.lifespan import Gateway
from services.gateway.running.automatic import Automatic
from services.gateway.webhooks.target import target
from services.kernel import logs
from services.kernel.bus.contract import Bus
from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.log.setback import Setback
from services.kernel.settings import Settings
from services.kernel.tracing import switch

GRACE_S: Final = 2
"""Grace period for open requests after Ctrl-C."""


@asynccontextmanager
async def bus_of(settings: Settings, origin: str | None) -> AsyncIterator[Bus]:
    """The broker of the settings, or an embedded one with the services as child processes; a copy is classified where
    its library is. Raises Unusable."""
    if settings.broker:
        bus = await broker(settings, "gateway")
        try:
            yield bus
        finally:
            await bus.close()
        return
    embedded = EmbeddedBroker()
    names = ("projector",) if origin else ("projector", "inference")
    children = [Child(name, embedded, settings) for name in names]
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
    origin: str | None = None,
) -> None:
    """Serve until a signal arrives, or until the future of `until(address)` is done. `ready` is called once pages are
    available, with the URL and the link of the first visit, if a password has to be set. `way`: what the person chose
    for a log that is not to be believed. `beside` gets the URL, too. `origin`: the library at this address is copied.

    If the log is not to be believed, at the start or later, the pages are served read-only until the person chooses.
    Raises Unusable and Unsuccessful."""
    want_files()
    try:
        target(settings)
        switch.check_traces(settings)
    except ValueError as error:
        raise Unusable(str(error)) from error
    with instance.only_one(settings), switch.exported(settings, "reader" if origin else "gateway"):
        copied.claim(settings, origin)
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
                again := await _serve_once(settings, automatic, sock, certificate, listening, setback, origin)
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
    origin: str | None,
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
    state = Standing(setback=setback, tables=tables, origin=origin, restart=restart)
    async with bus_of(settings, origin) if setback is None else no_bus() as bus:
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


def up(settings: Settings, arguments: argparse.Namespace, origin: str | None = None) -> None:
    """Serve until Ctrl-C. `origin`: as of `serve`. Raises Unusable and Unsuccessful."""
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

    automatic = Automatic()
    if origin is None:
        automatic = Automatic(scan=True, classify=not arguments.no_classify, backup=True)
    event_loop.run(serve(settings, automatic, ready, way=arguments.way, beside=beside, origin=origin))


def log_file(settings: Settings) -> TextIO | None:
    """None where it can't be written: then the log is on the terminal."""
    try:
        return logfile.take_standard_error(settings.run / "albumen.log", fresh=False)
    except OSError:
        return None
