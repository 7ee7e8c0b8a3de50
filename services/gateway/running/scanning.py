"""Runs scans."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import ClassVar, Final

import structlog

from services.domain.files.events import ScanStarted
from services.domain.jobs.events import JobKind
from services.domain.subject import event_of
from services.gateway.i18n.catalogues import N_
from services.gateway.listing.lister import Lister
from services.gateway.queries.reads import Work
from services.gateway.queries.sources import forgotten_roots
from services.gateway.running.archives import Lists
from services.gateway.running.facts import Facts
from services.gateway.running.relocation import relocations
from services.gateway.running.removals import RemovalFolder
from services.gateway.running.runner import Runner
from services.gateway.running.scan import Scan
from services.gateway.scanners.scanners import Scanners
from services.gateway.scanners.sharing import Sharing
from services.gateway.tables.pool import Reader
from services.gateway.workers.pool import PreviewNotWritten, WorkerPool
from services.kernel.log.eventlog import Log
from services.kernel.log.finding import LogError
from services.kernel.loglines import innermost
from services.kernel.settings import Settings

log = structlog.get_logger(__name__)

WAITS_S: Final = 15.0
"""Pause after a scan failed for want of a disk or of memory, unless that is known to be mended."""


class Scanning(Runner[Scan]):
    KIND: ClassVar[JobKind] = "scan"
    WAITS: ClassVar[str] = N_("Waiting for the scan before it.")

    def __init__(
        self,
        events: Log,
        work: Work,
        views: Reader,
        settings: Settings,
        caught_up: Callable[[], Awaitable[None]],
        scanners: Scanners,
    ) -> None:
        super().__init__(work, caught_up)
        self._log, self._views, self._scanners = events, views, scanners
        self._previews, self._size = settings.previews, settings.workers
        self._removals = RemovalFolder(settings.data)
        self._lister = Lister(settings.previews)
        self._idle = asyncio.Event()
        self._idle.set()
        self._trouble: PreviewNotWritten | LogError | None = None
        self._mended = asyncio.Event()

    async def close(self) -> None:
        await super().close()
        await self._lister.end()

    async def idle(self) -> None:
        """Wait until no scan is running."""
        await self._idle.wait()

    @property
    def scanning(self) -> bool:
        return self.current is not None

    @property
    def trouble(self) -> PreviewNotWritten | LogError | None:
        """Why the last scan failed, while it is not the photos' fault; None once photos are added again."""
        if self.current and self.current.counts.added:
            self._trouble = None
        return self._trouble

    def mended(self) -> None:
        """What the trouble was about is well: a scan that waits for that continues."""
        self._trouble = None
        self._mended.set()

    def waits_for(self, job_id: str) -> str:
        if isinstance(self._trouble, LogError):
            return N_("Waiting until the log can be written to.")
        if self._trouble:
            return str(self._trouble)
        return super().waits_for(job_id)

    async def _pause(self) -> None:
        self._mended.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WAITS_S):
                await self._mended.wait()

    async def _run_job(self, job_id: str) -> None:
        await self._scan(job_id)
        if self._trouble:
            await self._pause()

    async def _scan(self, job_id: str) -> None:
        rows = await self._log.read_stream(f"job-{job_id}")
        start = next(
            (e for row in rows if isinstance(e := event_of(row), ScanStarted)), ScanStarted(roots=[])
        )
        facts = Facts(job_id)
        news = [facts.restored(root) for root in await forgotten_roots(self._views) if root in start.roots]
        async with (
            self._workers(WorkerPool(self._previews, self._size)) as pool,
            Sharing(job_id, pool, self._scanners) as sharing,
        ):
            lists = Lists(pool, self._previews)
            moves = await relocations(self._views, start.roots, lists)
            news += [facts.relocated(moves)] if moves else []
            if news:
                await self._log.append(news)
                await self._caught_up()
            scan = Scan(
                job_id,
                self._log,
                self._views,
                pool,
                self._previews,
                self._lister,
                lists,
                sharing,
                {(file.root, file.path) for file in start.again},
                start.everything,
                self._removals,
            )
            await self._until_it_waits(scan, scan.run(start.roots), lists.stop)

    async def _until_it_waits(
        self, scan: Scan, work: Coroutine[None, None, None], stopping: Callable[[], None]
    ) -> None:
        self._idle.clear()
        try:
            if await self._until_it_ends(scan, work, stopping):
                self._trouble = None
        except Exception as error:
            cause = innermost(error)
            if not isinstance(cause, PreviewNotWritten | LogError):
                raise
            log.warning("a scan waits", job=scan.job_id, reason=str(cause))
            self._trouble = cause
        finally:
            self._idle.set()
