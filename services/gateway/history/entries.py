"""The data types of the history."""

import re
from collections.abc import Sequence
from typing import Any, Literal, Protocol

import msgspec

from services.domain.subject import Actor
from services.gateway.history.days import ChangedDay
from services.gateway.queries.titles import Subject
from services.gateway.tables.pool import Views
from services.kernel.log.envelope import Envelope


class HistoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the history, in words."""

    position: int
    recorded_at: int
    """Microseconds since 1970, UTC."""
    text: str
    type: str
    """The event's TYPE in the log, for the details."""
    who: Actor = "user"
    image_id: str | None = None
    album_id: str | None = None
    album: str | None = None
    """Its name."""
    category_id: str | None = None
    command_id: str | None = None
    """The command to undo in order to reverse this; None if it can't be undone, or has been."""
    cause: str | None = None
    """The id of the command or message that caused it."""
    edit_of: str | None = None
    """The photo that it may be an edit of, as long as there is something to inherit from that one."""
    images: tuple[str, ...] = ()
    """Some of the photos it is about."""
    of: int = 0
    """How many there are in all."""

    def parts(self) -> tuple[str, str, str]:
        """The text before the album's name, the name, which is a link, and the text after it. If the text doesn't name
        it in quotation marks, as after a renaming, the name is empty."""
        named = self.album and re.search(rf"[“„«»]\s?({re.escape(self.album)})\s?[”“»«]", self.text)
        if not named:
            return self.text, "", ""
        return self.text[: named.start(1)], named[1], self.text[named.end(1) :]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the log."""

    kind: Literal["command", "event"]
    position: int
    type: str
    schema_version: int
    stream: str
    version: int
    """Its position in the stream."""
    recorded: str
    """ISO 8601, UTC."""
    event_id: str
    correlation_id: str
    causation_id: str | None
    text: str
    """In words; empty for a command, and for what a newer Albumen wrote."""
    data: str
    """Indented JSON."""
    cut: int
    """Number of characters cut off its end."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What the log holds for one action."""

    row: Envelope
    """The row that gives it its title."""
    command: Message | None
    """None: not caused by a known command."""
    events: list[Message]
    further: int | None
    """The position after which there may be more events; None: these are all."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The filters of a history."""

    about: str | None = None
    """`albums`, `categories`, `photos` or `jobs`."""
    who: Actor | None = None
    subject: Subject | None = None
    """None: the whole library."""


class History(Protocol):
    """`views`: where names are from, and which commands are undone."""

    async def of_image(
        self, views: Views, image_id: str, mentioned: list[int], before: int, limit: int
    ) -> list[HistoryEntry]:
        """What became of it before a position, newest first: of its own stream and the positions that mention it, the
        last `limit` messages."""

    async def recent(
        self, views: Views, asked: Asked, before: int | None = None, limit: int = 100
    ) -> list[HistoryEntry]:
        """Newest first, before a position. For the library: what people did and jobs achieved; for a subject: all that
        concerns it."""

    async def days(self, before: int) -> list[ChangedDay]:
        """The last days on which something changed before a position, oldest first."""

    async def exactly(self, views: Views, position: int) -> tuple[HistoryEntry | None, Written] | None:
        """What the log holds there, and its line if it has one. None: the log ends before it."""

    async def given(self, types: Sequence[str], limit: int) -> list[tuple[str, dict[str, Any]]]:
        """(type, fields) of the commands of these types that people gave, newest first."""
