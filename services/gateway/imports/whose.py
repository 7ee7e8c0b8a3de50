"""Whose word counts: what a person has said of a photo in one respect, an import leaves alone, even if it was to take
back what an import said; what an import said, a later one may say anew.

Read from the log itself, as the read tables know what was said, but not by whom.
"""

from typing import Final
from uuid import UUID

from services.domain.albums.events import AlbumDeleted, AlbumRestored
from services.domain.categories.events import CategoryDeleted, CategoryRestored
from services.domain.history.undo import CommandUndone
from services.domain.imports.commands import ImportMetadata
from services.domain.photos.remark import WHOLE
from services.domain.registry import EVENTS
from services.domain.subject import Event, Respect, event_of
from services.gateway.queries.logbook import Logbook
from services.kernel.log.envelope import Envelope
from services.kernel.log.eventlog import Log

_PAGE: Final = 1000
_GONE: Final = (AlbumDeleted.TYPE, CategoryDeleted.TYPE)
_BACK: Final = (AlbumRestored.TYPE, CategoryRestored.TYPE)


class Whose:
    def __init__(self, events: Log, logbook: Logbook, job_id: UUID) -> None:
        self._log, self._logbook, self._job = events, logbook, job_id
        self._position: int | None = None
        self._imports: set[UUID] = {job_id}
        """Imports, and commands that undid them."""
        self._persons: set[Respect] = set()
        """In which a person had the last word …"""
        self._mine: set[Respect] = set()
        """… and this import has said something already."""
        self._deleted: set[str] = set()
        """Streams of albums and categories that a person deleted."""

    async def catch_up(self) -> None:
        """With the log, as it is now."""
        if self._position is None:
            self._position = await self._log.head()
            for row in reversed(await self._earlier(self._position)):
                self._see(row)
        while rows := await self._log.read(self._position, _PAGE):
            self._position = rows[-1].position
            for row in rows:
                self._see(row)

    async def _earlier(self, position: int) -> list[Envelope]:
        """What matters up to a position, newest first."""
        types = [*_TYPES, ImportMetadata.TYPE, CommandUndone.TYPE]
        earlier: list[Envelope] = []
        before = position + 1
        while rows := await self._logbook.back(types, before, _PAGE):
            earlier += rows
            before = rows[-1].position
        return earlier

    def is_free(self, image: str, field: str, item: str = WHOLE) -> bool:
        """Whether this import may say something there."""
        respect = (image, field, item)
        return respect not in self._persons and respect not in self._mine

    def is_persons(self, image: str, field: str, item: str) -> bool:
        """Whether a person had the last word there."""
        return (image, field, item) in self._persons

    def changed(self) -> int:
        """Photos of which this import has said something."""
        return len({image for image, _, _ in self._mine})

    def is_deleted(self, stream: str) -> bool:
        """Whether a person deleted that album or category."""
        return stream in self._deleted

    def is_of_import(self, row: Envelope) -> bool:
        """Whether an import said that, or a person who took an import back."""
        return row.correlation_id in self._imports or row.causation_id in self._imports

    def _see(self, row: Envelope) -> None:
        if row.kind == "C":
            if row.type == ImportMetadata.TYPE:
                self._imports.add(row.event_id)
            return
        if row.type == CommandUndone.TYPE:
            event = event_of(row)
            if (
                isinstance(event, CommandUndone)
                and UUID(event.command_id) in self._imports
                and row.causation_id
            ):
                self._imports.add(row.causation_id)
            return
        if row.type not in _TYPES:
            return
        for respect in event_of(row).respects():
            self._said(row, respect)
        if row.type in (*_GONE, *_BACK):
            deleted = row.type in _GONE and not self.is_of_import(row)
            (self._deleted.add if deleted else self._deleted.discard)(row.stream)

    def _said(self, row: Envelope, respect: Respect) -> None:
        (self._persons.discard if self.is_of_import(row) else self._persons.add)(respect)
        if row.correlation_id == self._job:
            self._mine.add(respect)


_TYPES: Final = frozenset(
    (*_GONE, *_BACK, *(kind.TYPE for kind in EVENTS.values() if kind.respects is not Event.respects))
)
