"""Turns an export's folder into an album, or adds pictures to the existing one.

An album is known by what its export says of it, its title and when it was made, whatever the folder is called and
wherever it lies. Without that, and for those of earlier versions, which were known by their folder, a folder is an
album's if it is where that was, or has its title and pictures.
"""

import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from pathlib import Path

from services.domain.albums.events import AlbumCreated, AlbumDeleted, AlbumRestored, ImagesAddedToAlbum
from services.domain.subject import Event, event_of
from services.gateway.listing.found import Found
from services.gateway.queries.albums import creations
from services.gateway.reading.photo import AlbumTitle, Rejected
from services.gateway.running.facts import Facts, album_creation
from services.gateway.tables.pool import Reader
from services.gateway.workers.pool import Vanished, WorkerPool
from services.kernel.log.envelope import Record
from services.kernel.log.eventlog import Log


class ExportAlbums:
    """For one scan."""

    def __init__(self, facts: Facts, events: Log, views: Reader) -> None:
        self._facts, self._log, self._views = facts, events, views
        self._earlier: dict[str, list[str]] | None = None
        """Title -> ids of albums that scans have made of folders."""
        self._ids: dict[AlbumTitle, str] = {}
        """Of albums that this scan has come upon."""

    async def records(
        self, root: Path, folder: str, title: AlbumTitle, images: Collection[str]
    ) -> list[Record]:
        """What the scan has found so far must be in the log."""
        album_id = await self._id(root, folder, title, images)
        return records(self._facts, album_id, title.title or "", images, await self._stream(album_id))

    async def _id(self, root: Path, folder: str, title: AlbumTitle, images: Collection[str]) -> str:
        by_folder = album_of(root, folder)
        if not title.created:
            if await self._stream(by_folder):
                return by_folder
            return await self._alike(title, images) or by_folder
        if title not in self._ids:
            self._ids[title] = await self._of_created(by_folder, title, images)
        return self._ids[title]

    async def _of_created(self, by_folder: str, title: AlbumTitle, images: Collection[str]) -> str:
        own = album_made(title)
        if await self._stream(own):
            return own
        if _title(await self._stream(by_folder)) == title.title:
            return by_folder
        return await self._alike(title, images) or own

    async def _alike(self, title: AlbumTitle, images: Collection[str]) -> str | None:
        """An album that was made with this title, and with most of these pictures or most of its own here."""
        if self._earlier is None:
            self._earlier = await self._made()
        for album_id in self._earlier.get(title.title or "", ()):
            ever = _added(await self._stream(album_id))
            if 2 * len(ever.intersection(images)) > min(len(ever), len(images)):
                return album_id
        return None

    async def _made(self) -> dict[str, list[str]]:
        albums: dict[str, list[str]] = defaultdict(list)
        for row in await self._log.read_positions(await creations(self._views)):
            event = event_of(row)
            if isinstance(event, AlbumCreated) and row.event_id == album_creation(event.album_id):
                albums[event.name].append(event.album_id)
        return albums

    async def _stream(self, album_id: str) -> list[Event]:
        return [event_of(row) for row in await self._log.read_stream(f"album-{album_id}")]


def album_of(root: Path, folder: str) -> str:
    """The id of the album made from an export's folder that says nothing else of it: 12 hex digits, always the same for
    a folder."""
    return _digest("folder", root, folder)


def album_made(title: AlbumTitle) -> str:
    """The id of the album with this title that was made at this time: 12 hex digits."""
    return _digest("album", title.title, title.created)


def _digest(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:12]


def _title(stream: Sequence[Event]) -> str | None:
    """That of the export, whatever people have called it since."""
    return next((event.name for event in stream if isinstance(event, AlbumCreated)), None)


def _added(stream: Sequence[Event]) -> set[str]:
    return {image for event in stream if isinstance(event, ImagesAddedToAlbum) for image in event.image_ids}


def records(
    facts: Facts, album_id: str, title: str, images: Iterable[str], before: Sequence[Event]
) -> list[Record]:
    """Each picture is added only once: one that the user removed stays out, and a deleted album stays deleted.

    `before`: the album's events so far.
    """
    if _is_deleted(before):
        return []
    album = [] if before else [facts.album(album_id, title)]
    new = sorted(set(images) - _added(before))
    return [*album, facts.in_album(album_id, new)] if new else album


def _is_deleted(before: Sequence[Event]) -> bool:
    turns = (event for event in reversed(before) if isinstance(event, AlbumDeleted | AlbumRestored))
    return isinstance(next(turns, None), AlbumDeleted)


async def answers(
    pool: WorkerPool, root: Path, files: Iterable[Found]
) -> AsyncIterator[tuple[Found, AlbumTitle | Rejected]]:
    """What files that may hold a title say, up to the first that holds one; one that has vanished says nothing."""
    for file in files:
        try:
            answer = await pool.album(root, file.path)
        except Vanished:
            continue
        yield file, answer
        if isinstance(answer, AlbumTitle) and answer.title:
            return
