"""Blue and green: a new generation is built beside the live one, catches up with the log, and only then is the
pointer switched to it. Pages read the old one until then.

May run while a projector keeps up the old generation: it finds the pointer changed and goes on in the new file
from the checkpoint there, so what was appended meanwhile is applied once, by the projector alone.
"""

import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import structlog

from services.kernel.settings import Settings
from services.projector import generation
from services.projector.errors import Interrupted
from services.projector.source import Source, batch
from services.projector.tables import Load

log = structlog.get_logger(__name__)

EVENTS_AT_ONCE: Final = 10_000
"""Events that are decoded and grouped at a time."""

Progress = Callable[[int, int], None]
"""Called with (events done, events in the log)."""


class RebuildReport(msgspec.Struct, frozen=True, kw_only=True):
    events: int
    """Messages of the log that the tables now hold; also their checkpoint."""
    seconds: float
    path: Path


def _never() -> bool:
    return False


def rebuild(
    settings: Settings, progress: Progress | None = None, interrupted: Callable[[], bool] = _never
) -> RebuildReport:
    """Make the read tables anew from the whole log and use them from then on.

    Raises NoLog, GapInLog, Interrupted, codec.UnknownEvent, codec.BrokenEvent; the tables in use are then
    untouched. Waits for another rebuild to end.
    """
    source = Source(settings.events_db)
    try:
        with generation.lock(_lock(settings), interrupted):
            return _build(settings.views, source, progress, interrupted)
    finally:
        source.close()


def migrate_views(settings: Settings, progress: Progress | None = None) -> RebuildReport | None:
    """Rebuild if the read tables were made by another version of this program, or there are none. None when
    there was nothing to do. Raises as `rebuild`."""
    source = Source(settings.events_db)
    try:
        with generation.lock(_lock(settings), _never):
            path = generation.current(settings.views)
            if path and path.exists() and generation.of_this_program(path):
                return None
            return _build(settings.views, source, progress, _never)
    finally:
        source.close()


def _lock(settings: Settings) -> Path:
    return settings.run / "rebuild.lock"


def _build(
    folder: Path, source: Source, progress: Progress | None, interrupted: Callable[[], bool]
) -> RebuildReport:
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("views-*.part*"):  # of a build that was killed
        left.unlink(missing_ok=True)
    path = generation.following(folder)
    part = path.with_name(f"{path.name}.part")
    events = load(part, source, progress, interrupted)
    part.replace(path)
    generation.switch(path)
    report = RebuildReport(events=events, seconds=time.monotonic() - began, path=path)
    log.info("read tables rebuilt", events=report.events, seconds=round(report.seconds, 3), file=path.name)
    return report


def load(
    part: Path,
    source: Source,
    progress: Progress | None,
    interrupted: Callable[[], bool],
    until: int | None = None,
) -> int:
    """A file of read tables from the log, up to `until` when given; returns its position. What is not finished
    is deleted. Raises as `rebuild`."""
    collecting = gc.isenabled()
    gc.disable()  # hundreds of thousands of tuples, no cycles
    tables = Load(part)
    try:
        while rows := source.read(tables.position, _chunk(tables.position, until)):
            tables.apply(batch(rows), rows[-1][0], rows[-1][7])
            if progress:
                progress(tables.position, source.head())
            if interrupted():
                raise Interrupted
        tables.finish(kept_up=until is None)
    except BaseException:
        tables.abandon()
        raise
    finally:
        if collecting:
            gc.enable()
    return tables.position


def _chunk(position: int, until: int | None) -> int:
    return EVENTS_AT_ONCE if until is None else min(EVENTS_AT_ONCE, until - position)
