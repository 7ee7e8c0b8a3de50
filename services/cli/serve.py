"""`albumen up` and `albumen gateway`: the web server and everything behind it."""

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import sqlite3
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import FrameType
from typing import Final

import msgspec
import uvicorn
import uvloop

from services.cli import addresses, instance
from services.cli.broker import broker
from services.cli.children import Child
from services.cli.connections import Connection, want_files
from services.cli.errors import Unusable
from services.cli.tls import certificate_of
from services.gateway.access import private
from services.gateway.access.gate import Gate
from services.gateway.access.keyring import Keyring, Unreadable
from services.gateway.app import create_app
from services.gateway.lifespan import Automatic
from services.kernel import logs
from services.kernel.bus.contract import Bus
from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.log import finding
from services.kernel.log.finding import LogError
from services.kernel.log.migrate import open_log
from services.kernel.settings import Settings

GRACE_S: Final = 2
"""Grace period for open requests after Ctrl-C."""


class Server(uvicorn.Server):
    """Uvicorn with a callback once it listens; it ends our streams when it has to stop."""

    def __init__(
        self, config: uvicorn.Config, stopping: asyncio.Event, listening: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._stopping, self._listening = stopping, listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._listening()

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


def checked(settings: Settings) -> Settings:
    """Resolve the photo folders and drop duplicates. Raises Unusable for unusable folders."""
    for folder in settings.photos:
        if not folder.is_dir():
            what = "is not a folder" if folder.exists() else "does not exist"
            raise Unusable(f"{folder} {what}. Give the folder that holds your photos.")
    roots = tuple(folder.resolve() for folder in settings.photos)
    own = (settings.data, settings.previews, settings.second_backups)
    for folder in filter(None, own):
        for root in roots:
            if folder.resolve().is_relative_to(root):
                raise Unusable(
                    f"{folder}, where Albumen keeps its own files, is inside {root}, which is only read. "
                    "Choose another with --data."
                )
    return msgspec.structs.replace(settings, photos=_outermost(roots))


def close_to_others(folder: Path) -> None:
    """The data folder is for this user alone. One that was open to others is closed, which is said once."""
    try:
        if private.tighten(folder):
            print(
                f"Other users of this computer could read {folder} until now; it is for you alone from now on.",
                file=sys.stderr,
                flush=True,
            )
    except OSError:
        print(
            f"Other users of this computer can read {folder}, which holds the log and the previews, and Albumen can’t "
            "change that: the folder isn’t yours alone. Choose another with --data.",
            file=sys.stderr,
            flush=True,
        )


def _outermost(roots: tuple[Path, ...]) -> tuple[Path, ...]:
    """Without duplicates and folders inside others, so that nothing is scanned twice."""
    once = dict.fromkeys(roots)
    return tuple(r for r in once if not any(r != other and r.is_relative_to(other) for other in once))


def prepare(settings: Settings) -> None:
    """Create the log, or migrate it to this version's schema. Raises Unusable when it can't be used, or the file with
    the password can't."""
    try:
        Keyring(settings.data).keys()
    except Unreadable as error:
        raise Unusable(str(error)) from error
    try:
        open_log(settings.events_db)[0].close()
    except LogError as error:
        raise Unusable(str(error)) from error
    except sqlite3.DatabaseError as error:
        raise Unusable(finding.unusable(error, str(settings.events_db)).words) from error


def renew(settings: Settings) -> None:
    """Rebuild the read tables if another version of this program made them: our pages can't read those."""
    from services.projector import generation

    tables = generation.current(settings.views)
    if tables is None or not tables.exists() or generation.of_this_program(tables):
        return
    from services.projector.errors import NoLog
    from services.projector.rebuild import migrate_views

    print("Albumen is newer than its read tables: rebuilding them from the log…", file=sys.stderr, flush=True)
    with contextlib.suppress(NoLog):
        migrate_views(settings)


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


async def serve(
    settings: Settings,
    automatic: Automatic,
    ready: Callable[[str, str | None], None],
    until: Callable[[instance.Address], "asyncio.Future[None]"] | None = None,
) -> None:
    """Serve until a signal arrives, or until the future of `until(address)` is done. `ready` is called once pages are
    available, with the URL and the link of the first visit, if a password has to be set. Raises Unusable and
    Unsuccessful."""
    want_files()
    with instance.only_one(settings):
        close_to_others(settings.data)
        prepare(settings)
        certificate = certificate_of(settings)
        sock = listen(settings)
        if settings.broker is None:  # otherwise the projector is not our child, and may be another version
            with contextlib.suppress(Exception):  # the projector will hit the same error and report it
                await asyncio.to_thread(renew, settings)
        settings = msgspec.structs.replace(settings, port=sock.getsockname()[1])
        url = addresses.here(settings)
        stopping = asyncio.Event()
        waiting: asyncio.Future[None] | None = None

        def listening() -> None:
            nonlocal waiting
            gate: Gate = app.state.gate
            address = instance.Address(
                url, os.getpid(), gate.run_key, certificate.pem if certificate else None
            )
            instance.announce(settings, address)
            if certificate and certificate.own:
                print(f"SHA-256 fingerprint of its certificate: {certificate.fingerprint}", flush=True)
            if not settings.on_loopback and not gate.code:
                print(f"On other devices: {addresses.outside(settings)}", flush=True)
            ready(url, addresses.first_visit(settings, gate.code) if gate.code else None)
            if until:
                waiting = until(address)
                waiting.add_done_callback(lambda _: server.handle_exit(signal.SIGTERM, None))

        try:
            async with bus_of(settings) as bus:
                app = create_app(settings, bus, stopping, automatic)
                config = uvicorn.Config(
                    app,
                    http=Connection,
                    ws="none",
                    lifespan="on",
                    log_config=None,
                    access_log=False,
                    server_header=False,
                    timeout_graceful_shutdown=GRACE_S,
                    ssl_certfile=certificate.certificate if certificate else None,
                    ssl_keyfile=certificate.key if certificate else None,
                )
                server = Server(config, stopping, listening)
                await server.serve([sock])
                if not server.started:
                    raise Unusable(f"Albumen could not start with the data in {settings.data}; see above.")
                if waiting:
                    waiting.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await waiting
        finally:
            sock.close()


def up(settings: Settings, arguments: argparse.Namespace) -> None:
    """Serve until Ctrl-C. Raises Unusable and Unsuccessful."""
    logs.configure(settings, "gateway")

    def ready(url: str, first_visit: str | None) -> None:
        print(f"Albumen: {url}", flush=True)
        if first_visit:
            print(addresses.invitation(first_visit), flush=True)
            url = first_visit
        if not arguments.no_browser and sys.stdout.isatty():
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    automatic = Automatic(scan=True, classify=not arguments.no_classify, backup=True)
    uvloop.run(serve(checked(settings), automatic, ready))
