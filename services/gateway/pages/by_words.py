"""The photos that look most like the words of a search, below those that match it."""

from typing import Any, Final

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import ServiceUnavailableException
from litestar.params import FromQuery, SkipValidation
from litestar.response import Template

from services.gateway.grid.sections import Cell, cell
from services.gateway.i18n.language import _
from services.gateway.presentation.rotated import preview
from services.gateway.queries import images
from services.gateway.running.by_words import Nearest, NoAnswer, Words
from services.gateway.search.grammar import LONGEST_SEARCH
from services.gateway.tables.pool import Views
from services.gateway.web.answer import part, unprocessable

LIKES: Final = 48
_MOST: Final = 500


class LikeItem(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    taken_at: str
    preview_url: str


class LikePage(msgspec.Struct, frozen=True, kw_only=True):
    items: list[LikeItem]
    """The most similar first, without those that match the search itself."""
    model: str | None
    """Null: no words model has seen photos, or the search has no words for it."""
    sentence: str
    """The part of the search that was compared; photos match the rest of it."""
    whole: bool
    """False: the sentence is longer than the model reads."""


class Likes(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows of it."""

    near: Nearest | None = None
    cells: list[Cell] = []
    problem: str = ""
    """Why there is nothing."""


async def likes(views: Views, words: Words, q: str) -> Likes:
    try:
        near = await words.nearest(q, LIKES)
    except NoAnswer as error:
        return Likes(problem=_(str(error)))
    rows = await images.images(views, near.ids if near else [])
    photos = [rows[one] for one in (near.ids if near else []) if one in rows]
    names = await images.category_names(views, [image.image_id for image in photos])
    return Likes(near=near, cells=[cell(image, names) for image in photos])


@get("/search/like", include_in_schema=False)
async def likes_part(
    views: NamedDependency[Views],
    by_words: NamedDependency[SkipValidation[Words]],
    q: FromQuery[str | None] = None,
) -> Template:
    """Fetched once the page with the matches is there."""
    text = (q or "").strip()[: LONGEST_SEARCH + 1]
    return part("partials/likes.html", likes=await likes(views, by_words, text), q=text)


@get("/api/images/like", summary="Photos that look most like words")
async def like_images(
    views: NamedDependency[Views],
    by_words: NamedDependency[SkipValidation[Words]],
    q: FromQuery[str],
    limit: FromQuery[int] = LIKES,
) -> LikePage:
    """Needs a words model that has seen photos. 503 while it can't be asked."""
    if not 1 <= limit <= _MOST:
        raise unprocessable(_("“limit” is a number from 1 to %(most)s.", most=_MOST))
    try:
        near = await by_words.nearest(q.strip()[: LONGEST_SEARCH + 1], limit)
    except NoAnswer as error:
        raise ServiceUnavailableException(_(str(error))) from error
    if near is None:
        return LikePage(items=[], model=None, sentence="", whole=True)
    rows = await images.images(views, near.ids)
    items = [
        LikeItem(id=one, taken_at=rows[one].taken_at, preview_url=preview(one))
        for one in near.ids
        if one in rows
    ]
    return LikePage(items=items, model=near.model.id, sentence=near.sentence, whole=near.whole)


ROUTES: Final[list[Any]] = [likes_part, like_images]
