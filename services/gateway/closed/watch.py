"""Watches the log while it runs: if it goes backwards or its files are replaced, the gateway is started again, which
judges it before anything else is done. So it is once a log that is not believed is again what it was."""

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final

import structlog

from services.gateway.closed.standing import Way
from services.gateway.tables.pool import Views
from services.kernel.clock import now_us
from services.kernel.log.aside import new_place
from services.kernel.log.rescue import identities, rescue
from services.kernel.log.setback import Setback, Witness, judge, tables
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.settings import Settings

log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 2.0
"""So that a person learns of it within ten seconds, including the restart."""
REST: Final = 10
"""How many times longer than reading all of a log that is not believed the pause until the next time is."""


async def watch_log(
    settings: Settings, events: SqliteLog, views: Views, restart: Callable[[Way | None], None]
) -> None:
    """Returns once it has asked for a restart. While the log can't be read at the moment, the gateway goes on with the
    pages that it has; without any, it is started again, to show what can be read."""
    path = settings.events_db
    before = await asyncio.to_thread(identities, path)
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        witness = Witness(await events.head(), "", now_us())
        fault = await events.fault()
        if fault and fault.code == "unreadable" and await views.shown():
            continue
        setback = await asyncio.to_thread(_judged, settings, witness, bool(fault and fault.stops))
        kind = setback.kind if setback else "replaced"
        if kind not in ("damaged", "unreadable") and not await asyncio.to_thread(tables, settings.views):
            continue  # the whole folder is gone: a restart would find an empty album, and this one refuses to append
        if kind == "unreadable" and await views.shown():
            continue
        if setback is None and await asyncio.to_thread(identities, path) == before:
            continue
        log.critical("the log is not what it was", kind=kind)
        try:
            place = await asyncio.to_thread(new_place, settings)
            await events.on_connection(partial(rescue, path=path, place=place, opened=before))
            await asyncio.to_thread(_remove_if_empty, place)
        except OSError as error:
            log.warning("what the log held could not be saved", reason=str(error))
        restart(None)
        return


async def watch_for_its_return(settings: Settings, restart: Callable[[Way | None], None]) -> None:
    """While the log is not believed: once it is as it was (its disk works again, somebody has put the right file back),
    the gateway is started again. Returns then."""
    while True:
        began = monotonic()
        if await asyncio.to_thread(_is_sound, settings):
            log.info("the log is as it was")
            restart(None)
            return
        await asyncio.sleep(max(LOOK_EVERY_S, REST * (monotonic() - began)))


def _judged(settings: Settings, known: Witness, thorough: bool) -> Setback | None:
    try:
        return judge(settings, known if known.position else None, thorough=thorough)
    except Exception as error:  # it can't be opened now: whoever appends will be told why
        log.debug("the log can't be judged", reason=str(error))
        return None


def _is_sound(settings: Settings) -> bool:
    try:
        return judge(settings, thorough=True) is None
    except Exception:
        return False


def _remove_if_empty(place: Path) -> None:
    with contextlib.suppress(OSError):
        place.rmdir()
