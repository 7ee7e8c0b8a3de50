"""A log written straight from events, and the read tables that the projector makes of it."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import uuid4

from services.domain.subject import Event
from services.kernel.log.envelope import Record, record_event
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.settings import Settings
from services.projector.rebuild import rebuild
from tests.support.given import JOB, By


def records(events: Iterable[Event | By]) -> list[Record]:
    """Records caused by the job given with `by`, or by `JOB`."""
    pairs = [(one.event, one.job_id) if isinstance(one, By) else (one, JOB) for one in events]
    return [
        record_event(event, event_id=uuid4(), correlation_id=job, causation_id=job) for event, job in pairs
    ]


async def write(settings: Settings, events: Iterable[Event | By]) -> None:
    """Append to the log, creating it if it doesn't exist."""
    log = await SqliteLog.open(settings.events_db)
    try:
        await log.append(records(events))
    finally:
        await log.close()


def lay_down(settings: Settings, events: Iterable[Event | By]) -> None:
    """The log and its read tables, as a closed album leaves them. Call outside any event loop."""
    asyncio.run(write(settings, events))
    rebuild(settings)


def laid_down(folder: Path, events: Callable[[Path], Iterable[Event | By]]) -> Settings:
    """A whole album in a folder. `events` gets the photos folder."""
    settings = Settings(data=folder / "data", previews=folder / "previews", photos=(folder / "photos",))
    lay_down(settings, events(folder / "photos"))
    return settings
