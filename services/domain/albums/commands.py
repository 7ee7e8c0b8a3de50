"""Commands for albums: what each decides, and its confirmation on the page.

`seen`: the log position that the sender's page had reached. If somebody else has changed the same thing since, the
command is refused with its current state.
"""

from collections.abc import Sequence
from typing import ClassVar, Literal

import msgspec

from services.domain.albums.album import BY_HAND, Album, stream
from services.domain.albums.events import (
    AlbumCoverSet,
    AlbumCreated,
    AlbumDeleted,
    AlbumDescribed,
    AlbumOrderSet,
    AlbumRenamed,
    AlbumRestored,
    AlbumSearchSet,
    ImagesAddedToAlbum,
    replayed,
)
from services.domain.fields import AnyImageIds, Id, Name, Position, Search, Text
from services.domain.subject import Command, Decision, Event, Known, NotFound, Outdated, Refused, recorded
from services.domain.words import Photos
from services.kernel.sentence import Sentence, Spoken

Order = Literal["album", "taken_at", "-taken_at"]


class AlbumCommand(Command, frozen=True, kw_only=True):
    def toast(self, events: Sequence[Event]) -> Spoken | None:
        return self.done(events) if events else self.already()

    def done(self, events: Sequence[Event]) -> Spoken:
        name = next((event.name for event in events if isinstance(event, AlbumCreated)), "")
        return Sentence("Created “%(name)s”", name=name)

    def already(self) -> Spoken:
        return Sentence("Already done")


class AlbumChange(AlbumCommand, frozen=True, kw_only=True):
    """For an existing album."""

    ASPECT: ClassVar[str] = ""
    """What it changes, as a key of `Album.at`; "": nothing that could conflict."""
    album_id: Id

    async def decide(self, known: Known) -> Decision:
        await known.require_photos(self.needed())
        album, version = await album_of(known, self.album_id)
        return Decision(self.decided(album), {stream(self.album_id): version})

    def decided(self, album: Album | None) -> list[Event]:
        """Empty if nothing changes. Raises NotFound for a missing or deleted album, Outdated if somebody else changed
        the same thing since the page was loaded, Refused for photos put into a smart album by hand."""
        album = standing(album)
        events = self.changes(album)
        if events and self._outdated_since(album):
            raise self.outdated(album)
        return events

    def needed(self) -> Sequence[Id]:
        """Photos that must be in the library."""
        return ()

    def changes(self, album: Album) -> list[Event]:
        raise NotImplementedError

    def outdated(self, album: Album) -> Outdated:
        raise NotImplementedError

    def _outdated_since(self, album: Album) -> bool:
        seen: int | None = getattr(self, "seen", None)
        return bool(self.ASPECT) and seen is not None and album.at.get(self.ASPECT, 0) > seen


class CreateAlbum(AlbumCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "create_album"
    NAME: ClassVar[str] = "create-album"
    name: Name
    images: AnyImageIds = msgspec.field(default_factory=list)
    q: Search | None = None
    """A search makes it a smart album, which shows the results."""

    async def decide(self, known: Known) -> Decision:
        await known.require_photos(self.images)
        q = self.q.strip() if self.q else None
        if q and self.images:
            raise Refused("An album shows either a search or the photos added to it.", "images")
        names = await known.named_in(q) if q else []
        events: list[Event] = [
            AlbumCreated(album_id=known.new_id, name=self.name.strip(), q=q, names=list(names))
        ]
        if self.images:
            events.append(ImagesAddedToAlbum(album_id=known.new_id, image_ids=once(self.images)))
        return Decision(events, {stream(known.new_id): 0})

    def done(self, events: Sequence[Event]) -> Spoken:
        if self.images:
            number = Photos(len(self.images))
            return Sentence("Created “%(name)s” with %(photos)s", name=self.name, photos=number)
        if self.q:
            return Sentence("Created the smart album “%(name)s”", name=self.name)
        return Sentence("Created “%(name)s”", name=self.name)


class RenameAlbum(AlbumChange, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "rename_album"
    NAME: ClassVar[str] = "rename-album"
    ASPECT: ClassVar[str] = "name"
    name: Name
    seen: Position | None = None

    def changes(self, album: Album) -> list[Event]:
        name = self.name.strip()
        return [] if name == album.name else [AlbumRenamed(album_id=self.album_id, name=name)]

    def outdated(self, album: Album) -> Outdated:
        return Outdated("Meanwhile the album was renamed to “%(now)s”.", "name", now=album.name)

    def done(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Renamed to “%(name)s”", name=self.name)

    def already(self) -> Spoken:
        return Sentence("It is already called “%(name)s”", name=self.name)


class DescribeAlbum(AlbumChange, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "describe_album"
    NAME: ClassVar[str] = "describe-album"
    ASPECT: ClassVar[str] = "description"
    description: Text
    """Empty: none."""
    seen: Position | None = None

    def changes(self, album: Album) -> list[Event]:
        text = self.description.replace("\r\n", "\n").strip()
        return [] if text == album.description else [AlbumDescribed(album_id=self.album_id, description=text)]

    def outdated(self, album: Album) -> Outdated:
        if not album.description:
            return Outdated("Meanwhile the description was removed.", "description")
        return Outdated(
            "Meanwhile the description was changed to “%(now)s”.", "description", now=album.description
        )

    def done(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Description saved" if self.description.strip() else "Description removed")


class SetCover(AlbumChange, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "set_cover"
    NAME: ClassVar[str] = "set-cover"
    ASPECT: ClassVar[str] = "cover"
    image: Id | None
    """None: the newest of its photos. In a form, also an empty field."""
    seen: Position | None = None

    def needed(self) -> Sequence[Id]:
        return [self.image] if self.image else []

    def changes(self, album: Album) -> list[Event]:
        if self.image == album.cover:
            return []
        if self.image is not None and album.q is None and self.image not in album.images:
            raise Refused("The cover is one of the album’s photos, and this one isn’t in it.", "image")
        return [AlbumCoverSet(album_id=self.album_id, image_id=self.image)]

    def outdated(self, album: Album) -> Outdated:
        return Outdated("Meanwhile another photo became the cover.", "image")

    def done(self, events: Sequence[Event]) -> Spoken:
        return Sentence("The newest photo is the cover" if self.image is None else "This is the cover now")


class SetAlbumOrder(AlbumChange, frozen=True, kw_only=True):
    """The order an album opens in: manual or by date."""

    TYPE: ClassVar[str] = "set_album_order"
    NAME: ClassVar[str] = "set-album-order"
    ASPECT: ClassVar[str] = "sort"
    order: Order
    seen: Position | None = None

    def changes(self, album: Album) -> list[Event]:
        if self.order == BY_HAND and album.q is not None:
            raise Refused("A smart album has no manual order.", "order")
        return [] if self.order == album.opens else [AlbumOrderSet(album_id=self.album_id, order=self.order)]

    def outdated(self, album: Album) -> Outdated:
        return Outdated("Meanwhile another order was chosen for the album.", "order")

    def done(self, events: Sequence[Event]) -> Spoken:
        if self.order == BY_HAND:
            return Sentence("The album opens in manual order")
        return Sentence("The album opens by date")


class SetAlbumSearch(AlbumChange, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "set_album_search"
    NAME: ClassVar[str] = "set-album-search"
    ASPECT: ClassVar[str] = "q"
    q: Search
    seen: Position | None = None

    async def decide(self, known: Known) -> Decision:
        decision = await super().decide(known)
        if not decision.events:
            return decision
        q = self.q.strip()
        event = AlbumSearchSet(album_id=self.album_id, q=q, names=list(await known.named_in(q)))
        return msgspec.structs.replace(decision, events=[event])

    def changes(self, album: Album) -> list[Event]:
        if album.q is None:
            raise Refused("“%(name)s” shows the photos added to it.", "q", name=album.name)
        q = self.q.strip()
        return [] if q == album.q else [AlbumSearchSet(album_id=self.album_id, q=q)]

    def outdated(self, album: Album) -> Outdated:
        return Outdated("Meanwhile the album’s search was changed to “%(now)s”.", "q", now=album.q)

    def done(self, events: Sequence[Event]) -> Spoken:
        return Sentence("The album shows what this search finds")


class DeleteAlbum(AlbumChange, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "delete_album"
    NAME: ClassVar[str] = "delete-album"
    seen: Position | None = None

    def decided(self, album: Album | None) -> list[Event]:
        return [] if album and album.deleted else AlbumChange.decided(self, album)

    def changes(self, album: Album) -> list[Event]:
        return [AlbumDeleted(album_id=self.album_id)]

    def outdated(self, album: Album) -> Outdated:
        return Outdated("Meanwhile the album “%(now)s” was changed.", "album_id", now=album.name)

    def _outdated_since(self, album: Album) -> bool:
        return self.seen is not None and album.latest > self.seen

    def done(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Album deleted; its photos stay")

    def already(self) -> Spoken:
        return Sentence("The album was already deleted")


class RestoreAlbum(AlbumChange, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "restore_album"
    NAME: ClassVar[str] = "restore-album"

    def decided(self, album: Album | None) -> list[Event]:
        return [AlbumRestored(album_id=self.album_id)] if existing(album).deleted else []

    def done(self, events: Sequence[Event]) -> Spoken:
        return Sentence("The album is back")

    def already(self) -> Spoken:
        return Sentence("The album is already there")


async def album_of(known: Known, album_id: str) -> tuple[Album | None, int]:
    """The album as of the end of the log, and the version of its stream."""
    rows = await known.stream(stream(album_id))
    return replayed(recorded(rows)), rows[-1].version if rows else 0


def existing(album: Album | None, field: str = "album_id") -> Album:
    """Deleted or not. Raises NotFound."""
    if album is None:
        raise NotFound("There is no such album.", field)
    return album


def standing(album: Album | None, field: str = "album_id") -> Album:
    """Raises NotFound, also for a deleted album."""
    album = existing(album, field)
    if album.deleted:
        raise NotFound("The album “%(name)s” was deleted. Restore it first.", field, name=album.name)
    return album


def once(images: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(images))
