"""The status of jobs, as shown to people and programs: from the read tables and what is only in memory."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from services.domain.exports.export import ExportLibrary
from services.domain.exports.reasons import EXPORTED
from services.domain.files.absences import ConfirmMissing
from services.domain.files.commands import RetryRejected, ScanLibrary
from services.domain.files.folders import AddFolder
from services.domain.imports.commands import ImportMetadata
from services.domain.jobs.commands import ClassifyImages, RetryFailed
from services.gateway.queries.exports import export
from services.gateway.queries.reads import JobRow, Work
from services.gateway.running.classification import Classification
from services.gateway.running.exporting import Exporting
from services.gateway.running.importing import Importing
from services.gateway.running.job_status import Failure, JobStatus
from services.gateway.running.scanning import Scanning
from services.gateway.tables.pool import CATCH_UP_S, Views
from services.kernel.log.envelope import Envelope
from services.kernel.log.eventlog import Log

Progress = tuple[int, int, int, float | None, float | None, str | None]
"""total, done, failed, photos per second, seconds left, a sentence while it waits"""
TYPES = {
    "scan": ScanLibrary.TYPE,
    "classify": ClassifyImages.TYPE,
    "export": ExportLibrary.TYPE,
    "import": ImportMetadata.TYPE,
}
BEGIN = (*TYPES.values(), RetryFailed.TYPE, RetryRejected.TYPE, ConfirmMissing.TYPE, AddFolder.TYPE)
"""Commands that start a job."""


class JobBoard:
    """`Jobs`, from the log, the read tables and the runners."""

    def __init__(
        self,
        events: Log,
        views: Views,
        work: Work,
        classification: Classification,
        scanning: Scanning,
        exporting: Exporting,
        importing: Importing,
    ) -> None:
        self._log, self._views, self._work = events, views, work
        self._classification, self._scanning = classification, scanning
        self._exporting, self._importing = exporting, importing

    async def running(self) -> list[JobStatus]:
        return [await self._status(row, failures=False) for row in reversed(await self._work.unfinished())]

    async def recent(self, limit: int = 50) -> list[JobStatus]:
        return [await self._status(row) for row in await self._work.recent(limit)]

    async def status(self, command_id: str) -> JobStatus | None:
        try:
            command = await self._log.find(UUID(command_id))
        except ValueError:
            return None
        if command is None or command.kind != "C":
            return None
        if row := await self._work.job(command_id):
            return msgspec.structs.replace(await self._status(row), type=command.type)
        done = command.type not in BEGIN and await self._shown(command)  # a job's row will appear in a moment
        if done and (row := await self._work.job(command_id)):  # one that starts a job only if need be
            return msgspec.structs.replace(await self._status(row), type=command.type)
        return JobStatus(
            command_id=command_id,
            type=command.type,
            status="done" if done else "accepted",
            started_us=command.recorded_at,
            finished_us=command.recorded_at if done else None,
        )

    async def progress(self, job_id: str) -> Mapping[str, int] | None:
        """As `domain.subject.Known.progress`."""
        status = await self.status(job_id)
        if status is None or not status.total:
            return None
        return {"total": status.total, "done": status.done, "failed": status.failed}

    async def _shown(self, command: Envelope) -> bool:
        """Whether the read tables show its effects: its events follow it directly in the log."""
        if not await self._views.wait_for(command.position, CATCH_UP_S):
            return False
        rest = await self._log.read(await self._views.position(), 1)
        return not rest or rest[0].correlation_id != command.correlation_id

    async def _status(self, row: JobRow, failures: bool = True) -> JobStatus:
        rows = await self._work.failures(row) if failures else []
        of_kind = {
            "scan": self._scan,
            "classify": self._classify,
            "export": self._export,
            "import": self._import,
        }
        total, done, failed, rate, eta, note = await of_kind[row.kind](row)
        return JobStatus(
            command_id=row.job_id,
            type=TYPES[row.kind],
            status=row.status,
            total=total,
            done=done,
            failed=failed,
            rate=rate,
            eta_s=eta,
            failures=[Failure(image_id=i, path=p, reason=r) for i, p, r in rows],
            started_us=row.started_us,
            finished_us=row.finished_us,
            detects=row.task == "boxes",
            encodes=row.task == "words",
            undoable=await self._undoable(row),
            note=note,
        )

    async def _undoable(self, row: JobRow) -> bool:
        ended = row.kind == "import" and row.status in ("done", "cancelled")
        return ended and not await self._work.undone([row.job_id])

    async def _classify(self, row: JobRow) -> Progress:
        if row.status not in ("running", "paused"):
            if row.done is None:  # stopped by an early version, which did not say how far it had come
                done, failed = await self._work.done(row)
                return row.asked or done + failed, done, failed, None, None, None
            return row.total or 0, row.done, row.failed or 0, None, None, None
        total, done, failed = await self._work.progress(row)
        remaining = total - done - failed
        if row.status == "paused":
            return total, done, failed, None, None, None
        flight = self._classification.flight(row.job_id)
        rate, eta = (flight.rate.per_second(), flight.rate.eta_s(remaining)) if flight else (None, None)
        return total, done, failed, rate, eta, self._classification.waits_for(row.job_id)

    async def _import(self, row: JobRow) -> Progress:
        one = self._importing.current
        if row.status == "running" and one and one.job_id == row.job_id:
            return one.total, one.matches, one.failed, one.rate.per_second(), None, None
        if row.status == "running":
            return 0, 0, 0, None, None, self._importing.waits_for(row.job_id)
        return row.total or 0, row.done or 0, row.failed or 0, None, None, None

    async def _scan(self, row: JobRow) -> Progress:
        scan = self._scanning.current
        if row.status == "running" and scan and scan.job_id == row.job_id:
            counts = scan.counts
            eta = None if counts.walking else scan.rate.eta_s(counts.found - counts.done - counts.rejected)
            return counts.found, counts.done, counts.rejected, scan.rate.per_second(), eta, None
        if row.status == "running":
            return 0, 0, 0, None, None, self._scanning.waits_for(row.job_id)
        failed = row.failed if row.failed is not None else await self._work.rejected(row.job_id)
        return row.total or 0, row.done or 0, failed, None, None, None

    async def _export(self, row: JobRow) -> Progress:
        running = self._exporting.current
        if row.status == "running" and running and running.job_id == row.job_id:
            counts, rate = running.counts, running.rate
            eta = rate.eta_s(counts.total - counts.exported)
            return counts.total, counts.exported, counts.failed, rate.per_second(), eta, None
        if row.status == "running":
            return 0, 0, 0, None, None, self._exporting.waits_for(row.job_id)
        ended = await export(self._views, row.job_id)
        note = None
        if ended and row.status == "failed":
            note = ended.reason
        elif ended and row.status == "done":
            note = EXPORTED % {"written": ended.files_written, "unchanged": ended.files_unchanged}
        return row.total or 0, row.done or 0, row.failed or 0, None, None, note
