"""Albums and categories of a person's own, as the lists of another Albumen have them: an import says of them what
people have said nothing of."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from services.domain.albums.album import stream
from services.domain.albums.commands import (
    AlbumChange,
    DescribeAlbum,
    SetAlbumOrder,
    SetAlbumSearch,
    SetCover,
)
from services.domain.albums.contents import ReorderAlbum
from services.domain.albums.events import (
    AlbumCoverSet,
    AlbumDescribed,
    AlbumOrderSet,
    AlbumReordered,
    AlbumSearchSet,
)
from services.domain.albums.reordering import START
from services.domain.categories.category import stream as category_stream
from services.domain.categories.described import CategoryDescribed
from services.domain.categories.describing import DescribeCategory
from services.domain.subject import Event, Refused
from services.gateway.imports.applying import Applying, why
from services.gateway.imports.contract import OwnAlbum, OwnCategory
from services.gateway.imports.whose import Whose
from services.kernel.log.eventlog import Log

_Change = tuple[type[AlbumChange], dict[str, Any], type[Event]]
"""A command, its fields, and the event by which a person says the same."""


class Own:
    """Of one import. Every method raises Conflict if somebody says something at the same time."""

    def __init__(self, events: Log, whose: Whose, applying: Applying) -> None:
        self._log, self._whose, self._applying = events, whose, applying

    async def category(self, one: OwnCategory, ids: Mapping[str, str]) -> list[str]:
        """Make it unless it is there, and describe it. `ids`: of all categories, by their names. Returns why not."""
        id_ = ids.get(one.name) or await self._applying.made_category(one.name)
        if not id_ or not one.sentences or not await self._is_free(category_stream(id_), CategoryDescribed):
            return []
        fields = {"category_id": id_, "sentences": one.sentences}
        try:
            await self._applying.give(msgspec.convert(fields, DescribeCategory))
        except (Refused, msgspec.ValidationError) as error:
            return [why(error)]
        return []

    async def album(self, one: OwnAlbum, images: Sequence[str], named: Mapping[str, str]) -> list[str]:
        """Make it unless it is there, with what was said of it. An album that a person has made here only gets the
        photos. `images`: those of its photos that are in the library; `named`: albums by their names, as for
        `Applying.album`. Returns why not."""
        reasons: list[str] = []
        try:
            if one.query is None:
                id_ = await self._applying.album(one.name, images, named)
            else:
                id_ = await self._applying.smart_album(one.name, one.query)
        except (Refused, msgspec.ValidationError) as error:
            return [why(error)]
        for command, fields, event in _changes(one, images) if id_ else ():
            if await self._is_free(stream(str(id_)), event):
                try:
                    await self._applying.give(msgspec.convert({"album_id": id_, **fields}, command))
                except (Refused, msgspec.ValidationError) as error:
                    reasons.append(why(error))
        return reasons

    async def _is_free(self, of: str, event: type[Event]) -> bool:
        """Whether nobody but imports has said that in a stream, or the last one who did took back an import."""
        rows = [row for row in await self._log.read_stream(of) if row.type == event.TYPE]
        return not rows or self._whose.is_of_import(rows[-1])


def _changes(one: OwnAlbum, images: Sequence[str]) -> Iterator[_Change]:
    if one.description:
        yield DescribeAlbum, {"description": one.description}, AlbumDescribed
    if one.query is not None:
        yield SetAlbumSearch, {"q": one.query}, AlbumSearchSet
    if one.sort is not None:
        if one.query is None and images:
            yield ReorderAlbum, {"images": images, "before": START}, AlbumReordered
        yield SetAlbumOrder, {"order": one.sort}, AlbumOrderSet
    if one.cover in images or (one.cover and one.query is not None):
        yield SetCover, {"image": one.cover}, AlbumCoverSet
