"""The photos of an album and their order, arranged by hand."""

from collections.abc import Sequence
from typing import ClassVar

from services.domain.albums import reordering
from services.domain.albums.album import Album
from services.domain.albums.commands import AlbumChange, once, standing
from services.domain.albums.events import AlbumReordered, ImagesAddedToAlbum, ImagesRemovedFromAlbum
from services.domain.fields import Id, ImageIds, Position
from services.domain.subject import Event, Outdated, Refused
from services.domain.words import AlbumName, Photos
from services.kernel.sentence import Plural, Sentence, Spoken


class PhotosByHand(AlbumChange, frozen=True, kw_only=True):
    """Changes the photos of an album, or their order."""

    def decided(self, album: Album | None) -> list[Event]:
        album = standing(album)
        if album.q is not None:
            raise Refused(
                "“%(name)s” is a smart album: it shows what its search finds, so photos can’t be added or "
                "removed.",
                "album_id",
                name=album.name,
            )
        return AlbumChange.decided(self, album)


class AddToAlbum(PhotosByHand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "add_to_album"
    NAME: ClassVar[str] = "add-to-album"
    images: ImageIds

    def needed(self) -> Sequence[Id]:
        return self.images

    def changes(self, album: Album) -> list[Event]:
        new = [image for image in once(self.images) if image not in album.images]
        return [ImagesAddedToAlbum(album_id=self.album_id, image_ids=new)] if new else []

    def done(self, events: Sequence[Event]) -> Spoken:
        new, total = _number(events), len(set(self.images))
        if new == total:
            return Sentence(
                "%(photos)s added to %(album)s", photos=Photos(new), album=AlbumName(self.album_id)
            )
        return Plural(
            "%(photos)s added to %(album)s, %(num)s was already in it",
            "%(photos)s added to %(album)s, %(num)s were already in it",
            total - new,
            photos=Photos(new),
            album=AlbumName(self.album_id),
        )

    def already(self) -> Spoken:
        return Plural(
            "%(num)s photo is in the album already",
            "All %(num)s photos are in the album already",
            len(set(self.images)),
        )


class RemoveFromAlbum(PhotosByHand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "remove_from_album"
    NAME: ClassVar[str] = "remove-from-album"
    images: ImageIds

    def changes(self, album: Album) -> list[Event]:
        removed = [image for image in once(self.images) if image in album.images]
        return [ImagesRemovedFromAlbum(album_id=self.album_id, image_ids=removed)] if removed else []

    def done(self, events: Sequence[Event]) -> Spoken:
        photos, album = Photos(_number(events)), AlbumName(self.album_id)
        return Sentence("%(photos)s removed from %(album)s", photos=photos, album=album)

    def already(self) -> Spoken:
        return Sentence("They are not in the album any more")


class ReorderAlbum(PhotosByHand, frozen=True, kw_only=True):
    """Moves photos, in this order, to another place in the album."""

    TYPE: ClassVar[str] = "reorder_album"
    NAME: ClassVar[str] = "reorder-album"
    ASPECT: ClassVar[str] = "order"
    images: ImageIds
    before: Id | None
    """The photo they go before; `start`: to the front; None: to the end. In a form, also an empty field."""
    seen: Position | None = None

    def changes(self, album: Album) -> list[Event]:
        moved, ranks = reordering.moved(album, once(self.images), self.before)
        return [AlbumReordered(album_id=self.album_id, image_ids=moved, ranks=ranks)] if moved else []

    def outdated(self, album: Album) -> Outdated:
        return Outdated("Meanwhile the album was reordered.", "before")

    def done(self, events: Sequence[Event]) -> Spoken:
        return Plural("%(num)s photo moved", "%(num)s photos moved", _number(events))

    def already(self) -> Spoken:
        return Sentence("They are already there")


def _number(events: Sequence[Event]) -> int:
    return sum(len(getattr(event, "image_ids", ())) for event in events)
