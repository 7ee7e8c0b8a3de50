"""Commands about jobs: what they concern is loaded here, and decided by `deciders/jobs.py`."""

from collections.abc import Mapping

from services.gateway.deciders import jobs, problems
from services.gateway.deciders.errors import NotFound
from services.gateway.queries import problems as known_problems
from services.gateway.queries.chosen import chosen_images
from services.gateway.queries.views import Views
from services.gateway.queries.work import Work
from services.gateway.search.filters import Filter, UnknownFilter
from services.kernel import commands as c
from services.kernel.eventlog import Log
from services.kernel.events import Event, ModelActivated

JobCommand = (
    c.ScanLibrary
    | c.ClassifyImages
    | c.RetryFailed
    | c.RetryRejected
    | c.PauseJob
    | c.ResumeJob
    | c.CancelJob
)
Decided = tuple[list[tuple[str, Event]], Mapping[str, int]]
"""(stream, event) pairs in order, and the versions of the streams that the decision rests on."""


class JobCommands:
    def __init__(self, log: Log, work: Work, views: Views, roots: list[str], default_model: str) -> None:
        self._log, self._work, self._views = log, work, views
        self._roots, self._default_model = roots, default_model

    async def decide(self, command: JobCommand, job_id: str) -> Decided:
        """`job_id`: of the job that the command begins, if it begins one. Raises Refused or NotFound."""
        match command:
            case c.ScanLibrary():
                return [(jobs.stream(job_id), e) for e in jobs.scan(command, self._roots)], {}
            case c.ClassifyImages():
                return await self._classify(command, job_id)
            case c.RetryFailed():
                return await self._retry(command, job_id)
            case c.RetryRejected():
                found = await known_problems.chosen(self._views, paths=command.paths, reason=command.reason)
                again = problems.retry(command, found, self._roots)
                return [(jobs.stream(job_id), e) for e in again], {}
            case c.PauseJob() | c.ResumeJob() | c.CancelJob():
                stream, (job, version) = jobs.stream(command.job_id), await self._job(command.job_id)
                return [(stream, e) for e in jobs.steer(command, job)], {stream: version}

    async def _job(self, job_id: str) -> tuple[jobs.Job | None, int]:
        """As the log has it, and the version of its stream."""
        job, version = None, 0
        for row in await self._log.read_stream(jobs.stream(job_id)):
            job, version = jobs.evolve(job, row.event()), row.version
        return job, version

    async def _classify(self, command: c.ClassifyImages, job_id: str) -> Decided:
        found = None
        if field := jobs.filtered_by(command):
            try:
                found = await chosen_images(self._views, Filter(album=command.album, q=command.q))
            except UnknownFilter as error:
                raise NotFound(error.text, field, **error.values) from error
        active, known = await self._work.active_model(), await self._work.models()
        requested = jobs.classify(command, job_id, active or self._default_model, known, found)
        events = [(jobs.stream(job_id), e) for e in requested]
        if active is None:  # the first time: the pages show what the active model says
            events.append((jobs.ACTIVE, ModelActivated(model_id=self._default_model)))
        return events, {}

    async def _retry(self, command: c.RetryFailed, job_id: str) -> Decided:
        model = command.model or await self._work.active_model() or self._default_model
        job = None
        if command.job_id:
            job, _ = await self._job(command.job_id)
            model = job.model_id if job and job.model_id else model
        failed = await self._work.failed_images(model, command.job_id, command.reason)
        return [(jobs.stream(job_id), e) for e in jobs.retry(command, job, job_id, model, failed)], {}
