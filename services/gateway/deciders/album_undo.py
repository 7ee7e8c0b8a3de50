"""What takes back a change of an album. Pure: values in, values out."""

from collections.abc import Sequence

from services.gateway.deciders.albums import OWN, Album, evolve
from services.kernel import events as e

Said = tuple[int, e.Event]
"""An event and its position in the log."""
ALBUM = (
    e.AlbumCreated
    | e.AlbumRenamed
    | e.AlbumDescribed
    | e.AlbumCoverSet
    | e.AlbumOrderSet
    | e.AlbumSearchSet
    | e.AlbumDeleted
    | e.AlbumRestored
    | e.ImagesAddedToAlbum
    | e.ImagesRemovedFromAlbum
    | e.AlbumReordered
)


def undo(event: e.Event, before: Sequence[Said], since: Sequence[Said]) -> list[e.Event]:
    """`before`: what the album's stream says ahead of the event; `since`: from the event on, itself included. What was
    said of the same thing later stays."""
    then: Album | None = None
    for position, other in before:
        then = evolve(then, other, position)
    now = then
    for position, other in since:
        now = evolve(now, other, position)
    if now is None:
        return []
    was = then or Album("")
    match event:
        case e.AlbumCreated(album_id=album) | e.AlbumRestored(album_id=album) if not now.deleted:
            return [e.AlbumDeleted(album_id=album)]
        case e.AlbumDeleted(album_id=album) if now.deleted and then:
            return [e.AlbumRestored(album_id=album)]
        case e.AlbumRenamed(album_id=album, name=name) if now.name == name and then:
            return [e.AlbumRenamed(album_id=album, name=then.name)]
        case e.AlbumDescribed(album_id=album, description=said) if now.description == said:
            return [e.AlbumDescribed(album_id=album, description=was.description)]
        case e.AlbumCoverSet(album_id=album, image_id=image) if now.cover == image:
            return [e.AlbumCoverSet(album_id=album, image_id=was.cover)]
        case e.AlbumOrderSet(album_id=album, order=order) if now.sort == order:
            own = OWN if now.q is None else "-taken_at"
            return [e.AlbumOrderSet(album_id=album, order=was.sort or own)]
        case e.AlbumSearchSet(album_id=album, q=q) if now.q == q and was.q:
            return [e.AlbumSearchSet(album_id=album, q=was.q)]
    return [] if now.deleted else _images(event, was, now)


def _images(event: e.Event, was: Album, now: Album) -> list[e.Event]:
    match event:
        case e.ImagesAddedToAlbum(album_id=album, image_ids=ids):
            gone = [image for image in ids if image in now.images and image not in was.images]
            return [e.ImagesRemovedFromAlbum(album_id=album, image_ids=gone)] if gone else []
        case e.ImagesRemovedFromAlbum(album_id=album, image_ids=ids):
            back = [image for image in ids if image not in now.images and image in was.images]
            if not back:
                return []
            added = e.ImagesAddedToAlbum(album_id=album, image_ids=back)
            return [added, _ranked(album, back, was)]  # where they stood
        case e.AlbumReordered(album_id=album, image_ids=ids, ranks=ranks):
            moved = [
                image
                for image, rank in zip(ids, ranks, strict=False)
                if now.images.get(image) == rank and image in was.images
            ]
            return [_ranked(album, moved, was)] if moved else []
    return []


def _ranked(album_id: str, images: list[str], was: Album) -> e.Event:
    return e.AlbumReordered(album_id=album_id, image_ids=images, ranks=[was.images[i] for i in images])
