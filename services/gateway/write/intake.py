"""Results from the bus into the log: append, then acknowledge.

What a words model answers to a sentence, what a scanner has read of a file, and what either reports of itself, is for
whoever listens, and is not kept.

A result that is delivered twice has the same event id, so the log drops the repeat. One of a photo that is not in the
log, because it was forgotten for good meanwhile, is dropped: neither the log nor the dead-letter queue may hold it. Any
other message is rejected to the dead-letter queue.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Final, TypeVar, get_args

import msgspec
import structlog
from msgspec.structs import replace
from structlog.contextvars import bound_contextvars

from services.domain.jobs.encoding import ImageEncoded
from services.domain.jobs.events import ClassificationFailed, ImageClassified
from services.domain.jobs.objects import ObjectsDetected
from services.domain.models.events import ModelLoaded, ModelRegistered
from services.domain.photos.explaining import ImageExplained
from services.domain.subject import Event
from services.gateway.reading.scanner_answers import FileScanned
from services.kernel.bus.contract import Bus, BusUnavailable, Delivery, Message
from services.kernel.bus.jobs import SentenceEncoded, WorkerReport
from services.kernel.bus.scan_jobs import ScannerReport
from services.kernel.bus.topology import RESULTS
from services.kernel.log import codec
from services.kernel.log.envelope import Record, record_event
from services.kernel.log.eventlog import Log
from services.kernel.log.finding import LogError
from services.kernel.log.ids import derived_id
from services.kernel.loglines import some_ids
from services.kernel.tracing import spans
from services.kernel.untrusted import NotJson, decoded

log = structlog.get_logger(__name__)

T = TypeVar("T")
PREFETCH: Final = 512
TRIED_EVERY_S: Final = 1.0
"""How often it is tried whether the log can be written to again."""
NO_RESULT: Final = "a message on the results queue is not a result"
OF_JOBS: Final = (ImageClassified, ObjectsDetected, ImageEncoded, ClassificationFailed)
OF_PHOTOS: Final = (*OF_JOBS, ImageExplained)
RESULT: Final = (*OF_PHOTOS, ModelRegistered, ModelLoaded)
"""What a classifier may send."""
Settled = Callable[[str, str, int], None]
"""Called with (job id, image id, position) once a result is in the log."""
Passing = SentenceEncoded | WorkerReport | FileScanned | ScannerReport
PASSING: Final[dict[str, type[Passing]]] = {kind.TYPE: kind for kind in get_args(Passing)}
"""Messages that no event is made of."""
Heard = Callable[[Passing], None]


_Result = tuple[Delivery, Event, Record]


class NotAResult(Exception):
    """A classifier may not send this message."""


def record(message: Message) -> tuple[Event, Record]:
    """Pure. Raises NotAResult."""
    try:
        event = codec.decode_event(message.type, message.schema_version, message.body)
    except (codec.UnknownEvent, codec.BrokenEvent) as error:
        raise NotAResult(str(error)) from error
    if not isinstance(event, RESULT):
        raise NotAResult(f"A classifier may not say {message.type}.")
    return event, record_event(
        event,
        event_id=message.message_id,
        correlation_id=message.correlation_id,
        causation_id=message.causation_id,
    )


async def run(bus: Bus, events: Log, settled: Settled, heard: Heard) -> None:
    """Take in results until the bus is closed. Survives a lost connection; a result is acknowledged once logged."""
    async with bus.consume(RESULTS, PREFETCH) as deliveries:
        async for group in _groups(deliveries):
            results = [one for one in group if one.message.type not in PASSING]
            for delivery in group:
                if kind := PASSING.get(delivery.message.type):
                    await _settle(_pass_on(delivery, kind, heard))
            ids = some_ids(delivery.message.correlation_id for delivery in results)
            with bound_contextvars(correlation_id=ids), spans.received(RESULTS, results):
                await _take(results, events, settled)


async def _pass_on(delivery: Delivery, kind: type[Passing], heard: Heard) -> None:
    try:
        heard(decoded(delivery.message.body, kind))
    except (msgspec.ValidationError, NotJson) as error:
        log.warning("a message on the results queue is damaged", type=kind.TYPE, reason=str(error)[:200])
        await delivery.reject()
    else:
        await delivery.ack()


async def _groups(deliveries: AsyncIterator[Delivery]) -> AsyncIterator[list[Delivery]]:
    """Batches of what has arrived, at least one message, so that a burst becomes one append."""
    waiting: asyncio.Queue[Delivery | None] = asyncio.Queue()

    async def pump() -> None:
        async for delivery in deliveries:
            waiting.put_nowait(delivery)
        waiting.put_nowait(None)

    pumping = asyncio.create_task(pump(), name="intake pump")
    try:
        while (first := await waiting.get()) is not None:
            group: list[Delivery] = [first]
            while not waiting.empty() and (more := waiting.get_nowait()) is not None:
                group.append(more)
            yield group
    finally:
        pumping.cancel()


async def _take(group: list[Delivery], events: Log, settled: Settled) -> None:
    good: list[_Result] = []
    for delivery in group:
        try:
            good.append((delivery, *record(delivery.message)))
        except NotAResult as error:
            log.warning(NO_RESULT, reason=str(error), correlation_id=str(delivery.message.correlation_id))
            await _settle(delivery.reject())
    good = await _of_known_photos(good, events)
    if not good:
        return
    records = [await _waiting(partial(_brought_back, row, events), len(good)) for _, _, row in good]
    appended = await _waiting(lambda: events.append(records), len(good))
    log.debug("results appended", count=len(good), position=appended.last)
    for (delivery, event, row), position in zip(good, appended.positions, strict=True):
        if isinstance(event, OF_JOBS):
            settled(str(row.correlation_id), event.image_id, position)
        await _settle(delivery.ack())


async def _brought_back(row: Record, events: Log) -> Record:
    """A model that is announced again after another of its name has taken its place: its announcement, whose id is
    derived from what it is, would be dropped as a repeat. The new id is derived from that of the other one, so a worker
    that repeats itself changes nothing."""
    if row.type != ModelRegistered.TYPE:
        return row
    before = [one for one in await events.read_stream(row.stream) if one.type == row.type]
    if not before or before[-1].data == row.data or all(one.event_id != row.event_id for one in before):
        return row
    return replace(row, event_id=derived_id(str(row.event_id), str(before[-1].event_id)))


async def _of_known_photos(results: list[_Result], events: Log) -> list[_Result]:
    """Without those of photos that are not in the log, which are acknowledged."""
    streams = {row.stream for _, event, row in results if isinstance(event, OF_PHOTOS)}
    versions = await _waiting(lambda: events.versions(sorted(streams)), len(results))
    unknown = [one for one in results if one[2].stream in streams and one[2].stream not in versions]
    for delivery, _, _ in unknown:
        await _settle(delivery.ack())
    if unknown:
        log.info("results of photos that are not in the log were dropped", count=len(unknown))
    return [one for one in results if one not in unknown] if unknown else results


async def _waiting(act: Callable[[], Awaitable[T]], results: int) -> T:
    """Until the log can be used again. Meanwhile the results stay with us: returned to the queue again and again, they
    would end among the dead letters."""
    while True:
        try:
            return await act()
        except LogError as error:
            log.warning("results wait, as nothing can be saved", results=results, reason=str(error))
            await asyncio.sleep(TRIED_EVERY_S)


async def _settle(settling: "asyncio.Future[None] | object") -> None:
    try:
        await settling  # type: ignore[misc]
    except BusUnavailable:
        log.debug("the bus went away before the acknowledgement: the message will come again")
