"""What the log holds for one action: the command and its events, verbatim."""

from itertools import takewhile
from typing import Final

import msgspec

from services.domain.subject import event_of
from services.gateway.history.entries import Message, Written
from services.gateway.i18n.speech import spoken
from services.gateway.i18n.wording import TURNING, utc
from services.gateway.queries.named import all_names
from services.gateway.tables.pool import Views
from services.kernel.log.codec import BrokenEvent, UnknownEvent
from services.kernel.log.envelope import Envelope
from services.kernel.log.eventlog import Log

EVENTS: Final = 50
"""Shown of one command; the rest is at `/events`."""
LETTERS: Final = 20_000
"""Characters shown of one message: a command may list 15,000 photos."""
_ESCAPED: Final = {ord(letter): f"\\u{ord(letter):04x}" for letter in TURNING}
"""JSON escapes for characters that change the writing direction."""


async def written(log: Log, position: int, views: Views) -> Written | None:
    """The command behind the message at the position, and its events. None: the log has no such position."""
    rows = await log.read_positions([position]) if 0 < position < 2**62 else []
    if not rows:
        return None
    row = rows[0]
    command = await _command(log, row)
    events = await _events(log, command) if command else []
    further = events[EVENTS - 1].position if len(events) > EVENTS else None
    if row.kind == "E" and row.position not in {event.position for event in events[:EVENTS]}:
        events = [row, *events[: EVENTS - 1]]  # of a job: far behind its command
        further = row.position
    names = await all_names(views, (event.stream.removeprefix("album-") for event in events[:EVENTS]))
    return Written(
        row=row if row.kind == "E" or not events else events[0],
        command=in_full(command, names) if command else None,
        events=[in_full(event, names) for event in events[:EVENTS]],
        further=further,
    )


async def _command(log: Log, row: Envelope) -> Envelope | None:
    """The command that caused it directly, or else started the chain."""
    if row.kind == "C":
        return row
    for id_ in (row.causation_id, row.correlation_id):
        cause = await log.find(id_) if id_ else None
        if cause and cause.kind == "C":
            return cause
    return None


async def _events(log: Log, command: Envelope) -> list[Envelope]:
    """Its events that directly follow it, one more than is shown."""
    rows = await log.read(command.position, EVENTS + 1)
    return list(takewhile(lambda row: row.causation_id == command.event_id, rows))


def in_full(row: Envelope, names: dict[str, str]) -> Message:
    """Pure."""
    try:
        pretty = msgspec.json.format(row.data, indent=2).translate(_ESCAPED)
    except (msgspec.DecodeError, ValueError):  # damaged
        pretty = row.data.translate(_ESCAPED)
    return Message(
        kind="command" if row.kind == "C" else "event",
        position=row.position,
        type=row.type,
        schema_version=row.schema_version,
        stream=row.stream,
        version=row.version,
        recorded=utc(row.recorded_at // 1000),
        event_id=str(row.event_id),
        correlation_id=str(row.correlation_id),
        causation_id=str(row.causation_id) if row.causation_id else None,
        text=_sentence(row, names),
        data=pretty[:LETTERS],
        cut=max(0, len(pretty) - LETTERS),
    )


def _sentence(row: Envelope, names: dict[str, str]) -> str:
    if row.kind == "C":
        return ""
    try:
        return spoken(event_of(row).line(), names)
    except (UnknownEvent, BrokenEvent):
        return ""
