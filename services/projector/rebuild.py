"""Blue-green rebuild: a new generation is built beside the live one and catches up with the log; only then is the
pointer switched. Pages read the old one until then.

May run beside a projector: it sees the pointer change and continues in the new file from the checkpoint there, so
events appended meanwhile are applied once, by the projector alone.
"""

import gc
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec
import structlog

from services.kernel.log import finding
from services.kernel.log.setback import judge
from services.kernel.settings import Settings
from services.projector import generation
from services.projector.errors import Interrupted, LogUnreadable, LogWentBack
from services.projector.source import Source, batch
from services.projector.tables import Load

log = structlog.get_logger(__name__)

EVENTS_AT_ONCE: Final = 10_000
"""Events decoded and grouped at a time."""
REMAINS: Final = "remains-*"
"""Files of `remains.py`."""
_LOCK: Final = "rebuild.lock"

Progress = Callable[[int, int], None]
"""Called with (events done, events in the log)."""


class RebuildReport(msgspec.Struct, frozen=True, kw_only=True):
    events: int
    """Log messages that the tables now hold; also their checkpoint."""
    seconds: float
    path: Path


def rebuild(
    settings: Settings, progress: Progress | None = None, interrupted: Callable[[], bool] = lambda: False
) -> RebuildReport:
    """Rebuild the read tables from the whole log and switch to them. Waits for a running rebuild to end.

    Raises NoLog, LogWentBack, LogUnreadable, Interrupted, leaving the tables in use untouched.
    """
    require_whole(settings)
    with closing(Source(settings.events_db)) as source, generation.lock(settings.run / _LOCK, interrupted):
        return _build(settings.views, source, progress, interrupted)


def migrate_views(settings: Settings, progress: Progress | None = None) -> RebuildReport | None:
    """Rebuild if the read tables are missing or were built by another version of this program. None when there was
    nothing to do. Raises like `rebuild`."""
    require_whole(settings)
    with closing(Source(settings.events_db)) as source, generation.lock(settings.run / _LOCK, lambda: False):
        path = generation.current(settings.views)
        if path and path.exists() and generation.of_this_program(path):
            return None
        return _build(settings.views, source, progress, lambda: False)


def require_whole(settings: Settings) -> None:
    """Raises LogWentBack if the log lacks what the tables know, LogUnreadable if it can't be read."""
    if setback := judge(settings):
        if setback.kind == "unreadable":
            raise LogUnreadable(finding.unreadable(str(settings.events_db), setback.detail))
        raise LogWentBack(setback)


def _build(
    folder: Path, source: Source, progress: Progress | None, interrupted: Callable[[], bool]
) -> RebuildReport:
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in (*folder.glob("views-*.part*"), *folder.glob(REMAINS)):  # the former from a killed build
        leftover.unlink(missing_ok=True)
    path = generation.following(folder)
    part = path.with_name(f"{path.name}.part")
    before = source.head()
    events = load(part, source, progress, interrupted)
    if events < before:  # another program has cut or replaced the log meanwhile
        part.unlink()
        raise LogUnreadable(finding.cut(events, before))
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
    cautious: bool = False,
) -> int:
    """Build a file of read tables from the log, up to `until` if given; returns its position. Deletes it on failure.
    Raises like `rebuild`."""
    end = sys.maxsize if until is None else until
    collecting = gc.isenabled()
    gc.disable()  # hundreds of thousands of tuples, no cycles
    tables = Load(part)
    try:
        while rows := source.read(tables.position, min(EVENTS_AT_ONCE, end - tables.position)):
            tables.apply(batch(rows, tables.position, cautious), rows[-1][0], rows[-1][7])
            if progress:
                progress(tables.position, source.head())
            if interrupted():
                raise Interrupted
        tables.finish(kept_up=until is None)
    except (OverflowError, UnicodeEncodeError):
        tables.abandon()
        if cautious:
            raise
    except BaseException:
        tables.abandon()
        raise
    else:
        return tables.position
    finally:
        if collecting:
            gc.enable()
    return load(part, source, progress, interrupted, until, cautious=True)
