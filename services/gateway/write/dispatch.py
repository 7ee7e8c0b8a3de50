"""A command on its way into the log: it decides on what is known, and all of it is appended at once or nothing.

The command and the events that follow from it are one append, so each stands in the log exactly once or not
at all. An Idempotency-Key becomes the command's id; everything else is derived from that, so a repeated
request meets its own answer.
"""

import time
from typing import Final
from uuid import UUID

import msgspec

from services.domain.subject import Command, Decision, Event, Refused, event_of
from services.gateway.write.reads import Reads, caused_by
from services.kernel.log.codec import encode
from services.kernel.log.envelope import Record, record_command, record_event
from services.kernel.log.eventlog import Conflict, Log
from services.kernel.log.ids import derived_id, new_id

_ATTEMPTS: Final = 5
"""How often a command is decided anew when somebody else appended to its stream meanwhile."""

DOUBLE_CLICK_S: Final = 1.0


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    command_id: UUID
    position: int
    """Of the last event that the command brought about."""
    events: list[Event] = []
    """What it brought about; nothing where it was so already."""


class Dispatcher:
    def __init__(self, log: Log, reads: Reads) -> None:
        self._log, self._reads = log, reads
        self._last: tuple[Command, float, str] | None = None
        """Given by a form, when, and under which key."""

    async def handle(self, command: Command, key: str | None = None) -> Accepted:
        """Append the command and its events. The same key gives the same answer and one effect.

        Raises Refused or NotFound, with nothing appended.
        """
        self._last = None
        return await self._accept(command, key)

    async def once(self, command: Command) -> Accepted:
        """As `handle`; the very command that was given last, within a second, is a double click on its button."""
        given, at, key = self._last or (None, 0.0, "")
        now = time.monotonic()
        if given != command or now - at > DOUBLE_CLICK_S:
            key = str(new_id())
            self._last = (command, now, key)
        return await self._accept(command, key)

    async def _accept(self, command: Command, key: str | None) -> Accepted:
        command_id = derived_id("idempotency-key", key) if key else new_id()
        for _attempt in range(_ATTEMPTS):
            if key and (before := await self._repeated(command_id, command)):
                return before
            decision = await command.decide(self._reads.of(command_id))
            expected = {f"command-{command_id}": 0, **decision.rests_on}
            try:
                appended = await self._log.append(records(command, command_id, decision), expected)
            except Conflict:
                continue
            return Accepted(command_id=command_id, position=appended.last, events=list(decision.events))
        raise Refused("Somebody else is changing the same thing: try again.")

    async def _repeated(self, command_id: UUID, command: Command) -> Accepted | None:
        given = await self._log.find(command_id)
        if given is None:
            return None
        if (given.type, given.data) != (command.TYPE, encode(command).decode()):
            raise Refused("This Idempotency-Key was used for another command before: choose a new one.")
        caused = await caused_by(self._log, given)
        position = caused[-1].position if caused else given.position
        return Accepted(command_id=command_id, position=position, events=[event_of(row) for row in caused])


def records(command: Command, command_id: UUID, decision: Decision) -> list[Record]:
    """The command and its events, as one append."""
    caused = [
        record_event(
            event,
            event_id=derived_id(command_id, index),
            correlation_id=command_id,
            causation_id=command_id,
        )
        for index, event in enumerate(decision.events)
    ]
    return [record_command(command, command_id=command_id), *caused]
