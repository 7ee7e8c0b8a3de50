"""Runs exports one after another, and resumes an interrupted one on startup: what it has written already is up to date
then, and only read."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

import structlog

from services.domain.exports.export import ExportFinished, ExportStarted
from services.domain.subject import Refused, event_of
from services.gateway.exporting.export import Counts, Export, Stopped
from services.gateway.exporting.folder import require_folder
from services.gateway.exporting.library import library_id
from services.gateway.i18n.catalogues import N_
from services.gateway.queries.exported import exported_albums, photo_count, photos_after
from services.gateway.queries.reads import Work
from services.gateway.queries.sources import source_roots
from services.gateway.running.progress import Rate
from services.gateway.tables.pool import Views
from services.kernel.log.envelope import record_event
from services.kernel.log.eventlog import Log
from services.kernel.log.ids import derived_id

T = TypeVar("T")
log = structlog.get_logger(__name__)

BATCH: Final = 250
"""Photos that are read and written at once: a few megabytes, and a fraction of a second."""

_ANSWER_S: Final = 5.0
"""How long an export that is stopped waits for what its disk is doing, so that the next one finds its folder as it was
left."""


class RunningExport:
    def __init__(self, job_id: str) -> None:
        self.job_id, self.counts, self.rate = job_id, Counts(), Rate()


class Exporting:
    def __init__(
        self,
        events: Log,
        work: Work,
        views: Views,
        roots: list[str],
        caught_up: Callable[[], Awaitable[None]],
    ) -> None:
        """`roots`: the photo folders in use. `caught_up`: returns when the read tables have caught up with the log."""
        self._log, self._work, self._views, self._roots = events, work, views, roots
        self._caught_up = caught_up
        self._wake = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self.current: RunningExport | None = None

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Never returns; cancelling it stops the export, which resumes on the next startup."""
        while True:
            self._wake.clear()
            await self._caught_up()
            jobs = await self._work.unfinished()
            if job := next((job for job in jobs if job.kind == "export" and job.status == "running"), None):
                await self._export(job.job_id)
            else:
                await self._wake.wait()

    def stop(self, job_id: str) -> None:
        """Stop that job's export if it is running; the log already says that it is paused or cancelled."""
        if self.current and self._running and self.current.job_id == job_id:
            self._running.cancel()

    def waits_for(self, job_id: str) -> str:
        """Why an export that should run doesn't, as a sentence."""
        if self.current and self.current.job_id != job_id:
            return N_("Waiting for the export before it.")
        return N_("Waiting until the pages have caught up with the log.")

    async def _export(self, job_id: str) -> None:
        rows = await self._log.read_stream(f"job-{job_id}")
        start = next(e for row in rows if isinstance(e := event_of(row), ExportStarted))
        self.current = RunningExport(job_id)
        self._running = asyncio.create_task(self._run(self.current, start), name="export")
        try:
            await asyncio.wait({self._running})
            if self._running.cancelled():
                log.info("export stopped", job=job_id)
            elif error := self._running.exception():
                raise error
        finally:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = self.current = None

    async def _run(self, running: RunningExport, start: ExportStarted) -> None:
        reason = ""
        try:
            await self._write(running, start)
        except Stopped as error:
            reason = str(error)
        except Refused as error:
            reason = error.sentence.english()
        counts = running.counts
        event = ExportFinished(
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
        roots = list(dict.fromkeys([*self._roots, *await source_roots(self._views)]))
        library = await library_id(self._log)
        counts.total = await photo_count(self._views)
        thread = ThreadPoolExecutor(1, thread_name_prefix="export")
        in_thread = partial(_in_thread, thread)
        try:
            await in_thread(require_folder, start.folder, roots, "folder")
            export = await in_thread(Export, start.folder, start.beside, roots, library, counts)
            try:
                last = ""
                while some := await photos_after(self._views, last, BATCH):
                    await in_thread(export.photos, some)
                    running.rate.count(len(some))
                    last = some[-1].image.image_id
                await in_thread(export.finish, await exported_albums(self._views))
            finally:
                await asyncio.wait({asyncio.ensure_future(in_thread(export.abandon))}, timeout=_ANSWER_S)
        finally:
            thread.shutdown(wait=False)  # a disk that doesn't answer holds up its own thread and nothing else


async def _in_thread(thread: ThreadPoolExecutor, call: Callable[..., T], *arguments: object) -> T:
    return await asyncio.get_running_loop().run_in_executor(thread, partial(call, *arguments))
