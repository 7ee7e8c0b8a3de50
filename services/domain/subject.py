"""The contract of a subject: what an event and a command say of themselves, so that whatever handles them only
iterates.

A **command** decides, from what is known, which events follow, and says when it is done. An **event** says its stream,
who brings it about, where the history tells of it and in which words, and what takes it back. The dispatcher, the
history, the toasts and undo ask them; none of these has a list of them.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, Literal, NamedTuple, Protocol, cast
from uuid import UUID

import msgspec

from services.domain.failure import Problem
from services.kernel.log import command, event
from services.kernel.log.envelope import Envelope
from services.kernel.sentence import Explained, Sentence, Spoken, Verbatim

Actor = Literal["user", "scan", "model"]
"""A person, the search for photos, or a classifier."""
Section = Literal["albums", "categories", "photos", "jobs"]
"""What the history can be narrowed to."""


class Refused(Explained):
    """The command can't be done as things stand; nothing was appended."""

    def __init__(self, text: str, field: str | None = None, **values: object) -> None:
        super().__init__(text, **values)
        self.field = field


class NotFound(Refused):
    """The command names something that does not exist."""


class Outdated(Refused):
    """Somebody else changed the same thing since the person looked. The sentence says what it has become."""


class Recorded(NamedTuple):
    """An event as it stands in the log."""

    position: int
    event: "Event"


class InStream(NamedTuple):
    """An event among the others of its stream, in order."""

    before: Sequence[Recorded]
    own: Recorded
    after: Sequence[Recorded]


class Event(event.Event, frozen=True, kw_only=True):
    """A fact about a subject."""

    ACTOR: ClassVar[Actor] = "user"
    """Who brings it about."""
    SECTIONS: ClassVar[tuple[Section, ...] | None] = None
    """Where the library's history tells of it; `()`: in no section of its own; None: only the photo's own does."""
    UNDOABLE: ClassVar[bool] = False
    BEGINS: ClassVar[bool] = False
    """The stream begins with it: taking it back takes back all that the same command put into the stream."""
    PER_PHOTO: ClassVar[bool] = False
    """A command brings one about for each of its photos; the history tells of all in one line."""

    def line(self) -> Spoken:
        """What happened, for the history."""
        return Verbatim(self.TYPE.replace("_", " ").capitalize())

    def idle(self) -> bool:
        """Whether the library's history can do without it."""
        return False

    def photos(self) -> Sequence[str]:
        """The ids of those that it is about."""
        one = getattr(self, "image_id", None)
        return [one] if one else list(getattr(self, "image_ids", ()))

    def undo(self, stream: InStream) -> "list[Event]":
        """What restores what the stream said before it; nothing where something else was said of the same thing
        since: the later word stays. Raises Refused for what can't be taken back."""
        raise Refused("This can't be undone (%(what)s).", "command_id", what=self.TYPE.replace("_", " "))

    async def permitted(self, known: "Known") -> Mapping[str, int]:
        """The versions of the streams that allow it to be said to take something back. Raises Refused."""
        return {}


class Decision(msgspec.Struct, frozen=True):
    """What follows from a command."""

    events: Sequence[Event] = ()
    """In order; nothing where it is so already."""
    rests_on: Mapping[str, int] = {}
    """Stream -> the version that was decided on."""


class Known(Protocol):
    """What a decision may ask for: the log, and the read tables that lag a little behind it."""

    command_id: UUID
    new_id: str
    """For what the command creates: 12 hex digits, the same for the same command."""
    roots: list[str]
    """Folders with photos."""
    default_model: str

    async def stream(self, name: str) -> list[Envelope]: ...

    async def since(self, position: int) -> list[Envelope]:
        """What stands behind it, in order; a page."""

    async def head(self) -> int: ...

    async def command(self, command_id: UUID) -> Envelope | None: ...

    async def caused_by(self, command: Envelope) -> list[Envelope]:
        """The events that a command brought about, in order."""

    async def require_photos(self, ids: Sequence[str]) -> None:
        """Raises NotFound when one is not in the library."""

    async def dates(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Image -> the date that it is shown at, ISO 8601."""

    async def category_names(self) -> Mapping[str, str]: ...

    async def categories(self) -> tuple[int, Mapping[str, Any]]:
        """All, each as a `categories.category.Category`, and the position that this is from."""

    async def models(self) -> Collection[str]: ...

    async def active_model(self) -> str | None: ...

    async def search(self, field: str, *, album: str | None = None, q: str | None = None) -> list[str]:
        """The photos that are found, newest first. Raises NotFound, of `field`."""

    async def failed_photos(self, model: str, job_id: str | None, reason: str | None) -> list[str]:
        """Those that a model could not classify: in a job, or all that are not ignored; for one reason, or any."""

    async def problems(
        self,
        *,
        ignored: bool = False,
        paths: Sequence[str] = (),
        images: Sequence[str] = (),
        model: str | None = None,
        reason: str | None = None,
    ) -> list[Problem]:
        """Those that answer to all that is given."""


class Command(command.Command, frozen=True, kw_only=True):
    """A wish about a subject."""

    ACTOR: ClassVar[Actor] = "user"
    """Who carries it out."""
    FINAL: ClassVar[bool] = False
    """It can't be taken back, even where some of its events could."""
    PER_PHOTO: ClassVar[bool] = False
    """Its events say the same of one photo each, and stand right behind it."""

    async def decide(self, known: Known) -> Decision:
        """Raises Refused, NotFound or Outdated."""
        return Decision()

    def toast(self, events: Sequence[Event]) -> Spoken | None:
        """What the page says when it was done. `events`: what it brought about. None: nothing."""
        return Sentence("Done")


def undoable(events: Sequence[Event]) -> bool:
    """Whether a command that brought them about can be taken back."""
    return bool(events) and all(one.UNDOABLE for one in events)


def event_of(row: Envelope) -> Event:
    """Raises codec.UnknownEvent or codec.BrokenEvent."""
    return cast(Event, row.event())


def recorded(rows: Sequence[Envelope]) -> list[Recorded]:
    return [Recorded(row.position, event_of(row)) for row in rows]
