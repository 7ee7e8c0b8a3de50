"""A row of the log: the message with everything about it that must be readable before decoding it."""

from typing import Literal
from uuid import UUID

import msgspec

from services.kernel.log import codec
from services.kernel.log.command import Command
from services.kernel.log.event import Event


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is to be appended: already encoded and valid, so that one bad caller can't fail the
    group it is committed with."""

    event_id: UUID
    stream: str
    """Category, `-`, id: `image-<id>`, `album-<id>`, `job-<id>`."""
    kind: Literal["C", "E"]
    type: str
    schema_version: int
    data: str
    correlation_id: UUID
    """The same along the whole chain that one request set off: the command's id."""
    causation_id: UUID | None = None
    """The message that directly caused this one."""


class Envelope(Record, frozen=True, kw_only=True):
    """A message as it stands in the log."""

    position: int
    """Place in the whole log: 1, 2, 3, … without gaps."""
    version: int
    """Place in its stream: 1, 2, 3, … without gaps."""
    recorded_at: int
    """Microseconds since 1970, UTC: information, never an order."""

    def event(self) -> Event:
        """Decoded and upcast. Raises codec.UnknownEvent or codec.BrokenEvent."""
        return codec.decode_event(self.type, self.schema_version, self.data)


def record_event(
    event: Event,
    *,
    event_id: UUID,
    correlation_id: UUID,
    causation_id: UUID | None = None,
    stream: str | None = None,
) -> Record:
    """`stream`: None for the event's own; `correlation_id` is the job's id where that is a job's."""
    return Record(
        event_id=event_id,
        stream=event.stream(str(correlation_id)) if stream is None else stream,
        kind="E",
        type=event.TYPE,
        schema_version=event.VERSION,
        data=codec.encode(event).decode(),
        correlation_id=correlation_id,
        causation_id=causation_id,
    )


def record_command(command: Command, *, command_id: UUID) -> Record:
    """A command has a stream of its own, `command-<id>`, and starts a chain."""
    return Record(
        event_id=command_id,
        stream=f"command-{command_id}",
        kind="C",
        type=command.TYPE,
        schema_version=command.VERSION,
        data=codec.encode(command).decode(),
        correlation_id=command_id,
    )
