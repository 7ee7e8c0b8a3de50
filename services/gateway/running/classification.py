"""Sends the photos of running classify jobs to the bus, a window at a time, and finishes jobs that are done.

What a job still has to do is queried from the read tables each time (`queries/work.py`); only what is in flight is
kept in memory. So a crash, ours or the broker's, loses nothing: the queues are purged on startup and refilled from
the log. Pausing or cancelling a job removes its messages from the queue.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Final
from uuid import UUID

import structlog

from services.domain.jobs.events import ClassificationFailed, JobFinished
from services.domain.models.events import ModelActivated
from services.domain.subject import event_of
from services.gateway.i18n.catalogues import N_
from services.gateway.queries.reads import JobRow, Work
from services.gateway.running.progress import Rate
from services.kernel.bus.contract import Bus, BusUnavailable, Message
from services.kernel.bus.jobs import ClassifyJob
from services.kernel.bus.topology import CLASSIFY_BULK, CLASSIFY_INTERACTIVE
from services.kernel.log.codec import encode
from services.kernel.log.envelope import Record, record_event
from services.kernel.log.eventlog import Log
from services.kernel.log.ids import derived_id, result_id
from services.kernel.tracing import spans

log = structlog.get_logger(__name__)

WINDOW: Final = 1024
"""Maximum photos in flight: several seconds of work, and little to resend after a crash."""
BESIDE: Final = 128
"""The same for a detector or a words model, which takes ten times as long as a classifier; whatever is to be classified
next waits behind them."""
INTERACTIVE: Final = 64
"""Somebody is waiting for a job that names at most this many photos."""
SILENT_S: Final = 20.0
"""Silence worth reporting: longer than a classifier takes to load."""
STALLED_S: Final = 120.0
"""After this long without a result, with empty queues, the messages are lost and sent again."""
_ATTEMPTS: Final = 3
"""A photo lost this often is what kills the classifier."""


class Flight:
    """One job's photos in flight."""

    def __init__(self) -> None:
        self.sent: dict[str, int | None] = {}
        """Image id -> position of its result, None until there is one."""
        self.attempts: dict[str, int] = {}
        self.queue: str | None = None
        """Where photos were last sent."""
        self.began()

    def began(self) -> None:
        self.rate = Rate()
        self.heard = time.monotonic()

    def settle(self, image_id: str, position: int) -> None:
        self.heard = time.monotonic()
        self.rate.count()
        self.attempts.pop(image_id, None)
        self.sent[image_id] = position

    def forget(self, projected: int) -> None:
        """Drop what the read tables show already."""
        self.sent = {i: p for i, p in self.sent.items() if p is None or p > projected}

    def withdraw(self) -> None:
        """Nothing is in flight any more; late results still count."""
        self.sent = {i: p for i, p in self.sent.items() if p is not None}
        self.queue = None

    @property
    def waiting(self) -> list[str]:
        return [i for i, position in self.sent.items() if position is None]


class Classification:
    def __init__(
        self,
        events: Log,
        bus: Bus,
        work: Work,
        position: Callable[[], Awaitable[int]],
        scanning: Callable[[], bool],
    ) -> None:
        """`position`: of the read tables; `scanning`: whether more photos may appear."""
        self._log, self._bus, self._work = events, bus, work
        self._position, self._scanning = position, scanning
        self._flights: dict[str, Flight] = {}
        self._later: set[str] = set()
        """Jobs that wait for others."""
        self._wake = asyncio.Event()
        self.note: str | None = None
        """Why nothing can be sent at the moment, as a sentence."""

    def wake(self) -> None:
        self._wake.set()

    def settled(self, job_id: str, image_id: str, position: int) -> None:
        if flight := self._flights.get(job_id):
            flight.settle(image_id, position)
        self._wake.set()

    def flight(self, job_id: str) -> Flight | None:
        return self._flights.get(job_id)

    def waits_for(self, job_id: str) -> str | None:
        """Why a job makes no progress at the moment, as a sentence."""
        flight = self._flights.get(job_id)
        silent = flight is not None and flight.waiting and time.monotonic() - flight.heard > SILENT_S
        if self.note or not silent:
            return self.note
        return N_("Waiting for a classifier: none has answered for a while.")

    async def run(self) -> None:
        """Feed running jobs; never returns. While the bus is down, it waits and sets `note`."""
        purged = False
        while True:
            self._wake.clear()
            try:
                if not purged:
                    for queue in (CLASSIFY_INTERACTIVE, CLASSIFY_BULK):
                        await self._bus.purge(queue)
                    purged = True
                await self._round()
                self.note = None
            except BusUnavailable:
                self.note = N_("Waiting for the message broker, which can't be reached.")
            try:
                async with asyncio.timeout(1.0):
                    await self._wake.wait()
            except TimeoutError:
                continue
            await asyncio.sleep(0.02)  # let the results of a batch arrive together

    async def _round(self) -> None:
        jobs = [job for job in await self._work.unfinished() if job.kind == "classify"]
        running = {job.job_id for job in jobs if job.status == "running"}
        for job_id, flight in self._flights.items():
            if job_id not in running and flight.queue and flight.waiting:
                await self._withdraw(flight.queue)
        for job_id in self._flights.keys() - {job.job_id for job in jobs}:
            del self._flights[job_id]
        projected = await self._position()
        self._later = _later(jobs, running)
        for job in jobs:
            flight = self._flights.setdefault(job.job_id, Flight())
            unseen = bool(flight.sent)
            flight.forget(projected)
            if job.job_id in running:
                await self._feed(job, flight)
            elif not (unseen and not flight.sent):
                continue  # paused: finished only if its last results have just arrived
            if not flight.sent and await self._ended(job):
                await self._finish(job)

    async def _withdraw(self, queue: str) -> None:
        """Empty a queue. Jobs that continue are sent again, including photos that a classifier is working on."""
        await self._bus.purge(queue)
        for flight in self._flights.values():
            if flight.queue == queue:
                flight.withdraw()

    async def _feed(self, job: JobRow, flight: Flight) -> None:
        if await self._stalled(flight):
            await self._give_up(job, flight)
        if job.job_id in self._later:
            return
        window = WINDOW if job.task == "classes" else BESIDE
        if len(flight.waiting) > window // 2:
            return
        todo = await self._work.outstanding(job, WINDOW)
        new = [image for image in todo if image not in flight.sent][: window - len(flight.waiting)]
        if not new:
            return
        if not flight.sent:
            flight.began()
        small = job.asked is not None and job.asked <= INTERACTIVE
        flight.queue = queue = CLASSIFY_INTERACTIVE if small else CLASSIFY_BULK
        flight.sent.update(dict.fromkeys(new))
        try:
            rotations = await self._work.rotations(new)
            cause = UUID(job.job_id)
            with spans.sent(queue, [spans.Origin(cause, cause)] * len(new)):
                messages = [_message(job, one, rotations.get(one, 1)) for one in new]
                await self._bus.publish(queue, messages)
        except BaseException:
            for image in new:
                if flight.sent.get(image) is None:
                    flight.sent.pop(image, None)
            raise

    async def _stalled(self, flight: Flight) -> bool:
        if not flight.waiting or time.monotonic() - flight.heard < STALLED_S:
            return False
        flight.heard = time.monotonic()
        return await self._bus.depth(CLASSIFY_BULK) + await self._bus.depth(CLASSIFY_INTERACTIVE) == 0

    async def _give_up(self, job: JobRow, flight: Flight) -> None:
        """Forget lost photos, so that they are sent again; one lost too often has failed."""
        for image_id in flight.waiting:
            del flight.sent[image_id]
            attempts = flight.attempts[image_id] = flight.attempts.get(image_id, 0) + 1
            if attempts >= _ATTEMPTS:
                await self._fail(job, image_id)

    async def _fail(self, job: JobRow, image_id: str) -> None:
        reason = f"The classifier stopped {_ATTEMPTS} times while it worked on this photo."
        failed = ClassificationFailed(image_id=image_id, model_id=job.model_id or "", reason=reason)
        event_id = result_id(image_id, failed.model_id, job.job_id)
        record = record_event(failed, event_id=event_id, correlation_id=UUID(job.job_id))
        await self._log.append([record])

    async def _ended(self, job: JobRow) -> bool:
        """Nothing is left, according to up-to-date read tables; an open-ended job also waits for the scan."""
        if job.scope == "unclassified" and self._scanning():
            return False
        head = await self._log.head()
        return await self._work.left(job) == 0 and await self._position() >= head == await self._log.head()

    async def _finish(self, job: JobRow) -> None:
        _total, done, failed = await self._work.progress(job)
        event = JobFinished(job_id=job.job_id, done=done, failed=failed)
        event_id, cause = derived_id(job.job_id, "finished"), UUID(job.job_id)
        records = [record_event(event, event_id=event_id, correlation_id=cause, causation_id=cause)]
        if job.activates:
            records += await self._activation(job)
        await self._log.append(records)
        log.info("job finished", job=job.job_id, done=done, failed=failed)

    async def _activation(self, job: JobRow) -> list[Record]:
        """What the job was begun for; nothing if a person has chosen a model since."""
        rows = [(row.position, event_of(row)) for row in await self._log.read_stream(ModelActivated.STREAM)]
        choices = [(at, event) for at, event in rows if isinstance(event, ModelActivated)]
        at, latest = choices[-1] if choices else (0, None)
        if at > job.position or (latest and latest.model_id == job.model_id):
            return []
        previous = latest.model_id if latest else None
        event = ModelActivated(model_id=job.model_id or "", previous=previous)
        event_id, cause = derived_id(job.job_id, "activated"), UUID(job.job_id)
        return [record_event(event, event_id=event_id, correlation_id=cause, causation_id=cause)]


def _later(jobs: Sequence[JobRow], running: Collection[str]) -> set[str]:
    """Those of other models, while a classifier's job runs: classes come first."""
    first = any(job.job_id in running and job.task == "classes" for job in jobs)
    return {job.job_id for job in jobs if job.task != "classes"} if first else set()


def _message(job: JobRow, image_id: str, rotation: int) -> Message:
    body = ClassifyJob(job_id=job.job_id, image_id=image_id, model_id=job.model_id or "", rotation=rotation)
    return Message(
        message_id=derived_id(job.job_id, image_id, "job"),
        type=ClassifyJob.TYPE,
        schema_version=ClassifyJob.VERSION,
        correlation_id=UUID(job.job_id),
        causation_id=UUID(job.job_id),
        traceparent=spans.traceparent(UUID(job.job_id)),
        body=encode(body),
    )
