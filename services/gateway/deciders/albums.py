"""Albums: what a command does to one. Pure: values in, values out."""

from collections.abc import Sequence

import msgspec

from services.gateway.deciders.errors import NotFound, Refused
from services.kernel.commands import AddToAlbum, CreateAlbum, DeleteAlbum, RemoveFromAlbum, RenameAlbum
from services.kernel.events import (
    AlbumCreated,
    AlbumDeleted,
    AlbumRenamed,
    Event,
    ImagesAddedToAlbum,
    ImagesRemovedFromAlbum,
)


class Album(msgspec.Struct, frozen=True):
    name: str
    images: frozenset[str] = frozenset()
    deleted: bool = False
    q: str | None = None
    """The search of a smart one."""


AlbumCommand = CreateAlbum | RenameAlbum | DeleteAlbum | AddToAlbum | RemoveFromAlbum


def stream(album_id: str) -> str:
    return f"album-{album_id}"


def evolve(album: Album | None, event: Event) -> Album | None:
    match event:
        case AlbumCreated(name=name, q=q):
            return Album(name, q=q)
        case AlbumRenamed(name=name) if album:
            return msgspec.structs.replace(album, name=name)
        case AlbumDeleted() if album:
            return msgspec.structs.replace(album, deleted=True)
        case ImagesAddedToAlbum(image_ids=ids) if album:
            return msgspec.structs.replace(album, images=album.images | set(ids))
        case ImagesRemovedFromAlbum(image_ids=ids) if album:
            return msgspec.structs.replace(album, images=album.images - set(ids))
    return album


def decide(command: AlbumCommand, album: Album | None, album_id: str) -> list[Event]:
    """Raises NotFound when the album is not there (any more), Refused for photos by hand in a smart one."""
    if isinstance(command, CreateAlbum):
        q = command.q.strip() if command.q else None
        if q and command.images:
            raise Refused("An album shows either a search or the photos that were put into it.", "images")
        created: list[Event] = [AlbumCreated(album_id=album_id, name=command.name.strip(), q=q)]
        if command.images:
            created.append(ImagesAddedToAlbum(album_id=album_id, image_ids=_once(command.images)))
        return created
    if album is None or album.deleted:
        raise NotFound("There is no such album. It may have been deleted.", "album_id")
    if album.q is not None and isinstance(command, AddToAlbum | RemoveFromAlbum):
        raise Refused(
            f"“{album.name}” is a smart album: it shows what its search finds, so photos are neither put into it nor "
            "taken out.",
            "album_id",
        )
    match command:
        case RenameAlbum(name=name):
            same = name.strip() == album.name
            return [] if same else [AlbumRenamed(album_id=album_id, name=name.strip())]
        case DeleteAlbum():
            return [AlbumDeleted(album_id=album_id)]
        case AddToAlbum(images=images):
            new = [i for i in _once(images) if i not in album.images]
            return [ImagesAddedToAlbum(album_id=album_id, image_ids=new)] if new else []
        case RemoveFromAlbum(images=images):
            gone = [i for i in _once(images) if i in album.images]
            return [ImagesRemovedFromAlbum(album_id=album_id, image_ids=gone)] if gone else []


def _once(images: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(images))
