"""Undo: the events that reverse what a command did.

Nothing is removed from the log. For each event another is appended that restores the state before it, unless the same
thing has been changed since: the later change wins. Undoing an undo is a redo.
"""

from collections.abc import Sequence
from typing import ClassVar, Final
from uuid import UUID

from services.domain.fields import Id
from services.domain.files.doubts import doubts, inheritance_rows
from services.domain.subject import (
    Command,
    Decision,
    Event,
    InStream,
    Known,
    NotFound,
    Recorded,
    Refused,
    Section,
    event_of,
    recorded,
)
from services.kernel.log.envelope import Envelope
from services.kernel.sentence import Sentence, Spoken

RESTS_ON: Final = 1000
"""The most streams that undo may rest on. Of more photos, while they are classified, one has always just changed: what
a person changes of them in the same second, undo may then not see."""


class CommandUndone(Event, frozen=True, kw_only=True):
    """The events that follow this one reversed the command."""

    TYPE: ClassVar[str] = "command_undone"
    STREAM: ClassVar[str] = "command-{self.command_id}"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ()
    command_id: str

    def line(self) -> Spoken:
        return Sentence("Undone")


class Undo(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "undo"
    NAME: ClassVar[str] = "undo"
    PER_PHOTO: ClassVar[bool] = True
    command_id: Id
    """Of the command, or of an `InheritanceDoubted`: then what the photo inherited is taken back."""

    async def decide(self, known: Known) -> Decision:
        try:
            id_ = UUID(self.command_id)
        except ValueError:
            raise NotFound("There is no command with this id.", "command_id") from None
        undone = CommandUndone(command_id=str(id_))
        own = undone.stream()
        if command := await known.command(id_):
            rows = await known.caused_by(command)
        elif doubt := (await doubts(known)).get(str(id_)):
            rows = await inheritance_rows(known, doubt)
        else:
            raise NotFound("There is no command with this id.", "command_id")
        version = 1 if command else 0  # the command itself is in that stream
        if len(await known.stream(own)) > version:
            raise Refused("This was undone before.", "command_id")
        events, versions = await restoring(known, rows)
        if not events:
            raise Refused("There is nothing left of it to undo.", "command_id")
        if len(versions) > RESTS_ON:
            versions = {}
        versions[own] = version
        for event in events:
            versions |= await event.permitted(known)
        return Decision([undone, *events], versions)

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Undone")


async def restoring(known: Known, rows: Sequence[Envelope]) -> tuple[list[Event], dict[str, int]]:
    """The events that reverse the rows, last one first, and the versions of the streams that they rest on. Raises
    Refused for one that can't be undone."""
    versions: dict[str, int] = {}
    own: dict[str, dict[int, Event]] = {}
    for row in rows:
        own.setdefault(row.stream, {})[row.position] = event_of(row)
    begun = {stream for stream, events in own.items() if any(one.BEGINS for one in events.values())}
    streams: dict[str, list[Recorded]] = {}
    events: list[Event] = []
    for row in reversed(rows):
        mine = own[row.stream]
        event = mine.get(row.position)
        if event is None or isinstance(event, CommandUndone) or (row.stream in begun and not event.BEGINS):
            continue  # undoing the start of a stream undoes the rest of it
        if row.stream not in streams:
            stream = await known.stream(row.stream)
            versions[row.stream], streams[row.stream] = stream[-1].version, recorded(stream)
        events += _reversal(streams[row.stream], row.position, mine)
    return events, versions


def _reversal(stream: Sequence[Recorded], position: int, mine: dict[int, Event]) -> list[Event]:
    """Of the event at this position, and of all like it where they can be undone together: these are then taken out of
    `mine`, the command's events of the stream."""
    event = mine[position]
    alike = [at for at, other in mine.items() if type(other) is type(event)]
    if len(alike) > 1 and (together := event.undo_together(stream, frozenset(alike))) is not None:
        for at in alike:
            del mine[at]
        return together
    return event.undo(_in_stream(stream, position, event))


def _in_stream(stream: Sequence[Recorded], position: int, event: Event) -> InStream:
    before = [one for one in stream if one.position < position]
    after = [one for one in stream if one.position > position]
    return InStream(before, Recorded(position, event), after)
