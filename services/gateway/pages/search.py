"""The search: one field, what it finds, how it may go on, and what the found photos have in common."""

from typing import Any

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
from services.gateway.search.completion import completions
from services.gateway.search.explain import explained
from services.gateway.search.filters import Filter
from services.gateway.search.grammar import LONGEST_SEARCH, quoted
from services.gateway.search.vocabulary import vocabulary
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, link, page, part


@get("/search", include_in_schema=False)
async def search_page(
    request: Req,
    views: NamedDependency[Views],
    q: FromQuery[str | None] = None,
    facets: FromQuery[str | None] = None,
) -> Template:
    """Without a word to look for: other ways in. `facets`: with what narrows it (else that comes behind it)."""
    words = (q or "").strip()[: LONGEST_SEARCH + 1]
    if not words:
        shown = await shelves(views)
        return page(request, "pages/search.html", nav="search", title=_("Search"), q="", **shown)
    chosen = Filter(q=words)
    narrowing = await _narrowing(views, chosen) if facets else None
    return await grid_page(
        request,
        views,
        "pages/search.html",
        "/search",
        chosen,
        nav="search",
        title=_("Search"),
        q=words,
        notes=await explained(views, chosen.search),
        narrowing=narrowing,
    )


@get("/search/facets", include_in_schema=False)
async def search_facets(views: NamedDependency[Views], q: FromQuery[str | None] = None) -> Template:
    words = (q or "").strip()[: LONGEST_SEARCH + 1]
    narrowing = await _narrowing(views, Filter(q=words)) if words else []
    return part("partials/facets.html", narrowing=narrowing)


@get("/search/complete", include_in_schema=False)
async def search_complete(views: NamedDependency[Views], q: FromQuery[str | None] = None) -> Template:
    found = completions(q or "", await vocabulary(views)) if (q or "").strip() else []
    return part(
        "partials/completions.html",
        found=[(one.name, one.key, one.q, link("/search", q=one.q.strip())) for one in found],
    )


async def _narrowing(views: Views, chosen: Filter) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """(heading, (name, photos, where it leads)) for each kind that tells photos apart."""
    counted, common = await months(views, chosen), await facets(views, chosen)
    years: dict[str, int] = {}
    for month, number in counted.counts.items():
        years[month[:4]] = years.get(month[:4], 0) + number
    found = {
        "category": [Facet(named(one.name), one.count) for one in common.categories],
        "year": [Facet(year, number) for year, number in reversed(years.items())],
        "camera": common.cameras,
        "place": common.places,
    }
    return [
        (heading, links)
        for heading, key in (
            (_("Categories"), "category"),
            (_("Places"), "place"),
            (_("Years"), "year"),
            (_("Cameras"), "camera"),
        )
        if (links := _links(chosen.q or "", key, found[key], counted.total))
    ]


def _links(q: str, key: str, found: list[Facet], total: int) -> list[tuple[str, int, str]]:
    """Only what narrows it: not what all of the found photos have."""
    return [
        (
            camera_name(one.name) if key == "camera" else one.name,
            one.count,
            link("/search", q=f"{q} {key}:{quoted(one.name)}"),
        )
        for one in found
        if one.count < total
    ]


ROUTES: list[Any] = [search_page, search_facets, search_complete]
