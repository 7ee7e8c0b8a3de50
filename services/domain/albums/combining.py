"""Merging and duplicating albums."""

from collections.abc import Sequence
from contextlib import suppress
from typing import ClassVar

from services.domain.albums.album import BY_HAND, Album, stream
from services.domain.albums.commands import AlbumCommand, album_of, existing, standing
from services.domain.albums.events import (
    AlbumCoverSet,
    AlbumCreated,
    AlbumDeleted,
    AlbumDescribed,
    AlbumOrderSet,
    ImagesAddedToAlbum,
)
from services.domain.fields import Id, Name
from services.domain.subject import Decision, Event, Known, NotFound, Refused
from services.kernel.sentence import Sentence, Spoken


class MergeAlbums(AlbumCommand, frozen=True, kw_only=True):
    """Appends the photos of an album to another, and deletes it."""

    TYPE: ClassVar[str] = "merge_albums"
    NAME: ClassVar[str] = "merge-albums"
    album_id: Id
    into: Id

    async def decide(self, known: Known) -> Decision:
        album, version = await album_of(known, self.album_id)
        into, into_version = await album_of(known, self.into)
        versions = {stream(self.into): into_version, stream(self.album_id): version}
        return Decision(self.decided(album, into), versions)

    def decided(self, album: Album | None, into: Album | None) -> list[Event]:
        """Empty if it was already done."""
        album, into = existing(album), existing(into, "into")
        if album.deleted and album.into == self.into:
            return []
        for one, field in ((album, "album_id"), (into, "into")):
            if standing(one, field).q is not None:
                raise Refused(
                    "“%(name)s” is a smart album: first turn it into an album of the photos it shows.",
                    field,
                    name=one.name,
                )
        if self.album_id == self.into:
            raise Refused("An album can’t be merged with itself.", "into")
        new = [image for image in album.in_order() if image not in into.images]
        added: list[Event] = [ImagesAddedToAlbum(album_id=self.into, image_ids=new)] if new else []
        return [*added, AlbumDeleted(album_id=self.album_id, into_id=self.into)]

    def done(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Merged: all photos are in this album now")


class DuplicateAlbum(AlbumCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "duplicate_album"
    NAME: ClassVar[str] = "duplicate-album"
    album_id: Id
    name: Name | None = None
    """Default: the other's name followed by a 2."""
    frozen: bool = False
    """For a smart album: copy the photos it shows now instead of the search."""

    async def decide(self, known: Known) -> Decision:
        album, version = await album_of(known, self.album_id)
        versions = {stream(known.new_id): 0, stream(self.album_id): version}
        results: list[str] = []
        if self.frozen and album and album.q:
            with suppress(NotFound):  # created a moment ago: the read tables don't have it yet
                results = (await known.search("album_id", album=self.album_id))[::-1]
        return Decision(self.decided(album, known.new_id, results), versions)

    def decided(self, album: Album | None, album_id: str, results: Sequence[str] = ()) -> list[Event]:
        """`album_id`: of the new album. `results`: the photos a smart album shows now, if it is to be frozen."""
        album = standing(album)
        frozen = self.frozen and album.q is not None
        images = list(results) if frozen else album.in_order()
        name = self.name.strip() if self.name else f"{album.name[:198]} 2"
        events: list[Event] = [AlbumCreated(album_id=album_id, name=name, q=None if frozen else album.q)]
        if images:
            events.append(ImagesAddedToAlbum(album_id=album_id, image_ids=images))
        if album.description:
            events.append(AlbumDescribed(album_id=album_id, description=album.description))
        if album.sort or album.opens == BY_HAND:
            events.append(AlbumOrderSet(album_id=album_id, order=album.opens))
        if album.cover and (not frozen or album.cover in images):
            events.append(AlbumCoverSet(album_id=album_id, image_id=album.cover))
        return events
