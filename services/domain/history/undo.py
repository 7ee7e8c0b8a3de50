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
    begun = {row.stream for row in rows if event_of(row).BEGINS}
    events: list[Event] = []
    for row in reversed(rows):
        event = event_of(row)
        if isinstance(event, CommandUndone) or (row.stream in begun and not event.BEGINS):
            continue  # undoing the start of a stream undoes the rest of it
        stream = await known.stream(row.stream)
        versions.setdefault(row.stream, stream[-1].version)
        before = recorded([other for other in stream if other.version < row.version])
        after = recorded([other for other in stream if other.version > row.version])
        events += event.undo(InStream(before, recorded([row])[0], after))
    return events, versions
