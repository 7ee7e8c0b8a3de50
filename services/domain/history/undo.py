"""Undo: the events that reverse what a command did.

Nothing is removed from the log. For each event another is appended that restores the state before it, unless the same
thing has been changed since: the later change wins. Undoing an undo is a redo.
"""

from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple
from uuid import UUID

import msgspec

from services.domain.fields import Id
from services.domain.files.doubts import doubts, inheritance_rows
from services.domain.history.kept import Kept, Own, left_to_others
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
from services.domain.words import Number, Photos
from services.kernel.log.command import COMMANDS
from services.kernel.log.envelope import Envelope
from services.kernel.sentence import Sentence, Series, Spoken

RESTS_ON: Final = 1000
"""The most streams that undo may rest on. Of more photos, while they are classified, one has always just changed: what
a person changes of them in the same second, undo may then not see."""
_NAMED: Final = 3
"""So many albums and categories that stay are named."""


class CommandUndone(Event, frozen=True, kw_only=True):
    """The events that follow this one reversed the command."""

    TYPE: ClassVar[str] = "command_undone"
    STREAM: ClassVar[str] = "command-{self.command_id}"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ()
    command_id: str
    kept: list[str] = msgspec.field(default_factory=list)
    """Names of albums and categories that a job made, and that stay for what others have given them since …"""
    kept_photos: int = 0
    """… and the number of photos of which others have said something else, or the same, since."""

    def line(self) -> Spoken:
        parts: list[Spoken] = [Sentence("“%(name)s”", name=name) for name in self.kept[:_NAMED]]
        if len(self.kept) > _NAMED:
            parts.append(Sentence("%(count)s more", count=Number(len(self.kept) - _NAMED)))
        if self.kept_photos:
            parts.append(Photos(self.kept_photos))
        if not parts:
            return Sentence("Undone")
        return Sentence("Undone, except for what was changed since: %(what)s", what=Series(parts))


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
        own = CommandUndone(command_id=str(id_)).stream()
        if command := await known.command(id_):
            rows = await known.caused_by(command)
        elif doubt := (await doubts(known)).get(str(id_)):
            rows = await inheritance_rows(known, doubt)
        else:
            raise NotFound("There is no command with this id.", "command_id")
        version = 1 if command else 0  # the command itself is in that stream
        if len(await known.stream(own)) > version:
            raise Refused("This has already been undone.", "command_id")
        events, versions, kept = await restoring(known, rows, await _of_a_job(known, command))
        if not events:
            raise Refused("There is nothing left to undo.", "command_id")
        if len(versions) > RESTS_ON:
            versions = {}
        versions[own] = version
        for event in events:
            versions |= await event.permitted(known)
        undone = CommandUndone(command_id=str(id_), kept=list(kept.names), kept_photos=len(kept.photos))
        return Decision([undone, *events], versions)

    def toast(self, events: Sequence[Event]) -> Spoken:
        return next((one.line() for one in events if isinstance(one, CommandUndone)), Sentence("Undone"))


async def _of_a_job(known: Known, command: Envelope | None) -> bool:
    """Whether it started a job that gives commands of its own, or undid or redid one such."""
    while command and command.type == Undo.TYPE:
        undone = event_of((await known.caused_by(command))[0])
        command = await known.command(UUID(undone.command_id)) if isinstance(undone, CommandUndone) else None
    return command is not None and bool(getattr(COMMANDS.get(command.type), "CHAIN", ""))


class Reversal(NamedTuple):
    events: list[Event]
    versions: dict[str, int]
    """Of the streams that they rest on."""
    kept: Kept


async def restoring(known: Known, rows: Sequence[Envelope], of_a_job: bool = False) -> Reversal:
    """The events that reverse the rows, last one first. `of_a_job`: the person has not given each of them, so what
    others have said or built upon since stays. Raises Refused for one that can't be undone."""
    versions: dict[str, int] = {}
    streams: dict[str, list[Recorded]] = {}

    async def stream_of(name: str) -> list[Recorded]:
        if name not in streams:
            stream = await known.stream(name)
            versions[name], streams[name] = stream[-1].version, recorded(stream)
        return streams[name]

    own: Own = {}
    for row in rows:
        own.setdefault(row.stream, {})[row.position] = event_of(row)
    kept = await left_to_others(known, own, stream_of) if of_a_job else Kept()
    begun = {stream for stream, events in own.items() if any(one.BEGINS for one in events.values())}
    events: list[Event] = []
    for row in reversed(rows):
        mine = own[row.stream]
        event = mine.get(row.position)
        if event is None or isinstance(event, CommandUndone) or (row.stream in begun and not event.BEGINS):
            continue  # undoing the start of a stream undoes the rest of it
        events += _reversal(await stream_of(row.stream), row.position, mine)
    return Reversal(events, versions, kept)


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
