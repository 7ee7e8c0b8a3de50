"""The contract of a subject: what every event and command declares, so that generic code can iterate over them.

A **command** decides from the current state which events follow, and words its confirmation. An **event** declares its
stream, its actor, its wording and section in the history, and how to undo it. The dispatcher, the history, the toasts
and undo ask them; none of these has a list of its own.
"""

import importlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Literal, NamedTuple, cast

import msgspec

from services.domain.erasure import NOBODY, Erasure
from services.domain.known import Known as Known
from services.kernel.log import command, event
from services.kernel.log.codec import BrokenEvent, UnknownEvent, register_on_demand
from services.kernel.log.envelope import Envelope
from services.kernel.sentence import Explained, Sentence, Spoken, Verbatim

register_on_demand(lambda: importlib.import_module("services.domain.registry"))

Actor = Literal["user", "scan", "model", "visitor"]
"""A person, a library scan, a classifier, or somebody with a share link."""
Section = Literal["albums", "categories", "photos", "jobs"]
"""Filters of the history."""


class Refused(Explained):
    """The command can't be carried out in the current state; nothing was appended."""

    def __init__(self, text: str, field: str | None = None, **values: object) -> None:
        super().__init__(text, **values)
        self.field = field


class NotFound(Refused):
    """The command refers to something that does not exist."""


class Outdated(Refused):
    """Somebody else has changed the same thing since the page was loaded. The sentence gives its current state."""


Respect = tuple[str, str, str]
"""(image id, field, item): in which one thing at a time is said of a photo."""


class Doubtful(Refused):
    """It can be done, but a person who asks for it has probably mistyped something. The sentence says what is odd."""


class Recorded(NamedTuple):
    """An event and its position in the log."""

    position: int
    event: "Event"


class InStream(NamedTuple):
    """An event and the others of its stream, in order."""

    before: Sequence[Recorded]
    own: Recorded
    after: Sequence[Recorded]


class Event(event.Event, frozen=True, kw_only=True):
    """A fact about a subject."""

    ACTOR: ClassVar[Actor] = "user"
    """Who causes it."""
    SECTIONS: ClassVar[tuple[Section, ...] | None] = None
    """Its sections in the library's history; `()`: listed in no section; None: only in the photo's own history."""
    UNDOABLE: ClassVar[bool] = False
    BEGINS: ClassVar[bool] = False
    """It starts its stream, or starts it again: undoing it undoes everything that the same command appended to the
    stream."""
    SHARES: ClassVar[bool] = False
    """A person has told others where its subject is: who takes back what they did not begin leaves that."""
    PER_PHOTO: ClassVar[bool] = False
    """A command causes one for each of its photos; the history shows them as one line."""
    FAMILY: ClassVar[bool] = False
    """One projection is for all of its subclasses."""

    def line(self) -> Spoken:
        """Its line in the history."""
        return Verbatim(self.TYPE.replace("_", " ").capitalize())

    def line_of(self, number: int, by: Actor) -> Spoken | None:
        """Its line for the photos of one command; None: that of one, and how many there are."""
        return None

    def idle(self) -> bool:
        """Whether the library's history leaves it out."""
        return False

    def photos(self) -> Sequence[str]:
        """The ids of the photos it is about."""
        one = getattr(self, "image_id", None)
        return [one] if one else list(getattr(self, "image_ids", ()))

    def respects(self) -> Iterable[Respect]:
        """What it says something of; whatever says something in the same respects later takes its place there."""
        return ()

    async def built_upon(
        self, known: "Known", stream: "Sequence[Recorded]", own: Collection[int]
    ) -> str | None:
        """What it began is called now, if others have given it something since; else None. `own`: positions of all
        events of its command. Only asked of what a job did for the person (`Command.CHAIN`)."""
        return None

    def undo(self, stream: InStream) -> "list[Event]":
        """The events that restore the state before it; none if the same thing has been changed since: the later change
        wins. Raises Refused if it can't be undone."""
        raise Refused("This can't be undone (%(what)s).", "command_id", what=self.TYPE.replace("_", " "))

    @classmethod
    def undo_together(cls, stream: "Sequence[Recorded]", own: Collection[int]) -> "list[Event] | None":
        """The events that restore the state before all of those at the positions `own`, at once; None: they are undone
        one by one. For streams to which one command may add thousands."""
        return None

    def without(self, erasure: Erasure) -> "Event | None":
        """What is left of it without the forgotten photos; itself if it says nothing of them, None if nothing else."""
        if getattr(self, "image_id", None) in erasure.images:
            return None
        images: list[str] | None = getattr(self, "image_ids", None)
        if not images or len(rest := erasure.left(images)) == len(images):
            return self
        return msgspec.structs.replace(self, image_ids=rest) if rest else None

    def doubt(self, today: date) -> Sentence | None:
        """What a person is asked about before this is done; None: nothing is odd."""
        return None

    async def permitted(self, known: "Known") -> Mapping[str, int]:
        """Checks that undo may append it now, and returns the stream versions this relies on. Raises Refused."""
        return {}


class Decision(msgspec.Struct, frozen=True):
    events: Sequence[Event] = ()
    """In order; empty if nothing changes."""
    rests_on: Mapping[str, int] = {}
    """Stream -> the version that the decision is based on."""


class Command(command.Command, frozen=True, kw_only=True):
    """A request about a subject."""

    ACTOR: ClassVar[Actor] = "user"
    """Who carries it out."""
    FINAL: ClassVar[bool] = False
    """It can't be undone, even if some of its events could."""
    PER_PHOTO: ClassVar[bool] = False
    """Its events differ only in the photo, and directly follow it in the log."""
    CHAIN: ClassVar[str] = ""
    """It starts a job whose own commands share its correlation id, and that ends with an event of this type: undoing it
    undoes them all."""

    async def decide(self, known: Known) -> Decision:
        """Raises Refused, NotFound or Outdated."""
        return Decision()

    def without(self, erasure: Erasure) -> "Command":
        """The same command without the forgotten photos and their paths. It stays a valid one, even if it was about
        nothing else."""
        named = [
            field
            for field in ("image", "former", "before", "place_of")
            if getattr(self, field, None) in erasure.images
        ]
        changes: dict[str, Any] = dict.fromkeys(named, NOBODY)
        images, paths = getattr(self, "images", None), getattr(self, "paths", None)
        if isinstance(images, list):
            changes["images"] = erasure.left(images) or (images and [NOBODY])
        if paths:
            changes["paths"] = [path for path in paths if not erasure.of_full_path(path)] or ["/"]
        return msgspec.structs.replace(self, **changes)

    def line(self, event: Event) -> Spoken | None:
        """The history's line for an event that it caused, if it knows more of it than the event; else None."""
        return None

    def toast(self, events: Sequence[Event]) -> Spoken | None:
        """The confirmation on the page; None: none. `events`: what the command caused."""
        return Sentence("Done")


def undoable(events: Sequence[Event]) -> bool:
    """Whether a command that caused them can be undone."""
    return bool(events) and all(one.UNDOABLE for one in events)


class Unreadable(Event, frozen=True, kw_only=True):
    """What stands for an entry of the log that can't be read. Rules pass over it, as over any event that is not theirs;
    the history says that it is there."""

    SECTIONS: ClassVar[tuple[Section, ...] | None] = ()
    reason: str

    def line(self) -> Spoken:
        return Sentence("An entry that can’t be read")

    def undo(self, stream: InStream) -> "list[Event]":
        return []


def event_of(row: Envelope) -> Event:
    """`Unreadable` for one that is damaged, or that a newer Albumen wrote."""
    try:
        return cast(Event, row.event())
    except (UnknownEvent, BrokenEvent) as error:
        return Unreadable(reason=str(error))


def recorded(rows: Sequence[Envelope]) -> list[Recorded]:
    return [Recorded(row.position, event_of(row)) for row in rows]
