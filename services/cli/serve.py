"""`albumen up` and `albumen gateway`: the web server and everything behind it."""

import argparse
import asyncio
import contextlib
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

from services.cli import instance, standing
from services.cli.broker import broker
from services.cli.children import Child
from services.cli.errors import Unsuccessful, Unusable
from services.gateway.app import create_app
from services.gateway.closed.standing import Standing, Way
from services.gateway.lifespan import Automatic
from services.kernel import logs
from services.kernel.bus.contract import Bus
from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.log.finding import LogError
from services.kernel.log.migrate import open_log
from services.kernel.log.setback import Setback
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


def _outermost(roots: tuple[Path, ...]) -> tuple[Path, ...]:
    """Without duplicates and folders inside others, so that nothing is scanned twice."""
    once = dict.fromkeys(roots)
    return tuple(r for r in once if not any(r != other and r.is_relative_to(other) for other in once))


def prepare(settings: Settings) -> None:
    """Create the log, or migrate it to this version's schema. Raises Unusable when it can't be used."""
    try:
        open_log(settings.events_db)[0].close()
    except LogError as error:
        raise Unusable(str(error)) from error
    except sqlite3.DatabaseError as error:
        raise Unusable(
            f"{settings.events_db} can't be used ({error}). Restore it, or choose another --data."
        ) from error


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


@asynccontextmanager
async def no_bus() -> AsyncIterator[Bus]:
    """For read-only pages: nobody is at its other end."""
    broker = EmbeddedBroker()
    try:
        yield broker
    finally:
        await broker.close()


async def serve(
    settings: Settings,
    automatic: Automatic,
    ready: Callable[[str], None],
    until: Callable[[str], "asyncio.Future[None]"] | None = None,
    way: Way | None = None,
) -> None:
    """Serve until a signal arrives, or until the future of `until(url)` is done. `ready` is called with the URL once
    pages are available. `way`: what the person chose for a log that is not to be believed.

    If the log is not to be believed, at the start or later, the pages are served read-only until the person chooses.
    Raises Unusable and Unsuccessful."""
    with instance.only_one(settings):
        if way:
            standing.carry_out(settings, way)
        setback = _prepared(settings)
        sock = listen(settings)
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        host = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104  the address to open on this machine
        settings = msgspec.structs.replace(settings, port=sock.getsockname()[1])
        url = f"http://{host}:{settings.port}/"
        waiting: asyncio.Future[None] | None = None

        def listening(server: Server) -> None:
            nonlocal waiting
            if waiting is None:
                instance.announce(settings, url)
                ready(url)
            if until:
                waiting = waiting or until(url)
                waiting.add_done_callback(lambda _: server.handle_exit(signal.SIGTERM, None))

        try:
            while (again := await _serve_once(settings, automatic, sock, listening, setback)) is not None:
                for choice in again:
                    try:
                        standing.carry_out(settings, choice)
                    except Unsuccessful as error:
                        print(f"albumen: {error}", file=sys.stderr, flush=True)
                setback = _prepared(settings, thorough=True)
            if waiting:
                waiting.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await waiting
        finally:
            sock.close()


def _prepared(settings: Settings, *, thorough: bool = False) -> Setback | None:
    """Why the log is not to be believed; None: it exists and has this version's schema. Raises Unusable."""
    if (setback := standing.judged(settings, thorough=thorough)) is None:
        prepare(settings)
    return setback


async def _serve_once(
    settings: Settings,
    automatic: Automatic,
    sock: socket.socket,
    listening: Callable[[Server], None],
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
    ):  # else the projector is another process, maybe of another version
        with contextlib.suppress(Exception):  # the projector will hit the same error and report it
            await asyncio.to_thread(renew, settings)
    async with bus_of(settings) if setback is None else no_bus() as bus:
        config = uvicorn.Config(
            create_app(settings, bus, stopping, automatic, Standing(setback=setback, restart=restart)),
            http="httptools",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
        server = Server(config, stopping, lambda: listening(server))
        await server.serve([sock.dup()])
        if not server.started:
            raise Unusable(f"Albumen could not start with the data in {settings.data}; see above.")
    return again


def up(settings: Settings, arguments: argparse.Namespace) -> None:
    """Serve until Ctrl-C. Raises Unusable and Unsuccessful."""
    logs.configure(settings, "gateway")

    def ready(url: str) -> None:
        print(f"Albumen: {url}", flush=True)
        if not arguments.no_browser and sys.stdout.isatty():
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    automatic = Automatic(scan=True, classify=not arguments.no_classify, backup=True)
    uvloop.run(serve(checked(settings), automatic, ready, way=arguments.way))
