"""Runs imports, one after another."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ClassVar

from services.domain.jobs.events import JobKind
from services.gateway.i18n.catalogues import N_
from services.gateway.queries.logbook import Logbook
from services.gateway.running.one_import import Import
from services.gateway.running.runner import Runner
from services.gateway.workers.pool import WorkerPool
from services.gateway.write.reads import Reads
from services.kernel.log.eventlog import Log


class Importing(Runner[Import]):
    KIND: ClassVar[JobKind] = "import"
    WAITS: ClassVar[str] = N_("Waiting for the import before it.")

    def __init__(
        self,
        events: Log,
        logbook: Logbook,
        reads: Reads,
        previews: Path,
        caught_up: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(reads.work, caught_up)
        self._log, self._logbook, self._reads, self._previews = events, logbook, reads, previews

    async def _run_job(self, job_id: str) -> None:
        async with self._workers(WorkerPool(self._previews, 1)) as pool:
            one = Import(job_id, self._log, self._logbook, self._reads, pool, self._caught_up)
            await self._until_it_ends(one, one.run())
