"""Runs the jobs of one kind one after another, and resumes an interrupted one on startup: what scans, exports and
imports have in common."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import ClassVar, Generic, Protocol, TypeVar

import structlog

from services.domain.jobs.events import JobKind
from services.gateway.i18n.catalogues import N_
from services.gateway.queries.reads import Work
from services.gateway.workers.pool import WorkerPool

log = structlog.get_logger(__name__)


class RunningJob(Protocol):
    @property
    def job_id(self) -> str: ...


J = TypeVar("J", bound=RunningJob)


class Runner(Generic[J]):
    KIND: ClassVar[JobKind]
    WAITS: ClassVar[str]
    """What a job says while it waits for the one before it."""

    def __init__(self, work: Work, caught_up: Callable[[], Awaitable[None]]) -> None:
        """`caught_up`: returns when the read tables have caught up with the log."""
        self._work, self._caught_up = work, caught_up
        self._wake = asyncio.Event()
        self._catching_up = False
        self._running: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self.current: J | None = None

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Never returns; cancelling it stops the job, which resumes on the next startup. Raises what a job fails
        with."""
        while True:
            self._wake.clear()
            self._catching_up = True
            await self._caught_up()
            self._catching_up = False
            jobs = await self._work.unfinished()
            job = next((job for job in jobs if job.kind == self.KIND and job.status == "running"), None)
            if job is None:
                await self._wake.wait()
            else:
                await self._run_job(job.job_id)

    async def close(self) -> None:
        """After `run` was cancelled: wait until its processes are gone."""
        if self._closing:
            await self._closing

    def stop(self, job_id: str) -> None:
        """Stop that job if it is running; the log already says that it is paused or cancelled."""
        if self.current and self._running and self.current.job_id == job_id:
            self._running.cancel()

    def waits_for(self, job_id: str) -> str:
        """Why a job that should run doesn't, as a sentence."""
        if self.current and self.current.job_id != job_id:
            return self.WAITS
        if self._catching_up:
            return N_("Waiting until the pages have caught up with the log.")
        return N_("Waiting for its turn.")

    async def _run_job(self, job_id: str) -> None:
        """Calls `_until_it_ends`."""
        raise NotImplementedError

    @asynccontextmanager
    async def _workers(self, pool: WorkerPool) -> AsyncIterator[WorkerPool]:
        """Closed behind it; if that wait is cancelled, `close` waits."""
        try:
            yield pool
        finally:
            self._closing = asyncio.create_task(
                pool.close(), name=f"end of the workers of a job ({self.KIND})"
            )
            await asyncio.shield(self._closing)

    async def _until_it_ends(
        self, job: J, work: Coroutine[None, None, None], stopping: Callable[[], None] = lambda: None
    ) -> bool:
        """Whether that was by itself, not because it was stopped. `stopping` is called before its task is waited for.
        Raises what it fails with."""
        self.current = job
        self._running = running = asyncio.create_task(work, name=self.KIND)
        try:
            await asyncio.wait({running})
            if running.cancelled():
                log.info("a job was stopped", kind=self.KIND, job=job.job_id)
                return False
            if error := running.exception():
                raise error
            return True
        finally:
            running.cancel()
            stopping()
            await asyncio.gather(running, return_exceptions=True)
            self._running = self.current = None
