"""Which photos: all, those of a category or an album, those that a search finds."""

import json
from typing import Any, Final

import msgspec

from services.gateway.queries.views import Views
from services.gateway.search.grammar import parse
from services.gateway.search.terms import HIDDEN, SHOWN, Condition, both, of_album, of_categories, searched
from services.gateway.search.vocabulary import Category, vocabulary
from services.gateway.sentence import Sentence


class Filter(msgspec.Struct, frozen=True, kw_only=True):
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


EVERYTHING: Final = Filter()
TIMELINE: Final = Filter(timeline=True)

_HIDES: Final = "SELECT hides FROM timeline"
_KEPT_IN: Final = """((SELECT coalesce(max(json_array_length(hides)), 0) FROM timeline) = 0 OR NOT EXISTS (
    SELECT 1 FROM image_category ic WHERE ic.image_id = i.image_id
      AND ic.category_id IN (SELECT value FROM timeline, json_each(timeline.hides))))"""
"""The first half is asked once, not for each photo."""


async def timeline_hides(views: Views) -> list[str]:
    """Ids of the categories that the timeline leaves out."""
    rows = await views.fetch(_HIDES)
    hides: list[str] = json.loads(rows[0][0]) if rows else []
    return hides


async def where(views: Views, chosen: Filter) -> tuple[str, list[Any]]:
    """The condition on `image i`, and its parameters in order."""
    base = HIDDEN if chosen.hidden else SHOWN
    if chosen.category is None and chosen.album is None and not chosen.q:
        return both([(base, []), *[(_KEPT_IN, list[Any]())] * chosen.timeline])
    known = await vocabulary(views)
    found: list[Condition] = []
    if chosen.album is not None:
        found += [of_album(album, known) for album in known.albums if album.id == chosen.album] or [("0", [])]
    if chosen.category is not None:
        found.append(of_categories(known.within([Category(chosen.category, "", None)])))
    if chosen.q:
        found.append(searched(parse(chosen.q), known))
    elif not await is_smart(views, chosen.album):
        found.insert(0, (base, []))
    if chosen.timeline:
        found.append((_KEPT_IN, []))
    return both(found)


async def is_smart(views: Views, album_id: str | None) -> bool:
    known = await vocabulary(views) if album_id else None
    return known is not None and any(a.id == album_id and a.q is not None for a in known.albums)


class UnknownFilter(Sentence):
    """A category or an album that does not exist was asked for."""


async def checked(views: Views, chosen: Filter) -> Filter:
    """Raises UnknownFilter with a sentence."""
    if chosen.category is not None and not await views.fetch(
        "SELECT 1 FROM shown_category WHERE category_id = ?", (chosen.category,)
    ):
        raise UnknownFilter("There is no such category.")
    if chosen.album is not None and not await views.fetch(
        "SELECT 1 FROM album WHERE album_id = ?", (chosen.album,)
    ):
        raise UnknownFilter("There is no such album.")
    return chosen
