"""A log as if everything had happened that events tell, and the read tables that the projector makes of it."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import uuid4

from services.kernel import events as e
from services.kernel.envelope import Record, record_event
from services.kernel.groupcommit import SqliteLog
from services.kernel.settings import Settings
from services.projector.rebuild import rebuild
from tests.support.given import JOB, By

_STREAMS = (("image_id", "image"), ("album_id", "album"), ("category_id", "category"), ("model_id", "model"))


def stream_of(event: e.Event, job_id: object) -> str:
    """Where the album itself would write it."""
    if isinstance(event, e.ScanStarted | e.ScanFinished):
        return f"job-{job_id}"
    if job := getattr(event, "job_id", None):
        return f"job-{job}"
    return next(
        (f"{kind}-{getattr(event, field)}" for field, kind in _STREAMS if hasattr(event, field)), "library"
    )


def records(told: Iterable[e.Event | By]) -> list[Record]:
    """Each came of the job that it says; without one, of `JOB`."""
    said = [(one.event, one.job_id) if isinstance(one, By) else (one, JOB) for one in told]
    return [
        record_event(
            event, event_id=uuid4(), stream=stream_of(event, job), correlation_id=job, causation_id=job
        )
        for event, job in said
    ]


async def write(settings: Settings, told: Iterable[e.Event | By]) -> None:
    """At the end of the log, which is made where there is none."""
    log = await SqliteLog.open(settings.events_db)
    try:
        await log.append(records(told))
    finally:
        await log.close()


def lay_down(settings: Settings, told: Iterable[e.Event | By]) -> None:
    """The log and its read tables, as an album leaves them that nobody has open. Outside of any event loop."""
    asyncio.run(write(settings, told))
    rebuild(settings)


def laid_down(folder: Path, told: Callable[[Path], Iterable[e.Event | By]]) -> Settings:
    """A whole album in a folder. `told` gets the folder that its photos would lie in."""
    settings = Settings(data=folder / "data", previews=folder / "previews", photos=(folder / "photos",))
    lay_down(settings, told(folder / "photos"))
    return settings
