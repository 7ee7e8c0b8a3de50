"""Commands about albums: what each decision rests on."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.gateway.deciders import album_undo, albums
from services.gateway.deciders.albums import Album
from services.gateway.queries.chosen import chosen_images
from services.gateway.queries.views import Views
from services.gateway.search.filters import Filter, UnknownFilter
from services.gateway.tree import short
from services.kernel import commands as c
from services.kernel import events as e
from services.kernel.envelope import Envelope
from services.kernel.eventlog import Log

Decided = tuple[list[tuple[str, e.Event]], Mapping[str, int]]
"""(stream, event) pairs in order, and the versions of the streams that the decision rests on."""


class AlbumCommands:
    def __init__(self, log: Log, views: Views) -> None:
        self._log, self._views = log, views

    async def decide(
        self, command: albums.AlbumCommand | c.MergeAlbums | c.DuplicateAlbum, command_id: UUID
    ) -> Decided:
        """Raises NotFound, Outdated or Refused."""
        match command:
            case c.CreateAlbum():
                album_id = short(command_id)
                made = albums.decide(command, None, album_id)
                return _on(album_id, made), {albums.stream(album_id): 0}
            case c.MergeAlbums(album_id=album_id, into=into_id):
                album, version = await self._one(album_id)
                into, beside = await self._one(into_id)
                added, gone = albums.merge(album_id, album, into_id, into)
                expected = {albums.stream(into_id): beside, albums.stream(album_id): version}
                return _on(into_id, added) + _on(album_id, gone), expected
            case c.DuplicateAlbum(album_id=album_id):
                album, version = await self._one(album_id)
                shown = await self._shown(album_id) if command.frozen and album and album.q else []
                copy = short(command_id)
                made = albums.duplicate(command, album, copy, shown)
                return _on(copy, made), {albums.stream(copy): 0, albums.stream(album_id): version}
        album, version = await self._one(command.album_id)
        decided = albums.decide(command, album, command.album_id)
        return _on(command.album_id, decided), {albums.stream(command.album_id): version}

    async def _one(self, album_id: str) -> tuple[Album | None, int]:
        album, version = None, 0
        for row in await self._log.read_stream(albums.stream(album_id)):
            album, version = albums.evolve(album, row.event(), row.position), row.version
        return album, version

    async def _shown(self, album_id: str) -> list[str]:
        try:
            return (await chosen_images(self._views, Filter(album=album_id)))[::-1]
        except UnknownFilter:  # made a moment ago: the read tables don't know it yet
            return []


def undo(row: Envelope, stream: Sequence[Envelope]) -> list[e.Event]:
    """What takes back an event of an album. `stream`: all of the album's."""
    before = [(other.position, other.event()) for other in stream if other.version < row.version]
    since = [(other.position, other.event()) for other in stream if other.version >= row.version]
    return album_undo.undo(row.event(), before, since)


def _on(album_id: str, decided: Sequence[e.Event]) -> list[tuple[str, e.Event]]:
    return [(albums.stream(album_id), event) for event in decided]
