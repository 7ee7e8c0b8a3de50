"""A log as if everything had happened that events tell, and the read tables that the projector makes of it."""

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


def records(told: Iterable[Event | By]) -> list[Record]:
    """Each came of the job that it says; without one, of `JOB`."""
    said = [(one.event, one.job_id) if isinstance(one, By) else (one, JOB) for one in told]
    return [
        record_event(event, event_id=uuid4(), correlation_id=job, causation_id=job) for event, job in said
    ]


async def write(settings: Settings, told: Iterable[Event | By]) -> None:
    """At the end of the log, which is made where there is none."""
    log = await SqliteLog.open(settings.events_db)
    try:
        await log.append(records(told))
    finally:
        await log.close()


def lay_down(settings: Settings, told: Iterable[Event | By]) -> None:
    """The log and its read tables, as an album leaves them that nobody has open. Outside of any event loop."""
    asyncio.run(write(settings, told))
    rebuild(settings)


def laid_down(folder: Path, told: Callable[[Path], Iterable[Event | By]]) -> Settings:
    """A whole album in a folder. `told` gets the folder that its photos would lie in."""
    settings = Settings(data=folder / "data", previews=folder / "previews", photos=(folder / "photos",))
    lay_down(settings, told(folder / "photos"))
    return settings
