"""Facts about albums: what each changes, how to undo it, and its line in the history."""

from collections.abc import Collection, Iterable, Sequence
from typing import ClassVar

import msgspec

from services.domain.albums.album import ALBUM, Album, given_by_others
from services.domain.albums.search_names import SearchName
from services.domain.erasure import Erasure
from services.domain.subject import Event, InStream, Known, Recorded, Respect, Section
from services.domain.words import AlbumName, Photos
from services.kernel.sentence import Sentence, Spoken
from services.knowledge import ranks


class AlbumEvent(Event, frozen=True, kw_only=True):
    STREAM: ClassVar[str] = "album-{self.album_id}"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("albums",)
    UNDOABLE: ClassVar[bool] = True
    album_id: str

    def applied(self, album: Album, position: int) -> Album:
        """The album after this event. `position`: of the event in the log."""
        return album

    def undo(self, stream: InStream) -> list[Event]:
        then = replayed(stream.before)
        now = replayed((stream.own, *stream.after), then)
        return self.reversed(then, now) if now else []

    def reversed(self, then: Album | None, now: Album) -> list[Event]:
        """`then`: the state before this event; `now`: the state after it and all later ones."""
        return []


def evolve(album: Album | None, event: Event, position: int = 0) -> Album | None:
    """`position`: of the event in the log."""
    if isinstance(event, AlbumCreated):
        return event.applied(album or Album(event.name), position)
    return event.applied(album, position) if album and isinstance(event, AlbumEvent) else album


def replayed(events: Sequence[Recorded], album: Album | None = None) -> Album | None:
    for position, event in events:
        album = evolve(album, event, position)
    return album


class AlbumMade(AlbumEvent, frozen=True, kw_only=True):
    BEGINS: ClassVar[bool] = True

    async def built_upon(self, known: Known, stream: Sequence[Recorded], own: Collection[int]) -> str | None:
        """By a photo of theirs, a place for one of its own, a name, a link …"""
        last = max(position for position, one in stream if position in own and isinstance(one, AlbumMade))
        then = replayed([one for one in stream if one.position <= last or one.position in own])
        now = replayed(stream)
        later = [one for one in stream if one.position > last]
        return now.name if then and now and given_by_others(then, now, later, own) else None


class AlbumCreated(AlbumMade, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "album_created"
    name: str
    q: str | None = None
    """The search of a smart album. Photos are never put into one."""
    names: list[SearchName] = msgspec.field(default_factory=list)
    """What the search names; empty also in logs of early versions."""

    def applied(self, album: Album, position: int) -> Album:
        at = {**album.at, "made": position, "name": position, "q": position}
        changes = {"name": self.name, "q": self.q, "names": tuple(self.names), "deleted": False, "at": at}
        return msgspec.structs.replace(album, **changes)

    def reversed(self, then: Album | None, now: Album) -> list[Event]:
        return [] if now.deleted else [AlbumDeleted(album_id=self.album_id)]

    def line(self) -> Spoken:
        if self.q is not None:
            return Sentence("Created the smart album “%(name)s”: %(q)s", name=self.name, q=self.q)
        return Sentence("Created “%(name)s”", name=self.name)


class AlbumRenamed(AlbumEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "album_renamed"
    name: str

    def applied(self, album: Album, position: int) -> Album:
        return album.changed("name", position, name=self.name)

    def reversed(self, then: Album | None, now: Album) -> list[Event]:
        same = now.name == self.name
        return [AlbumRenamed(album_id=self.album_id, name=then.name)] if then and same else []

    def line(self) -> Spoken:
        return Sentence("Album renamed to “%(name)s”", name=self.name)


class AlbumDescribed(AlbumEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "album_described"
    description: str

    def applied(self, album: Album, position: int) -> Album:
        return album.changed("description", position, description=self.description)

    def reversed(self, then: Album | None, now: Album) -> list[Event]:
        if now.description != self.description:
            return []
        return [AlbumDescribed(album_id=self.album_id, description=then.description if then else "")]

    def line(self) -> Spoken:
        return Sentence("Album description changed" if self.description else "Album description removed")


class AlbumCoverSet(AlbumEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "album_cover_set"
    image_id: str | None
    """None: the newest of its photos, as when this one is not in the album."""

    def respects(self) -> Iterable[Respect]:
        return [(self.image_id, ALBUM, self.album_id)] if self.image_id else []

    def applied(self, album: Album, position: int) -> Album:
        return album.changed("cover", position, cover=self.image_id)

    def reversed(self, then: Album | None, now: Album) -> list[Event]:
        same = now.cover == self.image_id
        return [AlbumCoverSet(album_id=self.album_id, image_id=then.cover if then else None)] if same else []

    def without(self, erasure: Erasure) -> Event | None:
        return msgspec.structs.replace(self, image_id=None) if self.image_id in erasure.images else self

    def line(self) -> Spoken:
        return Sentence("Album cover changed")


class AlbumOrderSet(AlbumEvent, frozen=True, kw_only=True):
    """The order the album opens in: `album` (manual), `taken_at` or `-taken_at`."""

    TYPE: ClassVar[str] = "album_order_set"
    order: str

    def applied(self, album: Album, position: int) -> Album:
        return album.changed("sort", position, sort=self.order)

    def reversed(self, then: Album | None, now: Album) -> list[Event]:
        if now.sort != self.order:
            return []
        sort = then.sort if then else None
        own = msgspec.structs.replace(now, sort=None).opens
        return [AlbumOrderSet(album_id=self.album_id, order=sort or own)]

    def line(self) -> Spoken:
        return Sentence("Album opens in manual order" if self.order == "album" else "Album opens by date")


class AlbumSearchSet(AlbumEvent, frozen=True, kw_only=True):
    """From now on a smart album shows the results of another search."""

    TYPE: ClassVar[str] = "album_search_set"
    q: str
    names: list[SearchName] = msgspec.field(default_factory=list)

    def applied(self, album: Album, position: int) -> Album:
        return album.changed("q", position, q=self.q, names=tuple(self.names))

    def reversed(self, then: Album | None, now: Album) -> list[Event]:
        if now.q != self.q or not (then and then.q):
            return []
        return [AlbumSearchSet(album_id=self.album_id, q=then.q, names=list(then.names))]

    def line(self) -> Spoken:
        return Sentence("Smart album shows: %(search)s", search=self.q)


class AlbumDeleted(AlbumEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "album_deleted"
    into_id: str | None = None
    """The album it was merged into."""

    def applied(self, album: Album, position: int) -> Album:
        return album.changed("made", position, deleted=True, into=self.into_id)

    def reversed(self, then: Album | None, now: Album) -> list[Event]:
        return [AlbumRestored(album_id=self.album_id)] if now.deleted and then else []

    def line(self) -> Spoken:
        return Sentence("Album deleted" if self.into_id is None else "Album merged into another")


class AlbumRestored(AlbumMade, frozen=True, kw_only=True):
    """A deleted album is back, as it was."""

    TYPE: ClassVar[str] = "album_restored"

    def applied(self, album: Album, position: int) -> Album:
        return album.changed("made", position, deleted=False, into=None)

    def reversed(self, then: Album | None, now: Album) -> list[Event]:
        return [] if now.deleted else [AlbumDeleted(album_id=self.album_id)]

    def line(self) -> Spoken:
        return Sentence("Deleted album restored")


class AlbumPhotosEvent(AlbumEvent, frozen=True, kw_only=True):
    image_ids: list[str]

    def respects(self) -> Iterable[Respect]:
        return [(image, ALBUM, self.album_id) for image in self.image_ids]


class ImagesAddedToAlbum(AlbumPhotosEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "images_added_to_album"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("albums", "photos")

    def applied(self, album: Album, position: int) -> Album:
        new = {image: ranks.added(position, place) for place, image in enumerate(self.image_ids)}
        return album.changed("images", position, images={**new, **album.images})

    def reversed(self, then: Album | None, now: Album) -> list[Event]:
        were = then.images if then else {}
        removed = [image for image in self.image_ids if image in now.images and image not in were]
        if now.deleted or not removed:
            return []
        return [ImagesRemovedFromAlbum(album_id=self.album_id, image_ids=removed)]

    @classmethod
    def undo_together(cls, stream: Sequence[Recorded], own: Collection[int]) -> list[Event]:
        """As `undo` of each, but in one pass: photos that somebody else has put or moved since stay."""
        album, mine, album_id = None, dict[str, None](), ""
        for position, event in stream:
            if position in own and isinstance(event, cls):
                album_id = event.album_id
                mine |= dict.fromkeys(one for one in event.image_ids if not album or one not in album.images)
            else:
                mine = {one: None for one in mine if one not in {image for image, _, _ in event.respects()}}
            album = evolve(album, event, position)
        removed = [image for image in mine if album and image in album.images and not album.deleted]
        return [ImagesRemovedFromAlbum(album_id=album_id, image_ids=removed)] if removed else []

    def line(self) -> Spoken:
        photos, album = Photos(len(self.image_ids)), AlbumName(self.album_id)
        return Sentence("%(photos)s added to %(album)s", photos=photos, album=album)


class ImagesRemovedFromAlbum(AlbumPhotosEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "images_removed_from_album"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("albums", "photos")

    def applied(self, album: Album, position: int) -> Album:
        removed = set(self.image_ids)
        rest = {image: rank for image, rank in album.images.items() if image not in removed}
        return album.changed("images", position, images=rest)

    def reversed(self, then: Album | None, now: Album) -> list[Event]:
        were = then.images if then else {}
        back = [image for image in self.image_ids if image not in now.images and image in were]
        if now.deleted or not back:
            return []
        added = ImagesAddedToAlbum(album_id=self.album_id, image_ids=back)
        return [added, _ranked(self.album_id, back, were)]  # at their old places

    def line(self) -> Spoken:
        photos, album = Photos(len(self.image_ids)), AlbumName(self.album_id)
        return Sentence("%(photos)s removed from %(album)s", photos=photos, album=album)


class AlbumReordered(AlbumPhotosEvent, frozen=True, kw_only=True):
    """Some photos have moved within the album."""

    TYPE: ClassVar[str] = "album_reordered"
    ranks: list[str]
    """The new sort key of each (`ranks.py`): the same result however often it is applied, and whatever else moved."""

    def applied(self, album: Album, position: int) -> Album:
        pairs = zip(self.image_ids, self.ranks, strict=False)
        moved = {image: rank for image, rank in pairs if image in album.images}
        return album.changed("order", position, images={**album.images, **moved})

    def reversed(self, then: Album | None, now: Album) -> list[Event]:
        were = then.images if then else {}
        pairs = zip(self.image_ids, self.ranks, strict=False)
        moved = [image for image, rank in pairs if now.images.get(image) == rank and image in were]
        return [_ranked(self.album_id, moved, were)] if moved and not now.deleted else []

    def without(self, erasure: Erasure) -> Event | None:
        if erasure.images.isdisjoint(self.image_ids):
            return self
        pairs = zip(self.image_ids, self.ranks, strict=False)
        rest = {image: rank for image, rank in pairs if image not in erasure.images}
        return _ranked(self.album_id, list(rest), rest) if rest else None

    def line(self) -> Spoken:
        photos, album = Photos(len(self.image_ids)), AlbumName(self.album_id)
        return Sentence("%(photos)s moved within %(album)s", photos=photos, album=album)


def _ranked(album_id: str, images: list[str], were: dict[str, str]) -> AlbumReordered:
    return AlbumReordered(album_id=album_id, image_ids=images, ranks=[were[image] for image in images])
