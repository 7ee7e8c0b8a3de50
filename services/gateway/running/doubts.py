"""Checks once what photos inherited before scans looked at the content: that of an edit, or of another picture."""

from uuid import UUID

import structlog

from services.domain.files.doubts import STREAM, InheritanceDoubted, InheritancesChecked
from services.domain.files.events import FileReplaced
from services.domain.subject import event_of
from services.gateway.queries.inherited import replaced_ever
from services.gateway.running.facts import inheritance_id
from services.gateway.running.heirs import imported
from services.gateway.running.succession import Inheritance, inheritance
from services.gateway.tables.pool import Reader
from services.kernel.log.envelope import Envelope, Record, record_event
from services.kernel.log.eventlog import Log
from services.kernel.log.ids import derived_id

log = structlog.get_logger(__name__)


async def check(job_id: str, events: Log, views: Reader) -> list[Record]:
    """Each inheritance that certainly was no edit's, and that the check was made. Empty if it was made before, or if
    nothing was ever replaced."""
    positions = await replaced_ever(views)
    if not positions or await events.read_stream(STREAM):
        return []
    doubted: list[InheritanceDoubted] = []
    for row in await events.read_positions(positions):
        event = event_of(row)
        if isinstance(event, FileReplaced) and (
            doubt := await _doubt(events, event, str(row.correlation_id))
        ):
            doubted.append(doubt)
    if doubted:
        log.warning("photos inherited from other pictures; the history lists them", photos=len(doubted))
    job = UUID(job_id)
    checked = InheritancesChecked(doubted=len(doubted))
    return [
        record_event(fact, event_id=derived_id(STREAM, number), correlation_id=job, causation_id=job)
        for number, fact in enumerate([checked, *doubted])
    ]


async def _doubt(events: Log, replaced: FileReplaced, job_id: str) -> InheritanceDoubted | None:
    """None if it inherited nothing, or may be an edit."""
    image, previous = replaced.image_id, replaced.previous_image_id
    rows = await _inherited(events, job_id, image, previous) if image != previous else []
    new, former = await imported(events, image), await imported(events, previous)
    if not rows or new is None or former is None:
        return None
    decision = inheritance(former.facts, new.facts, known=new.job_id != job_id, elsewhere=False)
    if decision is not Inheritance.NO:
        return None
    return InheritanceDoubted(
        image_id=image,
        previous_image_id=previous,
        root=replaced.root,
        path=replaced.path,
        positions=[row.position for row in rows],
        streams=sorted({row.stream for row in rows}),
    )


async def _inherited(events: Log, job_id: str, image: str, previous: str) -> list[Envelope]:
    """The events by which it inherited: their ids are numbered."""
    rows: list[Envelope] = []
    while row := await events.find(inheritance_id(job_id, image, previous, len(rows))):
        rows.append(row)
    return rows
