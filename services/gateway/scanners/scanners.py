"""The scanners, as the gateway knows them, and the files that they have been asked to read.

Nothing of it is kept: a scan that is interrupted begins anew, and asks again with the same ids, so that what a scanner
still had in hand is not in vain. Whatever they don't answer in time, the gateway reads itself.
"""

import asyncio
import contextlib
import time
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog

from services.gateway.health.services import SILENT_BROKER_S
from services.gateway.listing.found import Found
from services.gateway.reading.photo import Photo
from services.gateway.reading.scanner_answers import FileScanned, Unread, is_believable
from services.kernel import previews
from services.kernel.bus.contract import Bus, BusUnavailable, Message
from services.kernel.bus.jobs import REPORT_S
from services.kernel.bus.scan_jobs import ScanFile, ScannerReport
from services.kernel.bus.topology import SCAN_FILES
from services.kernel.log.codec import encode
from services.kernel.log.ids import derived_id
from services.kernel.paths import to_text
from services.kernel.tracing import spans
from services.kernel.version import VERSION

log = structlog.get_logger(__name__)

ALIVE_S: Final = 3 * REPORT_S
"""A scanner that has been silent for longer is gone, or cut off."""
UNANSWERED_S: Final = 300.0
"""How long an answer is waited for: longer than a photo may take in a worker."""


class Scanners:
    """For the event loop's thread only."""

    def __init__(self, bus: Bus, previews: Path) -> None:
        self._bus, self._previews = bus, previews
        self._reports: dict[str, tuple[float, ScannerReport]] = {}
        """The newest of each scanner, and when it came."""
        self._consumers = 0
        self._asked: dict[UUID, asyncio.Future[Photo | Unread]] = {}
        self.photos = 0
        """That they have read, since the gateway was started."""

    @property
    def alive(self) -> int:
        silent = time.monotonic() - ALIVE_S
        self._reports = {name: one for name, one in self._reports.items() if one[0] >= silent}
        return len(self._reports)

    @property
    def places(self) -> int:
        """Files that they may have in hand together; at least one each, as long as the broker sees them."""
        reported = sum(report.places for _, report in self._reports.values()) if self.alive else 0
        return max(reported, self._consumers) if self._consumers else 0

    @property
    def is_free(self) -> bool:
        return len(self._asked) < self.places

    def heard(self, message: FileScanned | ScannerReport) -> None:
        """Answers that nobody waits for any more, and repeated ones, are dropped."""
        if isinstance(message, ScannerReport):
            self._reports[message.scanner_id] = (time.monotonic(), message)
            return
        answer = self._asked.get(message.request_id)
        if answer and not answer.done():
            answer.set_result(message.outcome)

    def waits_for(self, request_id: UUID) -> bool:
        """Whether this file is still to be read."""
        answer = self._asked.get(request_id)
        return answer is not None and not answer.done()

    async def look(self) -> None:
        """Count those that the broker sees. If there are none left, nobody waits for their answers any more."""
        try:
            async with asyncio.timeout(SILENT_BROKER_S):
                self._consumers = await self._bus.consumers(SCAN_FILES) if self._bus.connected else 0
        except (BusUnavailable, TimeoutError):
            self._consumers = 0
        if self.places:
            return
        lost = [answer for answer in self._asked.values() if not answer.done()]
        for answer in lost:
            answer.set_result(Unread(reason="There is no scanner any more."))
        if lost:
            log.warning("there is no scanner any more: reading the rest here", files=len(lost))
            await self.forget()

    async def forget(self) -> None:
        """Takes away what no scanner has in hand yet."""
        with contextlib.suppress(BusUnavailable, TimeoutError):
            async with asyncio.timeout(SILENT_BROKER_S):
                await self._bus.purge(SCAN_FILES)

    async def read(self, job_id: str, root: Path, item: Found, zone: str) -> Photo | Unread:
        """By the next scanner that has a place free. The preview of a photo is then stored."""
        request_id = derived_id(job_id, root, item.path, item.size, item.mtime_ns, "scan file")
        answer = self._asked[request_id] = asyncio.get_running_loop().create_future()
        try:
            await self._bus.publish(SCAN_FILES, [_message(request_id, job_id, root, item, zone)])
            async with asyncio.timeout(UNANSWERED_S):
                outcome: Photo | Unread = await answer
        except BusUnavailable as error:
            return Unread(reason=str(error)[:300])
        except TimeoutError:
            return Unread(reason="The scanner has not answered.")
        finally:
            del self._asked[request_id]
        if isinstance(outcome, Photo):
            if not is_believable(outcome, item.size):
                return Unread(reason="What the scanner answered can't be true.")
            if not await asyncio.to_thread(previews.load, self._previews, outcome.image_id):
                return Unread(reason="The scanner has brought no preview.")
            self.photos += 1
        return outcome


def _message(request_id: UUID, job_id: str, root: Path, item: Found, zone: str) -> Message:
    job = UUID(job_id)
    body = ScanFile(
        version=VERSION,
        root=to_text(str(root)),
        path=item.path,
        size=item.size,
        mtime_ns=item.mtime_ns,
        zone=zone,
    )
    return Message(
        message_id=request_id,
        type=ScanFile.TYPE,
        schema_version=ScanFile.VERSION,
        correlation_id=job,
        causation_id=job,
        traceparent=spans.traceparent(job),
        body=encode(body),
    )
