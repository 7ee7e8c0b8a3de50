"""Which photos: all, those of a category or an album, those that a search finds."""

from functools import cached_property
from typing import Final

import msgspec

from services.gateway.search.grammar import Search, parse
from services.gateway.search.terms import (
    HIDDEN,
    KEPT_IN,
    NOTHING,
    SHOWN,
    Condition,
    both,
    of_album,
    of_categories,
    searched,
)
from services.gateway.search.vocabulary import Category, Vocabulary, vocabulary
from services.gateway.tables.pool import Views
from services.kernel.sentence import Explained


class Filter(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    category: str | None = None
    """A category's id; a group's stands for all categories in it."""
    album: str | None = None
    """An album's id; a smart one's stands for what its search finds."""
    q: str | None = None
    """A search (`search/grammar.py`)."""
    hidden: bool = False
    """Those that a person hid, instead of the others."""
    timeline: bool = False
    """Without the photos of the categories that a person keeps out of the timeline."""

    @cached_property
    def search(self) -> Search:
        """`q`, read once for all that is asked of these photos."""
        return parse(self.q or "")


EVERYTHING: Final = Filter()
TIMELINE: Final = Filter(timeline=True)


async def where(views: Views, chosen: Filter, in_album: bool = False) -> Condition:
    """The condition on `image i`; `in_album`: only photos of the album are looked at, so it need not be asked."""
    album_id = None if in_album else chosen.album
    if chosen.category is None and album_id is None and not chosen.q:
        parts = [_base(chosen)]
    else:
        parts = _parts(chosen, album_id, await vocabulary(views))
    return both([*parts, (KEPT_IN, [])] if chosen.timeline else parts)


def _base(chosen: Filter) -> Condition:
    """Whether they are shown, where no search says otherwise."""
    return HIDDEN if chosen.hidden else SHOWN, []


def _parts(chosen: Filter, album_id: str | None, known: Vocabulary) -> list[Condition]:
    album = next((one for one in known.albums if one.id == album_id), None)
    smart = album is not None and album.q is not None
    parts = [] if chosen.q or smart else [_base(chosen)]
    if album_id is not None:
        parts.append(of_album(album, known) if album else (NOTHING, []))
    if chosen.category is not None:
        parts.append(of_categories(known.within([Category(chosen.category, "", None)])))
    if chosen.q:
        parts.append(searched(chosen.search, known))
    return parts


async def is_smart(views: Views, album_id: str | None) -> bool:
    known = await vocabulary(views) if album_id else None
    return known is not None and any(a.id == album_id and a.q is not None for a in known.albums)


class UnknownFilter(Explained):
    """A category or an album that does not exist was asked for."""


async def checked(views: Views, chosen: Filter) -> Filter:
    """Raises UnknownFilter with a sentence."""
    if chosen.category is None and chosen.album is None:
        return chosen
    known = await vocabulary(views)
    if chosen.category is not None and all(one.id != chosen.category for one in known.categories):
        raise UnknownFilter("There is no such category.")
    if chosen.album is not None and all(one.id != chosen.album for one in known.albums):
        raise UnknownFilter("There is no such album.")
    return chosen
