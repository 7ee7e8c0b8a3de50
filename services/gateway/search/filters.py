"""Which photos to show: all, those in a category, album or folder, or search results."""

import asyncio
from datetime import date
from functools import cached_property
from typing import Final

import msgspec

from services.gateway.search import terms
from services.gateway.search.folders import in_folder
from services.gateway.search.grammar import Search, parse
from services.gateway.search.states import IN_TIMELINE
from services.gateway.search.terms import Condition
from services.gateway.search.vocabulary import NamedAlbum, NamedCategory, collections, vocabulary
from services.gateway.tables.pool import Views, cached
from services.kernel import clock
from services.kernel.sentence import Explained


class Filter(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    category: str | None = None
    """A category's id; a group's id means all of its categories."""
    album: str | None = None
    """An album's id; a smart album's id means what its search finds."""
    folder: str | None = None
    """A folder's full path: photos with a file directly in it."""
    q: str | None = None
    """A search (`search/grammar.py`)."""
    hidden: bool = False
    """Only hidden photos, instead of visible ones."""
    timeline: bool = False
    """Only photos in the timeline: no archived ones, none in categories that the user leaves out of it."""

    day: date = msgspec.field(default_factory=lambda: clock.today())
    """What `yesterday` in a search is before; the same for all that asks nothing by a search."""

    def __post_init__(self) -> None:
        if self.q is None and self.album is None:
            msgspec.structs.force_setattr(self, "day", date.min)

    @cached_property
    def search(self) -> Search:
        """`q`, parsed once."""
        return parse(self.q or "")


EVERYTHING: Final = Filter()
TIMELINE: Final = Filter(timeline=True)


async def where(views: Views, selection: Filter, in_album: bool = False) -> Condition:
    """The condition on `image i`; `in_album`: the query is already restricted to the album. What a search means is
    looked up in a thread, among all names that files hold."""
    album_id = None if in_album else selection.album
    if not (selection.category or album_id or selection.folder or selection.q):
        parts = [_base(selection)]
    else:
        parts = await _parts(views, selection, album_id)
    return terms.both([*parts, (IN_TIMELINE, [])] if selection.timeline else parts)


def _base(selection: Filter) -> Condition:
    """The visibility condition, which a search may override."""
    return terms.HIDDEN if selection.hidden else terms.VISIBLE, []


async def _parts(views: Views, selection: Filter, album_id: str | None) -> list[Condition]:
    listed = await collections(views)
    album = next((one for one in listed.albums if one.id == album_id), None)
    smart = album is not None and album.q is not None
    parts = [] if selection.q or smart else [_base(selection)]
    if album_id is not None:
        parts.append(await _album(views, album, selection.day) if album else (terms.NO_PHOTO, []))
    if selection.category is not None:
        parts.append(terms.of_categories(listed.within([NamedCategory(selection.category, "", None)])))
    if selection.folder is not None:
        parts.append(await in_folder(views, selection.folder))
    if selection.q:
        parts.append(await _searched(views, selection.q, selection.day))
    return parts


@cached
async def _searched(views: Views, q: str, day: date) -> Condition:
    """Found out once for all that a page asks."""
    return await asyncio.to_thread(terms.searched, parse(q), await vocabulary(views, day))


async def _album(views: Views, album: NamedAlbum, day: date) -> Condition:
    if album.q is None:
        return terms.added_to(album)
    return await asyncio.to_thread(terms.of_album, album, await vocabulary(views, day))


async def is_smart(views: Views, album_id: str | None) -> bool:
    albums = (await collections(views)).albums if album_id else []
    return any(album.id == album_id and album.q is not None for album in albums)


class UnknownFilter(Explained):
    """The requested category or album does not exist."""


async def checked(views: Views, selection: Filter) -> Filter:
    """Returns the filter if its category and album exist. Raises UnknownFilter."""
    if selection.category is None and selection.album is None:
        return selection
    listed = await collections(views)
    if selection.category is not None and all(one.id != selection.category for one in listed.categories):
        raise UnknownFilter("There is no such category.")
    if selection.album is not None and all(one.id != selection.album for one in listed.albums):
        raise UnknownFilter("There is no such album.")
    return selection
