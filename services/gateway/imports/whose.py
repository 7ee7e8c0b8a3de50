"""Whose word counts: what a person has said of a photo in one respect, an import leaves alone, even if it was to take
back what an import said; what an import said, a later one may say anew.

Read from the log itself, as the read tables know what was said, but not by whom.
"""

from collections.abc import Collection, Iterable
from typing import Final
from uuid import UUID

from services.domain.albums.events import (
    AlbumDeleted,
    AlbumRestored,
    ImagesAddedToAlbum,
    ImagesRemovedFromAlbum,
)
from services.domain.categories.decisions import (
    CategoryAssigned,
    CategoryCleared,
    CategoryDecision,
    CategoryRejected,
)
from services.domain.history.undo import CommandUndone
from services.domain.imports.commands import ImportMetadata
from services.domain.photos.dates import DateCorrected
from services.domain.photos.hiding import Hiding
from services.domain.photos.remark import FIELDS, WHOLE, Remark
from services.domain.subject import event_of
from services.gateway.queries.logbook import Logbook
from services.kernel.log.envelope import Envelope
from services.kernel.log.eventlog import Log

_PAGE: Final = 1000
HIDDEN: Final = "hidden"
CATEGORY: Final = "category"
DATE: Final = "date"
ALBUM: Final = "album"
Respect = tuple[str, str, str]
"""(image id, field, item): as of `photos/remark.py`, or one of those above."""


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
        """Albums that a person deleted."""

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

    def changed(self) -> int:
        """Photos of which this import has said something."""
        return len({image for image, _, _ in self._mine})

    def is_deleted(self, album_id: str) -> bool:
        """By a person."""
        return album_id in self._deleted

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
        for respect in _respects(row):
            self._said(row, respect)
        if row.type in (AlbumDeleted.TYPE, AlbumRestored.TYPE):
            deleted = row.type == AlbumDeleted.TYPE and not self._of_import(row)
            (self._deleted.add if deleted else self._deleted.discard)(row.stream.removeprefix("album-"))

    def _said(self, row: Envelope, respect: Respect) -> None:
        (self._persons.discard if self._of_import(row) else self._persons.add)(respect)
        if row.correlation_id == self._job:
            self._mine.add(respect)

    def _of_import(self, row: Envelope) -> bool:
        return row.correlation_id in self._imports or row.causation_id in self._imports


_TYPES: Final[Collection[str]] = frozenset(
    (
        *(remark.TYPE for remark in FIELDS.values()),
        *("images_hidden", "images_unhidden", DateCorrected.TYPE, AlbumDeleted.TYPE, AlbumRestored.TYPE),
        *(one.TYPE for one in (CategoryAssigned, CategoryRejected, CategoryCleared)),
        *(ImagesAddedToAlbum.TYPE, ImagesRemovedFromAlbum.TYPE),
    )
)


def _respects(row: Envelope) -> Iterable[Respect]:
    event = event_of(row)
    if isinstance(event, Remark):
        return [(image, event.FIELD, item) for image, item in event.slots()]
    if isinstance(event, Hiding):
        return [(image, HIDDEN, WHOLE) for image in event.image_ids]
    if isinstance(event, DateCorrected):
        return [(event.image_id, DATE, WHOLE)]
    if isinstance(event, CategoryDecision):
        return [(event.image_id, CATEGORY, event.category_id)]
    if isinstance(event, ImagesAddedToAlbum | ImagesRemovedFromAlbum):
        return [(image, ALBUM, event.album_id) for image in event.image_ids]
    return ()
