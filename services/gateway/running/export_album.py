"""Turns an export's folder into an album, or adds pictures to the existing one."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from services.domain.albums.events import AlbumDeleted, AlbumRestored, ImagesAddedToAlbum
from services.domain.subject import Event
from services.gateway.running.facts import Facts
from services.gateway.workers.pool import Vanished, WorkerPool
from services.kernel.log.envelope import Record


def records(
    facts: Facts, album_id: str, title: str, images: Iterable[str], before: Sequence[Event]
) -> list[Record]:
    """Each picture is added only once: one that the user removed stays out, and a deleted album stays deleted.

    `before`: the album's events so far.
    """
    if _is_deleted(before):
        return []
    album = [] if before else [facts.album(album_id, title)]
    added = {image for event in before if isinstance(event, ImagesAddedToAlbum) for image in event.image_ids}
    new = sorted(set(images) - added)
    return [*album, facts.in_album(album_id, new)] if new else album


def _is_deleted(before: Sequence[Event]) -> bool:
    turns = (event for event in reversed(before) if isinstance(event, AlbumDeleted | AlbumRestored))
    return isinstance(next(turns, None), AlbumDeleted)


async def title(pool: WorkerPool, root: Path, paths: Iterable[str]) -> str | None:
    """The first title in files that may hold one; a file that has vanished has none."""
    for path in paths:
        try:
            if first := await pool.album(root, path):
                return first
        except Vanished:
            continue
    return None
