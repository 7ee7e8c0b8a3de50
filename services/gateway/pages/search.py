"""The search: its field, its results, its completions, and what the matching photos have in common."""

import asyncio
from itertools import islice
from typing import Any, Final

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from services.gateway.grid.page import grid_page
from services.gateway.i18n.builtin_names import named
from services.gateway.i18n.language import _
from services.gateway.i18n.wording import camera_name
from services.gateway.pages.explore import shelves
from services.gateway.queries.facets import Facet, facets
from services.gateway.queries.months import months
from services.gateway.queries.not_shown import not_shown
from services.gateway.search.completion import completions
from services.gateway.search.explain import chips, explained
from services.gateway.search.filters import Filter
from services.gateway.search.grammar import LONGEST_SEARCH, quoted
from services.gateway.search.vocabulary import vocabulary
from services.gateway.search.word import begins
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, link, page, part
from services.kernel.clock import today
from services.knowledge.cities import cities
from services.knowledge.stated import UNDATED
from services.knowledge.zones import zone_names

NAMES: Final = 20
"""Offered at a time."""
_COMPLETED: Final = {
    "add_keywords": "keyword",
    "remove_keywords": "keyword",
    "add_people": "person",
    "remove_people": "person",
}


@get("/search", include_in_schema=False)
async def search_page(
    request: Req,
    views: NamedDependency[Views],
    q: FromQuery[str | None] = None,
    facets: FromQuery[str | None] = None,
) -> Template:
    """Without a query, other ways in. `facets`: include what narrows the search (else it is fetched afterwards)."""
    words = (q or "").strip()[: LONGEST_SEARCH + 1]
    if not words:
        context = await shelves(views)
        return page(request, "pages/search.html", nav="search", title=_("Search"), q="", **context)
    criteria = Filter(q=words)
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
        chips=await chips(views, criteria.search, criteria.day),
        beside=await not_shown(views, words, criteria.day),
        narrowing=await _narrowing(views, criteria) if facets else None,
    )


@get("/search/facets", include_in_schema=False)
async def search_facets(views: NamedDependency[Views], q: FromQuery[str | None] = None) -> Template:
    words = (q or "").strip()[: LONGEST_SEARCH + 1]
    narrowing = await _narrowing(views, Filter(q=words)) if words else []
    return part("partials/facets.html", narrowing=narrowing)


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


async def _narrowing(views: Views, criteria: Filter) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """(heading, (name, photo count, URL)) for each kind of facet that narrows the search."""
    counted, common = await months(views, criteria), await facets(views, criteria)
    years: dict[str, int] = {}
    for month, number in counted.counts.items():
        if month == UNDATED:
            continue
        years[month[:4]] = years.get(month[:4], 0) + number
    options = [
        (_("Categories"), "category", [Facet(named(one.name), one.count) for one in common.categories]),
        (_("Places"), "place", common.places),
        (_("Years"), "year", [Facet(year, number) for year, number in reversed(years.items())]),
        (_("Cameras"), "camera", common.cameras),
    ]
    links = [(name, _links(criteria.q or "", key, some, counted.total)) for name, key, some in options]
    return [(name, some) for name, some in links if some]


def _links(q: str, key: str, options: list[Facet], total: int) -> list[tuple[str, int, str]]:
    """Only facets that narrow the search, so none that all matching photos share."""
    return [
        (
            camera_name(one.name) if key == "camera" else one.name,
            one.count,
            link("/search", q=f"{q} {key}:{quoted(one.name)}"),
        )
        for one in options
        if one.count < total
    ]


ROUTES: list[Any] = [search_page, search_facets, search_complete, search_names]
