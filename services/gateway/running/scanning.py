"""Runs scan jobs one after another, and resumes interrupted ones on startup."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from services.domain.files.events import ScanStarted
from services.domain.subject import event_of
from services.gateway.queries.reads import Work
from services.gateway.queries.sources import forgotten_roots
from services.gateway.reading.suffixless import Suffixless
from services.gateway.running.facts import Facts
from services.gateway.running.relocation import relocations
from services.gateway.running.removals import RemovalFolder
from services.gateway.running.scan import Scan
from services.gateway.tables.pool import Reader
from services.gateway.workers.pool import WorkerPool
from services.kernel.log.eventlog import Log

log = structlog.get_logger(__name__)


class Scanning:
    def __init__(
        self,
        events: Log,
        work: Work,
        views: Reader,
        previews: Path,
        workers: int,
        caught_up: Callable[[], Awaitable[None]],
        removals: RemovalFolder | None = None,
    ) -> None:
        """`caught_up`: returns when the read tables have caught up with the log. `removals`: where scripts leave lists
        of what they removed."""
        self._log, self._work, self._views = events, work, views
        self._previews, self._workers = previews, workers
        self._caught_up, self._removals = caught_up, removals
        self._wake = asyncio.Event()
        self._suffixless = Suffixless()
        self._running: asyncio.Task[None] | None = None
        self.current: Scan | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._closing: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """After `run` was cancelled: wait until its workers are gone."""
        if self._closing:
            await self._closing

    async def idle(self) -> None:
        """Wait until no scan is running."""
        await self._idle.wait()

    def wake(self) -> None:
        self._wake.set()

    @property
    def scanning(self) -> bool:
        return self.current is not None

    async def run(self) -> None:
        """Never returns; cancelling it stops the scan, which resumes on the next startup."""
        while True:
            self._wake.clear()
            await self._caught_up()
            jobs = await self._work.unfinished()
            if job := next((job for job in jobs if job.kind == "scan" and job.status == "running"), None):
                await self._scan(job.job_id)
            else:
                await self._wake.wait()

    async def _scan(self, job_id: str) -> None:
        rows = await self._log.read_stream(f"job-{job_id}")
        start = next(
            (e for row in rows if isinstance(e := event_of(row), ScanStarted)), ScanStarted(roots=[])
        )
        facts = Facts(job_id)
        news = [facts.restored(root) for root in await forgotten_roots(self._views) if root in start.roots]
        if moves := await relocations(self._views, start.roots):
            news.append(facts.relocated(moves))
        if news:
            await self._log.append(news)
            await self._caught_up()
        again = {(file.root, file.path) for file in start.again}
        pool = WorkerPool(self._previews, self._workers)
        self.current = scan = Scan(
            job_id,
            self._log,
            self._views,
            pool,
            self._previews,
            self._suffixless,
            again,
            start.everything,
            self._removals,
        )
        self._running = running = asyncio.create_task(scan.run(start.roots), name="scan")
        self._idle.clear()
        try:
            await asyncio.wait({running})
            if running.cancelled():
                log.info("scan stopped", job=job_id)
            elif error := running.exception():
                log.error("scan failed", job=job_id, exc_info=error)
                raise error
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            self._running = self.current = None
            self._idle.set()
            self._closing = asyncio.create_task(pool.close(), name="end of a scan's workers")
            await asyncio.shield(self._closing)

    def stop(self, job_id: str) -> None:
        """Stop that job's scan if it is running; the log already says that it is paused or cancelled. A resumed scan
        checks all files again, which is quick where nothing has changed."""
        if self.current and self._running and self.current.job_id == job_id:
            self._running.cancel()
