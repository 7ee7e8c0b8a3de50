"""The scanner: reads photos for a gateway on another computer, in worker processes like those of the gateway, and
brings it their previews.

It keeps nothing. A file is acknowledged once its answer is confirmed, so those in hand when it ends are for others.
What is wrong with the scanner itself (no way to the gateway, another version, no room for previews) ends a session: all
it has in hand goes back to the queue, and as long as it pauses no gateway counts on it.
"""

import asyncio
import contextlib
import os
from pathlib import Path
from typing import Final

import msgspec
import structlog

from services.gateway.reading.photo import Photo
from services.gateway.reading.scanner_answers import LONGEST_REASON, FileScanned, Unread, is_believable
from services.gateway.reading.threads import to_photo_thread
from services.gateway.scanners.mounts import Mounts
from services.gateway.scanners.uploads import NotTaken, Unserved, Uploads
from services.gateway.workers import notice
from services.gateway.workers.pool import PreviewNotWritten, Vanished, WorkerPool
from services.kernel.bus.contract import Bus, BusUnavailable, Delivery, Message
from services.kernel.bus.jobs import REPORT_S
from services.kernel.bus.scan_jobs import ScanFile, ScannerReport
from services.kernel.bus.topology import RESULTS, SCAN_FILES
from services.kernel.log.codec import encode
from services.kernel.log.ids import derived_id, new_id
from services.kernel.paths import from_text
from services.kernel.settings import Settings
from services.kernel.until_stopped import own_name, until_stopped
from services.kernel.untrusted import NotJson, decoded
from services.kernel.version import VERSION
from services.kernel.zone import local_zone
from services.knowledge.zones import is_zone

log = structlog.get_logger(__name__)

SESSION_PAUSES_S: Final = (1.0, 5.0, 20.0, 60.0)
"""After a session that has ended for want of something; the last one from then on."""
SUSPECT: Final = 3
"""Returns after which a file is left to the gateway: it may be what ends scanners."""
_AGAIN_S: Final = 0.5
"""Pause before publishing again to an unavailable bus."""
_NS: Final = 1000
"""Nanoseconds by which a file's time may differ: network file systems keep it less exactly."""


class OtherZone(Exception):
    """The gateway's time zone, in which the workers have to be started."""


class _Version(msgspec.Struct):
    version: str


async def run(bus: Bus, settings: Settings, stop: asyncio.Event, mounts: Mounts) -> None:
    """Read until `stop` is set. Survives outages of bus and gateway. Raises GatewayUnusable."""
    notice.warn_once()
    scanner = Scanner(bus, settings, mounts)
    await until_stopped("scanner", scanner.serve(), settings.heartbeat, stop)


class Scanner:
    def __init__(self, bus: Bus, settings: Settings, mounts: Mounts) -> None:
        self._bus, self._settings, self._mounts = bus, settings, mounts
        self._scanner_id = own_name()
        self._failures = 0
        """Sessions that have ended since a file was read."""

    async def serve(self) -> None:
        """Until the bus is closed. Raises GatewayUnusable."""
        while True:
            try:
                return await self._session()
            except* OtherZone as group:
                os.environ["TZ"] = str(group.exceptions[0])
                log.info("the workers take the gateway's time zone", zone=os.environ["TZ"])
            except* Unserved as group:
                pause = SESSION_PAUSES_S[min(self._failures, len(SESSION_PAUSES_S) - 1)]
                self._failures += 1
                log.error("this scanner pauses", reason=str(group.exceptions[0]), again_in_s=pause)
                await asyncio.sleep(pause)

    async def _session(self) -> None:
        """Raises groups of OtherZone and Unserved, and GatewayUnusable."""
        pool = WorkerPool(self._settings.previews, self._settings.workers)
        places = pool.at_a_time + pool.workers
        try:
            async with (
                contextlib.aclosing(Uploads(self._settings, places)) as uploads,
                asyncio.TaskGroup() as group,
                self._bus.consume(SCAN_FILES, places) as deliveries,
            ):
                reporting = group.create_task(self._report(places))
                async for delivery in deliveries:
                    group.create_task(self._one(delivery, pool, uploads))
                reporting.cancel()
        finally:
            await pool.close()
            with contextlib.suppress(BusUnavailable):
                await self._say(places=0)

    async def _report(self, places: int) -> None:
        while True:
            with contextlib.suppress(BusUnavailable):
                await self._say(places)
            await asyncio.sleep(REPORT_S)

    async def _say(self, places: int) -> None:
        """One report is as good as the next, so none is sent twice."""
        report, report_id = ScannerReport(scanner_id=self._scanner_id, places=places), new_id()
        message = Message(
            message_id=report_id,
            type=report.TYPE,
            schema_version=report.VERSION,
            correlation_id=report_id,
            body=encode(report),
        )
        await self._bus.publish(RESULTS, [message])

    async def _one(self, delivery: Delivery, pool: WorkerPool, uploads: Uploads) -> None:
        """Raises Unserved, OtherZone."""
        message = delivery.message
        job = scan_file_of(message)
        if job is None:
            log.warning("a message on the queue of scanners is no file to read", type=message.type)
            await delivery.reject()
            return
        try:
            outcome = await self._outcome(job, message.returned, pool)
        except (Unserved, OtherZone):
            raise
        except Exception:  # one photo ends no scanner
            log.exception("a photo could not be read", root=job.root, path=job.path)
            outcome = _unread("The scanner stumbled over this file; its log has the details.")
        if isinstance(outcome, Photo):
            try:
                await uploads.send(message.message_id, outcome.image_id)
            except NotTaken as error:
                log.info("the gateway took no preview", path=job.path, reason=str(error))
                outcome = _unread(str(error))
        await self._answer(message, outcome)
        self._failures = 0
        await delivery.ack()

    async def _outcome(self, job: ScanFile, returned: int, pool: WorkerPool) -> Photo | Unread:
        if returned >= SUSPECT:
            return _unread("It has come back too often.")
        if is_zone(job.zone) and job.zone != next(local_zone(), ""):
            raise OtherZone(job.zone)
        root = await to_photo_thread(self._mounts.here, job.root)
        if root is None:
            return _unread("It is in none of this scanner's folders.", absent=True)
        if not await to_photo_thread(_is_same, root, job):
            return _unread("This scanner doesn't see the file, or sees another.", absent=True)
        try:
            answer = await pool.read(root, job.path)
        except Vanished:
            return _unread("The file has gone.", absent=True)
        except PreviewNotWritten as error:
            raise Unserved(str(error)) from error
        if not isinstance(answer, Photo):
            return _unread(answer.reason)
        if not await to_photo_thread(_is_same, root, job):
            return _unread("The file has changed meanwhile.", absent=True)
        return answer if is_believable(answer, job.size) else _unread("There is too much to say of it.")

    async def _answer(self, request: Message, outcome: Photo | Unread) -> None:
        """Retries until confirmed."""
        answer = FileScanned(request_id=request.message_id, outcome=outcome)
        message = Message(
            message_id=derived_id(str(request.message_id), "scanned"),
            type=answer.TYPE,
            schema_version=answer.VERSION,
            correlation_id=request.correlation_id,
            causation_id=request.causation_id,
            body=encode(answer),
        )
        while True:
            try:
                return await self._bus.publish(RESULTS, [message])
            except BusUnavailable:
                await asyncio.sleep(_AGAIN_S)


def scan_file_of(message: Message) -> ScanFile | None:
    """None for a message that is no file to read. Raises Unserved if it is of another version."""
    if message.type != ScanFile.TYPE:
        return None
    try:
        theirs = decoded(message.body, _Version).version
        if theirs != VERSION:
            raise Unserved(
                f"The gateway is Albumen {theirs[:20]}, this scanner {VERSION}: install the same version on both."
            )
        return decoded(message.body, ScanFile)
    except (msgspec.ValidationError, NotJson):
        return None


def _unread(reason: str, *, absent: bool = False) -> Unread:
    return Unread(reason=reason[:LONGEST_REASON], absent=absent)


def _is_same(root: Path, job: ScanFile) -> bool:
    """Whether the file is there, as the gateway has listed it."""
    try:
        seen = os.stat(root / from_text(job.path))  # noqa: PTH116  its name may not be UTF-8
    except (OSError, ValueError):
        return False
    return seen.st_size == job.size and seen.st_mtime_ns // _NS == job.mtime_ns // _NS
