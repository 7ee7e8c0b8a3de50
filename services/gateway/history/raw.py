"""What stands in the log of one thing that happened: the command and its events, to the letter."""

from itertools import takewhile
from typing import Final, Literal

import msgspec

from services.domain.subject import event_of
from services.gateway.history.entries import Message, Written
from services.gateway.i18n.speech import spoken
from services.gateway.i18n.wording import TURNING, utc
from services.kernel.log.codec import BrokenEvent, UnknownEvent
from services.kernel.log.envelope import Envelope
from services.kernel.log.eventlog import Log

EVENTS: Final = 50
"""Of one command; the rest is at `/events`."""
LETTERS: Final = 20_000
"""Of one message: a command may name 15,000 photos."""
_ESCAPED: Final = {ord(letter): f"\\u{ord(letter):04x}" for letter in TURNING}
"""As JSON writes what would turn the lines around."""


async def written(log: Log, position: int, names: dict[str, str]) -> Written | None:
    """The command that brought the message there about, and its events. None: the log has no such position."""
    rows = await log.read_positions([position]) if 0 < position < 2**62 else []
    if not rows:
        return None
    row = rows[0]
    command = await _command(log, row)
    caused = await _caused(log, command) if command else []
    further: int | None
    if row.kind == "E" and row.position not in {one.position for one in caused[:EVENTS]}:
        caused = [row, *caused[: EVENTS - 1]]  # of a job: it stands far behind its command
        further = row.position
    else:
        further = caused[EVENTS - 1].position if len(caused) > EVENTS else None
    events = [in_full(one, names) for one in caused[:EVENTS]]
    return Written(
        row=row if row.kind == "E" or not caused else caused[0],
        command=in_full(command, names) if command else None,
        events=events,
        further=further,
    )


async def _command(log: Log, row: Envelope) -> Envelope | None:
    """What set it off, directly or at the other end of the chain."""
    if row.kind == "C":
        return row
    for id_ in (row.causation_id, row.correlation_id):
        found = await log.find(id_) if id_ else None
        if found and found.kind == "C":
            return found
    return None


async def _caused(log: Log, command: Envelope) -> list[Envelope]:
    """Its events that stand right behind it, one more than is shown."""
    rows = await log.read(command.position, EVENTS + 1)
    return list(takewhile(lambda row: row.causation_id == command.event_id, rows))


def in_full(row: Envelope, names: dict[str, str]) -> Message:
    """Pure."""
    kind: Literal["command", "event"] = "command" if row.kind == "C" else "event"
    pretty = msgspec.json.format(row.data, indent=2).translate(_ESCAPED)
    return Message(
        kind=kind,
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
