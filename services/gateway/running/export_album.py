"""What makes an export's folder an album, or puts pictures into the one that it is."""

from collections.abc import Iterable, Sequence

from services.domain.albums.events import AlbumDeleted, AlbumRestored, ImagesAddedToAlbum
from services.domain.subject import Event
from services.gateway.running.facts import Facts
from services.kernel.log.envelope import Record


def records(
    facts: Facts, album_id: str, title: str, images: Iterable[str], before: Sequence[Event]
) -> list[Record]:
    """Each picture is put there once: who takes it out, or deletes the album, does not find it there again.

    `before`: what has happened to the album.
    """
    if _is_deleted(before):
        return []
    made = [] if before else [facts.album(album_id, title)]
    were = {image for event in before if isinstance(event, ImagesAddedToAlbum) for image in event.image_ids}
    new = sorted(set(images) - were)
    return [*made, facts.in_album(album_id, new)] if new else made


def _is_deleted(before: Sequence[Event]) -> bool:
    turns = (event for event in reversed(before) if isinstance(event, AlbumDeleted | AlbumRestored))
    return isinstance(next(turns, None), AlbumDeleted)
