"""`albumen inference` and `albumen projector`: one service, over the broker or the socket from `albumen up`. A scanner
(`scanner.py`) is run in the same way."""

import argparse
import asyncio
import contextlib
import os
import signal
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import structlog

from services.cli import event_loop, logfile
from services.cli.broker import broker
from services.cli.children import BUS_FD
from services.cli.errors import Unsuccessful, Unusable
from services.kernel import logs
from services.kernel.bus.contract import Bus
from services.kernel.linear_algebra import in_one_thread
from services.kernel.settings import Settings
from services.kernel.tracing import switch

log = structlog.get_logger(__name__)

NATIVE_BYTES: Final = 1_000_000
"""Of TensorFlow's own words, which nobody reads unless something is wrong."""

Run = Callable[[Bus, Settings, asyncio.Event], Awaitable[None]]


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Run until a signal arrives or `albumen up` is gone. Raises Unusable and Unsuccessful."""
    name: str = arguments.command
    if name == "inference" and BUS_FD in os.environ:
        keep_native_words(settings)
    keep_running(name, settings, lambda: _start_of(name))


def keep_running(name: str, settings: Settings, start_of: Callable[[], Run]) -> None:
    """`start_of`: loads the service. Otherwise as `run`."""
    logs.configure(settings, name)
    try:
        switch.check_traces(settings)
    except ValueError as error:
        raise Unusable(str(error)) from error
    with switch.exported(settings, name):
        event_loop.run(_serve(name, settings, start_of))


def native_words(settings: Settings) -> Path:
    return settings.run / "tensorflow.log"


def keep_native_words(settings: Settings) -> None:
    """TensorFlow's C++ writes to a file, overwritten at each start; ours stays on the terminal."""
    with contextlib.suppress(OSError):
        logfile.take_standard_error(native_words(settings), fresh=True)


def _start_of(name: str) -> Run:
    if name == "inference":
        from services.inference import worker

        return worker.run
    in_one_thread()
    from services.projector import runner

    return runner.run


async def _serve(name: str, settings: Settings, start_of: Callable[[], Run]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    bus, orphaned = await _connect(name, settings, stop)
    start = start_of()
    words = logfile.keep_short(native_words(settings), NATIVE_BYTES, keep=False)
    short = asyncio.create_task(words, name="short log of TensorFlow")
    try:
        await start(bus, settings, stop)
    except _own_errors() as error:
        raise Unsuccessful(str(error)) from error
    finally:
        for task in filter(None, (orphaned, short)):
            task.cancel()
        await bus.close()


def _own_errors() -> tuple[type[Exception], ...]:
    """Errors that stop a service, with messages that say what to do."""
    from services.kernel.gateway_client import GatewayUnusable
    from services.projector.errors import TwoProjectors

    return (TwoProjectors, GatewayUnusable, sqlite3.DatabaseError)


async def _connect(
    name: str, settings: Settings, stop: asyncio.Event
) -> tuple[Bus, asyncio.Task[None] | None]:
    """The bus and, for an embedded one, the task that stops us when its other end is gone."""
    if fd := os.environ.pop(BUS_FD, None):
        from services.kernel.bus.memory_client import EmbeddedClient, connect_embedded

        async def follow(client: EmbeddedClient) -> None:
            await client.closed.wait()
            log.info("the gateway is gone: stopping")
            stop.set()

        client = await connect_embedded(int(fd))
        return client, asyncio.create_task(follow(client), name="orphaned")
    if not settings.broker:
        raise Unusable(
            f"albumen {name} serves a gateway elsewhere and needs ALBUMEN_BROKER=amqp://…; "
            "albumen up starts its own."
        )
    return await broker(settings, name), None
