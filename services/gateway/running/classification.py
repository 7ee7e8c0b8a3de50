"""Sends the photos of running classify jobs to the bus, a window at a time, and ends jobs that are done.

What a job still has to do is asked of the read tables each time (`queries/work.py`); in memory is only what is
on its way. So after a crash, of us or of the broker, nothing is lost: the queues are emptied at the start and
filled again from the log. What a job that was paused or cancelled had waiting in a queue is taken out of it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

import structlog

from services.domain.jobs.events import ClassificationFailed, JobFinished
from services.gateway.i18n.catalogues import N_
from services.gateway.queries.reads import JobRow, Work
from services.gateway.running.progress import Rate
from services.kernel.bus.contract import Bus, BusUnavailable, Message
from services.kernel.bus.jobs import ClassifyJob
from services.kernel.bus.topology import CLASSIFY_BULK, CLASSIFY_INTERACTIVE
from services.kernel.log.codec import encode
from services.kernel.log.envelope import record_event
from services.kernel.log.eventlog import Log
from services.kernel.log.ids import derived_id, result_id

log = structlog.get_logger(__name__)

WINDOW: Final = 1024
"""Photos on their way at most: several seconds of work, and little to send again after a crash."""
INTERACTIVE: Final = 64
"""A job of named photos, up to this many, is one that somebody waits for."""
SILENT_S: Final = 20.0
"""Longer than a classifier takes to load: it is worth telling."""
STALLED_S: Final = 120.0
"""Nothing came back for so long though the queue is empty: the messages are lost, send them again."""
_ATTEMPTS: Final = 3
"""A photo that was lost so often is what kills the classifier."""


class Flight:
    """What is on its way for one job."""

    def __init__(self) -> None:
        self.sent: dict[str, int | None] = {}
        """Image id -> position of its result, None while there is none yet."""
        self.attempts: dict[str, int] = {}
        self.queue: str | None = None
        """Where it was sent last."""
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
        """Drop what the read tables show by now."""
        self.sent = {i: p for i, p in self.sent.items() if p is None or p > projected}

    def withdraw(self) -> None:
        """Nothing is on its way any more; answers that come all the same count."""
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
        """`position`: how far the read tables are; `scanning`: whether photos may still appear."""
        self._log, self._bus, self._work = events, bus, work
        self._position, self._scanning = position, scanning
        self._flights: dict[str, Flight] = {}
        self._wake = asyncio.Event()
        self.note: str | None = None
        """Why nothing is sent just now, as a sentence."""

    def wake(self) -> None:
        self._wake.set()

    def settled(self, job_id: str, image_id: str, position: int) -> None:
        if flight := self._flights.get(job_id):
            flight.settle(image_id, position)
        self._wake.set()

    def flight(self, job_id: str) -> Flight | None:
        return self._flights.get(job_id)

    def waits_for(self, job_id: str) -> str | None:
        """Why a job gets no further just now, as a sentence."""
        flight = self._flights.get(job_id)
        silent = flight is not None and flight.waiting and time.monotonic() - flight.heard > SILENT_S
        return self.note or (
            N_("Waiting for a classifier: none has answered for a while.") if silent else None
        )

    async def run(self) -> None:
        """Feed running jobs; never returns. While the bus is away it waits and says so in `note`."""
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
        for gone in self._flights.keys() - {job.job_id for job in jobs}:
            del self._flights[gone]
        projected = await self._position()
        for job in jobs:
            flight = self._flights.setdefault(job.job_id, Flight())
            unseen = bool(flight.sent)
            flight.forget(projected)
            if job.job_id in running:
                await self._feed(job, flight)
            elif not (unseen and not flight.sent):
                continue  # paused: has ended only if its last answers have just come
            if not flight.sent and await self._ended(job):
                await self._finish(job)

    async def _withdraw(self, queue: str) -> None:
        """Empty a queue; jobs that go on are sent again, those of their photos that a classifier holds included."""
        await self._bus.purge(queue)
        for flight in self._flights.values():
            if flight.queue == queue:
                flight.withdraw()

    async def _feed(self, job: JobRow, flight: Flight) -> None:
        if await self._stalled(flight):
            await self._give_up(job, flight)
        if len(flight.waiting) > WINDOW // 2:
            return
        todo = await self._work.outstanding(job, WINDOW)
        new = [image for image in todo if image not in flight.sent][: WINDOW - len(flight.waiting)]
        if not new:
            return
        if not flight.sent:
            flight.began()
        small = job.asked is not None and job.asked <= INTERACTIVE
        queue = CLASSIFY_INTERACTIVE if small else CLASSIFY_BULK
        flight.queue = queue
        flight.sent.update(dict.fromkeys(new))
        try:
            await self._bus.publish(queue, [_message(job, image) for image in new])
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
        """Forget what was lost, so that it is sent again; what was lost too often has failed."""
        for image_id in flight.waiting:
            del flight.sent[image_id]
            attempts = flight.attempts[image_id] = flight.attempts.get(image_id, 0) + 1
            if attempts >= _ATTEMPTS:
                await self._fail(job, image_id)

    async def _fail(self, job: JobRow, image_id: str) -> None:
        reason = f"The classifier stopped {_ATTEMPTS} times while it worked on this photo."
        failed = ClassificationFailed(image_id=image_id, model_id=job.model_id or "", reason=reason)
        await self._log.append(
            [
                record_event(
                    failed,
                    event_id=result_id(image_id, failed.model_id, job.job_id),
                    correlation_id=UUID(job.job_id),
                )
            ]
        )

    async def _ended(self, job: JobRow) -> bool:
        """Nothing is left, by read tables that know all of the log; an open-ended job waits for the scan."""
        if job.scope == "unclassified" and self._scanning():
            return False
        head = await self._log.head()
        return await self._work.left(job) == 0 and await self._position() >= head == await self._log.head()

    async def _finish(self, job: JobRow) -> None:
        done, failed = await self._work.done(job)
        await self._log.append(
            [
                record_event(
                    JobFinished(job_id=job.job_id, done=done, failed=failed),
                    event_id=derived_id(job.job_id, "finished"),
                    correlation_id=UUID(job.job_id),
                    causation_id=UUID(job.job_id),
                )
            ]
        )
        log.info("job finished", job=job.job_id, done=done, failed=failed)


def _message(job: JobRow, image_id: str) -> Message:
    body = ClassifyJob(job_id=job.job_id, image_id=image_id, model_id=job.model_id or "")
    return Message(
        message_id=derived_id(job.job_id, image_id, "job"),
        type=ClassifyJob.TYPE,
        schema_version=ClassifyJob.VERSION,
        correlation_id=UUID(job.job_id),
        causation_id=UUID(job.job_id),
        body=encode(body),
    )
