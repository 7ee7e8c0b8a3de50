"""Albums and categories as the lists of another Albumen have them, a person's own and what they set of others: an
import says of them what people have said nothing of."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from services.domain.albums.album import stream
from services.domain.albums.commands import (
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
from services.domain.categories.category import initial
from services.domain.categories.category import stream as category_stream
from services.domain.categories.commands import (
    DeleteCategory,
    HideCategory,
    MergeCategories,
    MoveCategory,
    RenameCategory,
    SetThreshold,
)
from services.domain.categories.described import CategoryDescribed
from services.domain.categories.describing import DescribeCategory
from services.domain.categories.events import (
    CategoriesMerged,
    CategoryCreated,
    CategoryDeleted,
    CategoryHidden,
    CategoryMoved,
    CategoryRenamed,
    CategoryRestored,
    CategoryUnhidden,
    CategoryUnmerged,
    ThresholdSet,
)
from services.domain.categories.learning import CategoryTaught, TeachCategory
from services.domain.subject import Command, Event, Refused, event_of
from services.gateway.imports.applying import Applying, why
from services.gateway.imports.contract import OwnAlbum, OwnCategory
from services.gateway.imports.whose import Whose
from services.kernel.log.eventlog import Log

ANOTHER_KIND: Final = (
    "A category and a group can’t have the same name: rename the one that is here, then import again."
)
_Change = tuple[type[Command], dict[str, Any], tuple[type[Event], ...]]
"""A command, its fields, and the events by which a person says the same."""


class Own:
    """Of one import. Every method raises Conflict if somebody says something at the same time."""

    def __init__(self, events: Log, whose: Whose, applying: Applying) -> None:
        self._log, self._whose, self._applying = events, whose, applying
        self._here: dict[str, str] = {}
        """Ids of categories and groups there -> here."""

    async def category(self, one: OwnCategory, ids: Mapping[str, str]) -> list[str]:
        """Make it unless it is there, with what was said of it. `ids`: of all categories and groups, by their names and
        ids. They come in turn. Returns why not."""
        if one.own:
            id_ = ids.get(one.name) or await self._applying.made_category(one.name, one.kind)
        else:
            id_ = ids.get(one.id)
        category = await self._applying.category(id_) if id_ else None
        if id_ is None or category is None or not category.living:
            return []
        if category.kind != one.kind:
            return [ANOTHER_KIND]
        self._here[one.id] = id_
        return await self._say(category_stream(id_), {"category_id": id_}, self._settings(one, ids))

    async def album(self, one: OwnAlbum, images: Sequence[str], named: Mapping[str, str]) -> list[str]:
        """Make it unless it is there, with what was said of it. An album that a person has made here only gets the
        photos. `images`: those of its photos that are in the library; `named`: albums by their names, as for
        `Applying.album`. Returns why not."""
        try:
            if one.query is None:
                id_ = await self._applying.album(one.name, images, named)
            else:
                id_ = await self._applying.smart_album(one.name, one.query)
        except (Refused, msgspec.ValidationError) as error:
            return [why(error)]
        return await self._say(stream(id_), {"album_id": id_}, _changes(one, images)) if id_ else []

    async def _say(self, of: str, whom: dict[str, str], changes: Iterable[_Change]) -> list[str]:
        """What nobody has said. `of`: the stream of `whom`. Returns why not."""
        reasons: list[str] = []
        for command, fields, events in changes:
            if await self._is_free(of, events):
                try:
                    await self._applying.give(msgspec.convert(whom | fields, command))
                except (Refused, msgspec.ValidationError) as error:
                    reasons.append(why(error))
        return reasons

    async def _is_free(self, of: str, events: tuple[type[Event], ...]) -> bool:
        """Whether nobody but imports has said that in a stream, or the last one who did took back an import."""
        rows = [row for row in await self._log.read_stream(of) if _says(event_of(row), events)]
        return not rows or self._whose.is_of_import(rows[-1])

    def _settings(self, one: OwnCategory, ids: Mapping[str, str]) -> Iterator[_Change]:
        """A group that isn't here is passed over, as is what it was merged into."""
        builtin = initial(one.id)
        if builtin and one.deleted:
            yield DeleteCategory, {}, (CategoryDeleted, CategoryRestored)
        elif builtin and one.merged_into:
            if into := self._here.get(one.merged_into) or ids.get(one.merged_into):
                yield MergeCategories, {"into": into}, (CategoriesMerged, CategoryUnmerged)
        else:
            if builtin and one.renamed:
                yield RenameCategory, {"name": one.name}, (CategoryRenamed,)
            group = self._here.get(one.group) or ids.get(one.group) if one.group else None
            moved = one.group != (builtin.group_id if builtin else None)
            if moved and (group or not one.group):
                yield MoveCategory, {"group_id": group}, (CategoryMoved, CategoryCreated)
            yield from _properties(one)


def _properties(one: OwnCategory) -> Iterator[_Change]:
    if one.sentences:
        yield DescribeCategory, {"sentences": one.sentences}, (CategoryDescribed,)
    if one.threshold is not None:
        yield SetThreshold, {"threshold": one.threshold}, (ThresholdSet,)
    if one.hidden:
        yield HideCategory, {}, (CategoryHidden, CategoryUnhidden)
    if one.taught:
        yield TeachCategory, {}, (CategoryTaught,)


def in_turn(of_one_list: Iterable[OwnAlbum | OwnCategory]) -> list[OwnCategory]:
    """Groups before their categories, and before a person's own what Albumen comes with, as its new name may leave them
    the old one; then what becomes part of these."""

    def turn(category: OwnCategory) -> tuple[int, bool]:
        if category.merged_into:
            return 2, False
        return (0 if category.kind == "group" else 1), category.own

    return sorted((one for one in of_one_list if isinstance(one, OwnCategory)), key=turn)


def _says(event: Event, events: tuple[type[Event], ...]) -> bool:
    """Who makes a category in no group says nothing of its group."""
    return isinstance(event, events) and not (isinstance(event, CategoryCreated) and event.group_id is None)


def _changes(one: OwnAlbum, images: Sequence[str]) -> Iterator[_Change]:
    if one.description:
        yield DescribeAlbum, {"description": one.description}, (AlbumDescribed,)
    if one.query is not None:
        yield SetAlbumSearch, {"q": one.query}, (AlbumSearchSet,)
    if one.sort is not None:
        if one.query is None and images:
            yield ReorderAlbum, {"images": images, "before": START}, (AlbumReordered,)
        yield SetAlbumOrder, {"order": one.sort}, (AlbumOrderSet,)
    if one.cover in images or (one.cover and one.query is not None):
        yield SetCover, {"image": one.cover}, (AlbumCoverSet,)
