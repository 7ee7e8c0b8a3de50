"""A command's way into the log: it is decided on the current state, and appended with its events atomically.

As this is one append, each is in the log exactly once or not at all. An Idempotency-Key becomes the command's id, from
which all other ids are derived, so a repeated request gets the first one's answer.
"""

import time
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec
import structlog
from structlog.contextvars import bound_contextvars

from services.domain.subject import Command, Decision, Doubtful, Event, Refused, event_of
from services.gateway.write.reads import Reads, caused_by
from services.kernel.log.codec import encode
from services.kernel.log.envelope import Record, record_command, record_event
from services.kernel.log.eventlog import Conflict, Log
from services.kernel.log.ids import derived_id, new_id
from services.kernel.tracing import spans

log = structlog.get_logger(__name__)

_ATTEMPTS: Final = 5
"""How often a command is decided if others keep appending to its streams."""

DOUBLE_CLICK_S: Final = 1.0


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    command_id: UUID
    position: int
    """Of the last event that the command caused."""
    events: list[Event] = []
    """What it caused; empty if nothing changed."""


class Dispatcher:
    def __init__(self, log: Log, reads: Reads) -> None:
        self._log, self._reads = log, reads
        self._last: tuple[Command, float, str] | None = None
        """The last command from a form, its time and its key."""

    async def handle(self, command: Command, key: str | None = None) -> Accepted:
        """Append the command and its events. The same key gives the same answer and takes effect once. Raises Refused
        or NotFound, with nothing appended."""
        self._last = None
        return await self._accept(command, key)

    async def once(self, command: Command, sure: bool, key: str | None = None) -> Accepted:
        """Like `handle`, but the same command again within a second is a double click on its button. `sure`: the
        person has been asked about anything odd. Else raises Doubtful, too."""
        last, at, former = self._last or (None, 0.0, "")
        now = time.monotonic()
        if last == command and now - at <= DOUBLE_CLICK_S:
            key = former
        else:
            key = key or str(new_id())
            self._last = (command, now, key)
        return await self._accept(command, key, sure)

    async def _accept(self, command: Command, key: str | None, sure: bool = True) -> Accepted:
        command_id = derived_id("idempotency-key", key) if key else new_id()
        with (
            bound_contextvars(correlation_id=str(command_id)),
            spans.command(command_id, command.TYPE) as span,
        ):
            accepted = await self._decided(command, command_id, key, sure, span)
            log.debug("command accepted", type=command.TYPE, position=accepted.position)
        return accepted

    async def _decided(
        self, command: Command, command_id: UUID, key: str | None, sure: bool, span: spans.SpanData | None
    ) -> Accepted:
        for _attempt in range(_ATTEMPTS):
            if key and (before := await self._repeated(command_id, command)):
                spans.forget(span)
                return before
            with spans.stage("decide"):
                decision = await command.decide(self._reads.of(command_id))
            if not sure:
                _ask(decision)
            expected = {f"command-{command_id}": 0, **decision.rests_on}
            try:
                appended = await self._log.append(records(command, command_id, decision), expected)
            except Conflict:
                continue
            if not appended.new:
                spans.forget(span)
            return Accepted(command_id=command_id, position=appended.last, events=list(decision.events))
        raise Refused("Somebody else is changing the same thing: try again.")

    async def _repeated(self, command_id: UUID, command: Command) -> Accepted | None:
        logged = await self._log.find(command_id)
        if logged is None:
            return None
        if (logged.type, logged.data) != (command.TYPE, encode(command).decode()):
            raise Refused("This Idempotency-Key was already used for another command: choose a new one.")
        rows = await caused_by(self._log, logged)
        position = rows[-1].position if rows else logged.position
        return Accepted(command_id=command_id, position=position, events=[event_of(row) for row in rows])


def _ask(decision: Decision) -> None:
    """Raises Doubtful with what is odd about the first event of which something is."""
    today = datetime.now(UTC).date()
    oddity = next((one for event in decision.events if (one := event.doubt(today))), None)
    if oddity:
        raise Doubtful(oddity.text, None, **oddity.values)


def records(
    command: Command, command_id: UUID, decision: Decision, within: UUID | None = None
) -> list[Record]:
    """The command and its events, as one append. `within`: the command whose job gives it."""
    chain = within or command_id
    events = [
        record_event(
            event, event_id=derived_id(command_id, index), correlation_id=chain, causation_id=command_id
        )
        for index, event in enumerate(decision.events)
    ]
    return [record_command(command, command_id=command_id, within=within), *events]
