"""Undo: the events that take back what a command brought about.

Nothing is taken out of the log. Each event is answered by one that restores what its stream said before it; where
something else was said of the same thing since then, the later word stays. To undo an undo is to do it again.
"""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from services.domain.fields import Id
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


class CommandUndone(Event, frozen=True, kw_only=True):
    """What the command did was taken back by the events that follow this one."""

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

    async def decide(self, known: Known) -> Decision:
        given = await self._given(known)
        undone = CommandUndone(command_id=str(given.event_id))
        own = undone.stream()
        if len(await known.stream(own)) > 1:
            raise Refused("This was undone before.", "command_id")
        events = await restoring(known, await known.caused_by(given))
        if not events:
            raise Refused("There is nothing left of it to undo.", "command_id")
        versions = {own: 1}
        for event in events:
            versions |= await event.permitted(known)
        return Decision([undone, *events], versions)

    async def _given(self, known: Known) -> Envelope:
        """The command that is to be undone. Raises NotFound."""
        try:
            given = await known.command(UUID(self.command_id))
        except ValueError:
            given = None
        if given is None:
            raise NotFound("There is no command with this id.", "command_id")
        return given

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Undone")


async def restoring(known: Known, rows: Sequence[Envelope]) -> list[Event]:
    """What answers events, the last one first. Raises Refused for one that can't be taken back."""
    begun = {row.stream for row in rows if event_of(row).BEGINS}
    events: list[Event] = []
    for row in reversed(rows):
        event = event_of(row)
        if isinstance(event, CommandUndone) or (row.stream in begun and not event.BEGINS):
            continue  # what the command made goes with all that is in it
        stream = await known.stream(row.stream)
        before = recorded([other for other in stream if other.version < row.version])
        after = recorded([other for other in stream if other.version > row.version])
        events += event.undo(InStream(before, recorded([row])[0], after))
    return events
