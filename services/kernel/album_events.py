"""Facts about albums. The rest is in `events.py`, which has all of them."""

from typing import ClassVar

from services.kernel.event import Event


class AlbumCreated(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "album_created"
    album_id: str
    name: str
    q: str | None = None
    """Of a smart album: the search that it shows. Photos are never put into it."""


class AlbumRenamed(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "album_renamed"
    album_id: str
    name: str


class AlbumDescribed(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "album_described"
    album_id: str
    description: str


class AlbumCoverSet(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "album_cover_set"
    album_id: str
    image_id: str | None
    """None: the newest of its photos. So too when this one is not in it."""


class AlbumOrderSet(Event, frozen=True, kw_only=True):
    """In which the album opens: `album` (by hand), `taken_at` or `-taken_at`."""

    TYPE: ClassVar[str] = "album_order_set"
    album_id: str
    order: str


class AlbumSearchSet(Event, frozen=True, kw_only=True):
    """A smart album shows from now on what another search finds."""

    TYPE: ClassVar[str] = "album_search_set"
    album_id: str
    q: str


class AlbumDeleted(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "album_deleted"
    album_id: str
    into_id: str | None = None
    """The album that its photos were put into: it was merged."""


class AlbumRestored(Event, frozen=True, kw_only=True):
    """One that was deleted is there again, as it was."""

    TYPE: ClassVar[str] = "album_restored"
    album_id: str


class ImagesAddedToAlbum(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "images_added_to_album"
    album_id: str
    image_ids: list[str]


class ImagesRemovedFromAlbum(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "images_removed_from_album"
    album_id: str
    image_ids: list[str]


class AlbumReordered(Event, frozen=True, kw_only=True):
    """Some photos of the album stand elsewhere in it."""

    TYPE: ClassVar[str] = "album_reordered"
    album_id: str
    image_ids: list[str]
    ranks: list[str]
    """What sorts each of them from now on (`ranks.py`): they say the same however often they are told, and whatever
    else has moved."""
