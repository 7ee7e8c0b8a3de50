"""What may be asked for of albums. The rest is in `commands.py`, which has all of them.

`seen`: how far in the log the page was that the command was given from. Where somebody else changed the same thing
since, the command is refused, and the person is told what it has become.
"""

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from services.kernel.command import Command, Id, ImageIds, Name

Search = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")]
Position = Annotated[int, Meta(ge=0, le=2**62)]
Order = Literal["album", "taken_at", "-taken_at"]


class CreateAlbum(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "create_album"
    NAME: ClassVar[str] = "create-album"
    name: Name
    images: Annotated[list[Id], Meta(max_length=100_000)] = msgspec.field(default_factory=list)
    q: Search | None = None
    """A search; the album is then a smart one, and shows what the search finds."""


class RenameAlbum(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "rename_album"
    NAME: ClassVar[str] = "rename-album"
    album_id: Id
    name: Name
    seen: Position | None = None


class DescribeAlbum(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "describe_album"
    NAME: ClassVar[str] = "describe-album"
    album_id: Id
    description: Annotated[str, Meta(max_length=5000)]
    """Plain text with line breaks; empty: none."""
    seen: Position | None = None


class SetCover(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "set_cover"
    NAME: ClassVar[str] = "set-cover"
    album_id: Id
    image: Id | None
    """None: the newest of its photos. In a form also an empty field."""
    seen: Position | None = None


class SetAlbumOrder(Command, frozen=True, kw_only=True):
    """In which an album opens: by hand, or by date."""

    TYPE: ClassVar[str] = "set_album_order"
    NAME: ClassVar[str] = "set-album-order"
    album_id: Id
    order: Order
    seen: Position | None = None


class SetAlbumSearch(Command, frozen=True, kw_only=True):
    """Of a smart album."""

    TYPE: ClassVar[str] = "set_album_search"
    NAME: ClassVar[str] = "set-album-search"
    album_id: Id
    q: Search
    seen: Position | None = None


class DeleteAlbum(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "delete_album"
    NAME: ClassVar[str] = "delete-album"
    album_id: Id
    seen: Position | None = None


class RestoreAlbum(Command, frozen=True, kw_only=True):
    """One that was deleted."""

    TYPE: ClassVar[str] = "restore_album"
    NAME: ClassVar[str] = "restore-album"
    album_id: Id


class AddToAlbum(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "add_to_album"
    NAME: ClassVar[str] = "add-to-album"
    album_id: Id
    images: ImageIds


class RemoveFromAlbum(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "remove_from_album"
    NAME: ClassVar[str] = "remove-from-album"
    album_id: Id
    images: ImageIds


class ReorderAlbum(Command, frozen=True, kw_only=True):
    """Those photos, in this order, to another place in the album."""

    TYPE: ClassVar[str] = "reorder_album"
    NAME: ClassVar[str] = "reorder-album"
    album_id: Id
    images: ImageIds
    before: Id | None
    """The photo that they then stand before; `start`: before all; None: at the end. In a form also an empty field."""
    seen: Position | None = None


class MergeAlbums(Command, frozen=True, kw_only=True):
    """The one goes, and its photos stand at the end of the other."""

    TYPE: ClassVar[str] = "merge_albums"
    NAME: ClassVar[str] = "merge-albums"
    album_id: Id
    into: Id


class DuplicateAlbum(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "duplicate_album"
    NAME: ClassVar[str] = "duplicate-album"
    album_id: Id
    name: Name | None = None
    """Left out: the name of the other with a 2 behind it."""
    frozen: bool = False
    """Of a smart album: the photos that it shows now, instead of the search."""
