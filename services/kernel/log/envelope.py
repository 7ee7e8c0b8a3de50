"""A row of the log: the message plus the metadata that must be readable without decoding it."""

from typing import Literal
from uuid import UUID

import msgspec

from services.kernel.log import codec
from services.kernel.log.command import Command
from services.kernel.log.event import Event


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A message to append: already encoded and valid, so that one bad caller can't fail a group commit."""

    event_id: UUID
    stream: str
    """Category, `-`, id: `image-<id>`, `album-<id>`, `job-<id>`."""
    kind: Literal["C", "E"]
    type: str
    schema_version: int
    data: str
    correlation_id: UUID
    """Shared by all messages that one request led to: the command's id."""
    causation_id: UUID | None = None
    """The message that directly caused this one."""


class Envelope(Record, frozen=True, kw_only=True):
    """A message as stored in the log."""

    position: int
    """Its place in the whole log: 1, 2, 3, … without gaps."""
    version: int
    """Its place in its stream: 1, 2, 3, … without gaps."""
    recorded_at: int
    """Microseconds since 1970, UTC: informational, never used for ordering."""

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
    """`stream`: None for the event's own; if that is a job's, `correlation_id` is the job's id."""
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


def record_command(command: Command, *, command_id: UUID, within: UUID | None = None) -> Record:
    """A command has its own stream, `command-<id>`, and starts a causation chain; `within`: it belongs to that of
    another command."""
    return Record(
        event_id=command_id,
        stream=f"command-{command_id}",
        kind="C",
        type=command.TYPE,
        schema_version=command.VERSION,
        data=codec.encode(command).decode(),
        correlation_id=within or command_id,
        causation_id=within,
    )
