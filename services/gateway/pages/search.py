"""The search: its field, its results, its completions, and what the matching photos have in common."""

import asyncio
from itertools import islice
from typing import Any, Final

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation
from litestar.response import Template

from services.gateway.grid.page import grid_page
from services.gateway.i18n.language import _
from services.gateway.pages.by_words import likes
from services.gateway.pages.explore import shelves
from services.gateway.pages.narrowing import narrowing
from services.gateway.queries.not_shown import not_shown
from services.gateway.running.by_words import Words
from services.gateway.search.completion import completions
from services.gateway.search.explain import chips, explained
from services.gateway.search.filters import Filter
from services.gateway.search.grammar import LONGEST_SEARCH
from services.gateway.search.vocabulary import vocabulary
from services.gateway.search.word import begins
from services.gateway.tables.pool import Views
from services.gateway.unchanged.answers import UNTIL_CHANGED
from services.gateway.web.answer import Req, link, page, part
from services.kernel.clock import today
from services.knowledge.cities import cities
from services.knowledge.zones import zone_names

NAMES: Final = 20
"""Offered at a time."""
_COMPLETED: Final = {
    "add_keywords": "keyword",
    "remove_keywords": "keyword",
    "add_people": "person",
    "remove_people": "person",
}


@get("/search", include_in_schema=False, opt=UNTIL_CHANGED)
async def search_page(
    request: Req,
    views: NamedDependency[Views],
    by_words: NamedDependency[SkipValidation[Words]],
    q: FromQuery[str | None] = None,
    facets: FromQuery[str | None] = None,
    like: FromQuery[str | None] = None,
) -> Template:
    """Without a query, other ways in. `facets`, `like`: include what narrows the search, and the photos that look most
    like its words (else they are fetched afterwards)."""
    words = (q or "").strip()[: LONGEST_SEARCH + 1]
    if not words:
        context = await shelves(views)
        return page(request, "pages/search.html", nav="search", title=_("Search"), q="", **context)
    criteria = Filter(q=words)
    listed = await chips(views, criteria.search, criteria.day)
    return await grid_page(
        request,
        views,
        "pages/search.html",
        "/search",
        criteria,
        nav="search",
        title=_("Search"),
        q=words,
        notes=await explained(views, criteria.search, criteria.day),
        chips=listed,
        beside=await not_shown(views, words, criteria.day),
        narrowing=await narrowing(views, criteria, listed) if facets else None,
        reads=await by_words.reads(words),
        likes=await likes(views, by_words, words) if like else None,
    )


@get("/search/facets", include_in_schema=False)
async def search_facets(views: NamedDependency[Views], q: FromQuery[str | None] = None) -> Template:
    words = (q or "").strip()[: LONGEST_SEARCH + 1]
    criteria = Filter(q=words)
    listed = await chips(views, criteria.search, criteria.day) if words else []
    rows = await narrowing(views, criteria, listed) if words else []
    return part("partials/facets.html", narrowing=rows)


@get("/search/complete", include_in_schema=False)
async def search_complete(views: NamedDependency[Views], q: FromQuery[str | None] = None) -> Template:
    words = (q or "")[: LONGEST_SEARCH + 1]
    matches = (
        await asyncio.to_thread(completions, words, await vocabulary(views, today())) if words.strip() else []
    )
    return part(
        "partials/completions.html",
        found=[(one.name, one.key, one.q, link("/search", q=one.q.strip())) for one in matches],
    )


@get("/search/names", include_in_schema=False)
async def search_names(request: Req, views: NamedDependency[Views]) -> Template:
    """What the last of the names typed in a field may become, with those before it. The field's name says of what."""
    field, typed = next(iter(request.query_params.items()), ("", ""))
    if field == "city":
        matches = await asyncio.to_thread(cities, typed[:LONGEST_SEARCH], NAMES)
        return part("partials/names.html", names=[one.label for one in matches])
    if field.startswith("zone_"):
        wanted = typed[:LONGEST_SEARCH].casefold().replace(" ", "_")
        zones = (name for name in await asyncio.to_thread(zone_names) if wanted in name.casefold())
        return part("partials/names.html", names=list(islice(zones, NAMES)))
    listed = (await vocabulary(views, today())).names(_COMPLETED.get(field, ""))
    earlier, comma, last = typed[:LONGEST_SEARCH].rpartition(",")
    head = f"{earlier}{comma} " if comma else ""
    fitting = filter(begins(last, others=False), listed) if last.strip() else iter(listed)
    names = await asyncio.to_thread(list, islice(fitting, NAMES))
    return part("partials/names.html", names=[head + name for name in names])


ROUTES: list[Any] = [search_page, search_facets, search_complete, search_names]
