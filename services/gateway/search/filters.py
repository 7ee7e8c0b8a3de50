"""Which photos to show: all, those in a category or album, or search results."""

from functools import cached_property
from typing import Final

import msgspec

from services.gateway.search import terms
from services.gateway.search.grammar import Search, parse
from services.gateway.search.terms import Condition
from services.gateway.search.vocabulary import NamedCategory, Vocabulary, vocabulary
from services.gateway.tables.pool import Views
from services.kernel.sentence import Explained


class Filter(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    category: str | None = None
    """A category's id; a group's id means all of its categories."""
    album: str | None = None
    """An album's id; a smart album's id means what its search finds."""
    q: str | None = None
    """A search (`search/grammar.py`)."""
    hidden: bool = False
    """Only hidden photos, instead of visible ones."""
    timeline: bool = False
    """Without photos in categories that the user keeps out of the timeline."""

    @cached_property
    def search(self) -> Search:
        """`q`, parsed once."""
        return parse(self.q or "")


EVERYTHING: Final = Filter()
TIMELINE: Final = Filter(timeline=True)


async def where(views: Views, selection: Filter, in_album: bool = False) -> Condition:
    """The condition on `image i`; `in_album`: the query is already restricted to the album."""
    album_id = None if in_album else selection.album
    if selection.category is None and album_id is None and not selection.q:
        parts = [_base(selection)]
    else:
        parts = _parts(selection, album_id, await vocabulary(views))
    return terms.both([*parts, (terms.KEPT_IN, [])] if selection.timeline else parts)


def _base(selection: Filter) -> Condition:
    """The visibility condition, which a search may override."""
    return terms.HIDDEN if selection.hidden else terms.VISIBLE, []


def _parts(selection: Filter, album_id: str | None, vocab: Vocabulary) -> list[Condition]:
    album = next((one for one in vocab.albums if one.id == album_id), None)
    smart = album is not None and album.q is not None
    parts = [] if selection.q or smart else [_base(selection)]
    if album_id is not None:
        parts.append(terms.of_album(album, vocab) if album else (terms.NO_PHOTO, []))
    if selection.category is not None:
        parts.append(terms.of_categories(vocab.within([NamedCategory(selection.category, "", None)])))
    if selection.q:
        parts.append(terms.searched(selection.search, vocab))
    return parts


async def is_smart(views: Views, album_id: str | None) -> bool:
    albums = (await vocabulary(views)).albums if album_id else []
    return any(album.id == album_id and album.q is not None for album in albums)


class UnknownFilter(Explained):
    """The requested category or album does not exist."""


async def checked(views: Views, selection: Filter) -> Filter:
    """Returns the filter if its category and album exist. Raises UnknownFilter."""
    if selection.category is None and selection.album is None:
        return selection
    vocab = await vocabulary(views)
    if selection.category is not None and all(one.id != selection.category for one in vocab.categories):
        raise UnknownFilter("There is no such category.")
    if selection.album is not None and all(one.id != selection.album for one in vocab.albums):
        raise UnknownFilter("There is no such album.")
    return selection
