"""What a history is made of, for whoever shows it."""

from typing import Literal, Protocol

import msgspec

from services.domain.subject import Actor
from services.gateway.queries.titles import Subject
from services.gateway.tables.pool import Views
from services.kernel.log.envelope import Envelope


class HistoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of what happened, in a person's words."""

    position: int
    recorded_at: int
    """Microseconds since 1970, UTC."""
    text: str
    type: str
    """The event's type name in the log, for the details."""
    who: Actor = "user"
    image_id: str | None = None
    album_id: str | None = None
    album: str | None = None
    """Its name, where the text doesn't have it."""
    category_id: str | None = None
    command_id: str | None = None
    """Of the command that can be undone to take this back; None when it can't, or was."""
    cause: str | None = None
    """Of the command or message that it came of."""
    images: tuple[str, ...] = ()
    """Some of the photos that it is about."""
    of: int = 0
    """How many these are in all."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the log."""

    kind: Literal["command", "event"]
    position: int
    type: str
    schema_version: int
    stream: str
    version: int
    """Its place in the stream."""
    recorded: str
    """ISO 8601, UTC."""
    event_id: str
    correlation_id: str
    causation_id: str | None
    text: str
    """What it says in a person's words; empty for a command, and for what a newer Albumen wrote."""
    data: str
    """JSON on many lines."""
    cut: int
    """Letters of it that are left out."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the log of one thing that happened."""

    row: Envelope
    """What it is called after."""
    command: Message | None
    """None: it came of no command that is known."""
    events: list[Message]
    further: int | None
    """The position behind which more of it may stand; None: this is all."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a history is narrowed to."""

    about: str | None = None
    """`albums`, `categories`, `photos` or `jobs`."""
    who: Actor | None = None
    subject: Subject | None = None
    """None: the library."""


class History(Protocol):
    """`views`: as of when names are, and what is undone."""

    async def of_image(self, views: Views, image_id: str, mentioned: list[int]) -> list[HistoryEntry]:
        """Newest first: the image's own stream and the positions that mention it."""

    async def recent(
        self, views: Views, asked: Asked, before: int | None = None, limit: int = 100
    ) -> list[HistoryEntry]:
        """Newest first, from before a position. The library's: what people did and what jobs brought about; a
        subject's: all that concerns it."""

    async def exactly(self, views: Views, position: int) -> tuple[HistoryEntry | None, Written] | None:
        """What stands in the log there, and its line where there is one. None: the log ends before."""
