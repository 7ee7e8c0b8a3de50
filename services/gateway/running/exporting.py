"""Runs exports."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import ClassVar, Final, TypeVar
from uuid import UUID

import structlog

from services.domain.exports import reasons
from services.domain.exports.export import ExportFinished, ExportStarted
from services.domain.jobs.events import JobKind
from services.domain.subject import Refused, event_of
from services.gateway.exporting.export import Counts, Export, Stopped
from services.gateway.exporting.folder import require_folder
from services.gateway.exporting.library import library_id
from services.gateway.i18n.catalogues import N_
from services.gateway.queries.exported import (
    FileName,
    exported_albums,
    exported_categories,
    names_after,
    photo_count,
    photos_after,
    roots_of_photos,
)
from services.gateway.queries.reads import Work
from services.gateway.running.progress import Rate
from services.gateway.running.runner import Runner
from services.gateway.tables.pool import TablesDamaged, Views
from services.kernel.log.envelope import record_event
from services.kernel.log.eventlog import Log
from services.kernel.log.finding import LogError
from services.kernel.log.ids import derived_id

T = TypeVar("T")
log = structlog.get_logger(__name__)

BATCH: Final = 250
"""Photos that are read and written at once: a few megabytes, and a fraction of a second."""

_NAMES: Final = 10_000
"""Names of files that are read at once."""
_ANSWER_S: Final = 5.0
"""How long an export that is stopped waits for what its disk is doing, so that the next one finds its folder as it was
left."""


class RunningExport:
    def __init__(self, job_id: str) -> None:
        self.job_id, self.counts, self.rate = job_id, Counts(), Rate()


class Exporting(Runner[RunningExport]):
    """What an interrupted one has written already is up to date then, and only read."""

    KIND: ClassVar[JobKind] = "export"
    WAITS: ClassVar[str] = N_("Waiting for the export before it.")

    def __init__(
        self,
        events: Log,
        work: Work,
        views: Views,
        roots: list[str],
        data: Path,
        caught_up: Callable[[], Awaitable[None]],
    ) -> None:
        """`roots`: the photo folders in use. `data`: the data folder."""
        super().__init__(work, caught_up)
        self._log, self._views = events, views
        self._roots, self._data = roots, data

    async def _run_job(self, job_id: str) -> None:
        rows = await self._log.read_stream(f"job-{job_id}")
        start = next(e for row in rows if isinstance(e := event_of(row), ExportStarted))
        running = RunningExport(job_id)
        await self._until_it_ends(running, self._export(running, start))

    async def _export(self, running: RunningExport, start: ExportStarted) -> None:
        reason = ""
        try:
            await self._write(running, start)
        except Stopped as error:
            reason = str(error)
        except Refused as error:
            reason = error.sentence.english()
        except (LogError, TablesDamaged):  # it is tried again
            raise
        except Exception as error:
            log.exception("an export failed", job=running.job_id)
            reason = reasons.UNEXPECTED % {"why": f"{type(error).__name__}: {error}"}
        counts = running.counts
        event = ExportFinished(
            job_id=running.job_id,
            exported=counts.exported,
            files_written=counts.files_written,
            files_unchanged=counts.files_unchanged,
            failed=counts.failed,
            failures=counts.failures,
            reason=reason,
        )
        job = UUID(running.job_id)
        event_id = derived_id(running.job_id, "exported")
        await self._log.append([record_event(event, event_id=event_id, correlation_id=job, causation_id=job)])
        await self._caught_up()

    async def _write(self, running: RunningExport, start: ExportStarted) -> None:
        """Raises Stopped and Refused."""
        counts = running.counts
        roots = list(dict.fromkeys([*self._roots, *await roots_of_photos(self._views)]))
        library = await library_id(self._log)
        counts.total = await photo_count(self._views)
        thread = ThreadPoolExecutor(1, thread_name_prefix="export")
        in_thread = partial(_in_thread, thread)
        try:
            await in_thread(require_folder, start.folder, roots, self._data, "folder")
            export = await in_thread(Export, start.folder, start.beside, roots, library, counts)
            try:
                if export.ignores_spelling:
                    file = FileName("", "", "")
                    while names := await names_after(self._views, file, _NAMES):
                        await in_thread(export.names, names)
                        file = names[-1]
                last = ""
                while some := await photos_after(self._views, last, BATCH):
                    await in_thread(export.photos, some)
                    running.rate.count(len(some))
                    last = some[-1].image.image_id
                albums, categories = (
                    await exported_albums(self._views),
                    await exported_categories(self._views),
                )
                await in_thread(export.finish, albums, categories)
            finally:
                await asyncio.wait({asyncio.ensure_future(in_thread(export.abandon))}, timeout=_ANSWER_S)
        finally:
            thread.shutdown(wait=False)  # a disk that doesn't answer holds up its own thread and nothing else


async def _in_thread(thread: ThreadPoolExecutor, call: Callable[..., T], *arguments: object) -> T:
    return await asyncio.get_running_loop().run_in_executor(thread, partial(call, *arguments))
