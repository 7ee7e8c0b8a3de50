"""The projector service: wakes when the bus rings or, without a bus, four times a second, and applies new events.

All SQLite work is a loop in its own thread, so the event loop stays free for the bus and the heartbeat.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from time import monotonic
from typing import Any, Final

import structlog

from services.kernel.bus.contract import Bus, BusUnavailable
from services.kernel.heartbeat import beat
from services.kernel.log.sqlite import may_pass
from services.kernel.settings import Settings
from services.projector import generation
from services.projector.errors import Interrupted, LogUnreadable, LogWentBack, NoLog
from services.projector.follower import Follower
from services.projector.past import Past

log = structlog.get_logger(__name__)

POLL_S: Final = 0.25
"""How long a lost ring can delay a row."""
RECONNECT_S: Final = 1.0
REST: Final = 4
"""How many times longer than a rebuild that failed for the same reason as the one before the pause after it is."""


async def run(bus: Bus, settings: Settings, stop: asyncio.Event) -> None:
    """Keep the read tables up to date until `stop` is set. Waits for the log to exist and for another projector on the
    same data to end.

    Raises TwoProjectors, sqlite3.Error. Work unfinished at the stop is redone at the next start.
    """
    wake, stopped = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1, thread_name_prefix="projector") as thread:
        working = asyncio.get_running_loop().run_in_executor(thread, follow, settings, wake, stopped.is_set)
        beside = [
            asyncio.create_task(_listen(bus, wake), name="projector doorbell"),
            asyncio.create_task(beat(settings.heartbeat), name="projector heartbeat"),
            stopping := asyncio.create_task(stop.wait(), name="projector stop"),
        ]
        either: set[asyncio.Future[Any]] = {working, stopping}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.set()
            wake.set()
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
        await working


def follow(settings: Settings, wake: threading.Event, stopped: Callable[[], bool]) -> None:
    """In the thread: lock the data, then apply events until stopped. Raises like `run`."""
    while not stopped():
        with (
            suppress(Interrupted),
            generation.lock(settings.run / "projector.lock", stopped) as held,
            closing(Past(settings, stopped)) as past,
        ):
            _keep_following(settings, wake, partial(_ends, stopped, held), past)


def _ends(stopped: Callable[[], bool], held: Callable[[], bool]) -> bool:
    return stopped() or not held()


def _keep_following(
    settings: Settings, wake: threading.Event, stopped: Callable[[], bool], past: Past
) -> None:
    reason = ""
    while not stopped():
        began = monotonic()
        before, reason = reason, _follow(settings, wake, stopped, past)
        took = monotonic() - began if reason == before else 0.0
        if reason and reason != before:
            log.critical("the read tables stay as they are", reason=reason)
        wake.clear()
        if not stopped():
            wake.wait(max(RECONNECT_S, REST * took))


def _follow(settings: Settings, wake: threading.Event, stopped: Callable[[], bool], past: Past) -> str:
    """Returns when stopped, or with the reason why nothing can be done now: the log is gone or not to be believed, or
    the disk fails."""
    try:
        with closing(_follower(settings, wake, stopped, past)) as follower:
            while not stopped():
                wake.clear()
                if not follower.step():
                    wake.wait(POLL_S)
    except (LogWentBack, LogUnreadable, NoLog, OSError) as error:
        return str(error)
    except sqlite3.OperationalError as error:
        if not may_pass(error):
            raise
        return str(error)
    return ""


def _follower(settings: Settings, wake: threading.Event, stopped: Callable[[], bool], past: Past) -> Follower:
    while not stopped():
        wake.clear()
        try:
            return Follower(settings, stopped, past.ask)
        except NoLog:
            wake.wait(POLL_S)
    raise Interrupted


async def _listen(bus: Bus, wake: threading.Event) -> None:
    """Rings only save time: if they fail, polling continues."""
    while True:
        try:
            async with bus.rings() as rings:
                async for _ in rings:
                    wake.set()
        except BusUnavailable:
            log.debug("the bus is away: polling")
        except Exception:
            log.exception("listening for rings failed: polling")
        await asyncio.sleep(RECONNECT_S)
