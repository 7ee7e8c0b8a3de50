"""Who inherits at the end of a scan: only then is it known where every former content lies."""

import asyncio
from collections.abc import Sequence
from typing import Final

import msgspec
import structlog

from services.domain.estate import Estate
from services.domain.files.events import FileReplaced, ImageImported
from services.domain.photos.rotation import RotationSet
from services.domain.subject import event_of
from services.gateway.queries.inherited import estate, places, replaced_since, with_estate
from services.gateway.reading.threads import to_photo_thread
from services.gateway.running import disk
from services.gateway.running.facts import Facts, FilePlace
from services.gateway.running.succession import Inheritance, inheritance, lies_otherwise
from services.gateway.tables.pool import Reader
from services.kernel.log.envelope import Record
from services.kernel.log.eventlog import Log

log = structlog.get_logger(__name__)

_STEP: Final = 500
"""Photos to ask for at once."""
_TOGETHER: Final = 32
"""Photos to judge at a time: most of it is waiting for queries."""


class _Replaced(msgspec.Struct, frozen=True):
    event: FileReplaced
    job_id: str
    """The scan that noticed it."""


class Imported(msgspec.Struct, frozen=True):
    facts: ImageImported
    job_id: str


class Heirs:
    """Collects what a scan replaces. It records nothing before the end, so that a scan that is cut off is judged by the
    one that goes on, or by the next."""

    def __init__(self, job_id: str, facts: Facts, events: Log, views: Reader, may_hold: disk.MayHold) -> None:
        """`may_hold`: as for `disk.vacant`."""
        self._job_id, self._facts, self._log, self._views = job_id, facts, events, views
        self._may_hold = may_hold
        self._replaced: list[_Replaced] = []
        self._arrived: set[str] = set()
        """Images that the scan has found at a new place."""

    def arrived(self, image_id: str) -> None:
        self._arrived.add(image_id)

    def replaced(self, event: FileReplaced) -> None:
        self._replaced.append(_Replaced(event, self._job_id))

    async def recall(self) -> None:
        """What scans have replaced that never ended, this one included."""
        positions, judged = await replaced_since(self._views)
        for row in await self._log.read_positions(positions):
            event, job = event_of(row), str(row.correlation_id)
            if isinstance(event, FileReplaced) and job != judged:
                self._replaced.append(_Replaced(event, job))

    async def records(self) -> list[Record]:
        """Facts about those that inherit, and those that may be edits. What the scan has found must be in the log."""
        emptied = {(one.event.root, one.event.path) for one in self._replaced}
        pairs = {(one.event.image_id, one.event.previous_image_id): one for one in self._replaced}
        former = sorted({previous for image, previous in pairs if image != previous})
        worth: set[str] = set()
        for start in range(0, len(former), _STEP):
            worth |= await with_estate(self._views, former[start : start + _STEP])
        doubtful = [
            one for (image, previous), one in pairs.items() if previous in worth and image != previous
        ]
        records: list[Record] = []
        estates: list[tuple[FileReplaced, Estate]] = []
        for start in range(0, len(doubtful), _TOGETHER):
            some = doubtful[start : start + _TOGETHER]
            for one, judged in zip(
                some, await asyncio.gather(*(self._judged(one, emptied) for one in some)), strict=True
            ):
                if isinstance(judged, Estate):
                    estates.append((one.event, judged))
                else:
                    records += judged
        return records + self._inherited(estates)

    def _inherited(self, estates: Sequence[tuple[FileReplaced, Estate]]) -> list[Record]:
        """Photos that are no duplicates of one another may all have been edited."""
        heirs = {event.previous_image_id: event.image_id for event, _ in estates}
        records: list[Record] = []
        for event, heritage in estates:
            records += self._facts.inherited(event.image_id, event.previous_image_id, heritage.among(heirs))
        return records

    async def _judged(self, one: _Replaced, emptied: set[FilePlace]) -> Estate | list[Record]:
        """What it inherits, or the fact that it may be an edit."""
        image, previous = one.event.image_id, one.event.previous_image_id
        new, former = await imported(self._log, image), await imported(self._log, previous)
        if new is None or former is None:
            return []
        decision = inheritance(
            former.facts,
            new.facts,
            known=new.job_id != one.job_id,
            elsewhere=await self._elsewhere(previous, emptied),
        )
        log.info(
            "a file was replaced", path=one.event.path, image=image, previous=previous, edit=decision.value
        )
        if decision is Inheritance.INHERITS:
            heritage = (await estate(self._views, previous)).beyond(await estate(self._views, image))
            if lies_otherwise(former.facts, new.facts):  # whoever edited it has turned it there
                heritage = heritage.without(RotationSet.FIELD)
            return heritage
        return [self._facts.suspected(one.event)] if decision is Inheritance.UNSURE else []

    async def _elsewhere(self, image_id: str, emptied: set[FilePlace]) -> bool:
        """Whether the image still lies somewhere, also on a disk that is away. `emptied`: places it was replaced at."""
        if image_id in self._arrived:
            return True
        for place in await places(self._views, image_id):
            if place not in emptied and not await to_photo_thread(disk.vacant, place, self._may_hold):
                return True
        return False


async def imported(events: Log, image_id: str) -> Imported | None:
    """The facts about an image's bytes, and the scan that imported it."""
    for row in await events.read_stream(f"image-{image_id}"):
        if row.type == ImageImported.TYPE and isinstance(facts := event_of(row), ImageImported):
            return Imported(facts, str(row.correlation_id))
    return None
