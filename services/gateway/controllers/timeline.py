"""The timeline, and a search: the same grid over fewer photos."""

from typing import Any

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from services.gateway.controllers.answer import Req
from services.gateway.controllers.gridpage import grid_page
from services.gateway.queries.filters import EVERYTHING, TIMELINE, Filter
from services.gateway.queries.problems import gone_sources, rejections
from services.gateway.queries.views import Views
from services.kernel.settings import Settings


@get("/", include_in_schema=False)
async def timeline_page(
    request: Req, views: NamedDependency[Views], settings: NamedDependency[Settings]
) -> Template:
    return await grid_page(
        request,
        views,
        "pages/timeline.html",
        "/",
        TIMELINE,
        nav="photos",
        title="Photos",
        roots=[str(root) for root in settings.photos],
        missing=lambda: missing(views),
    )


async def missing(views: Views) -> dict[str, Any]:
    """Why there may be no photos to show."""
    return {"gone": await gone_sources(views), "rejected": (await rejections(views))[1]}


@get("/search", include_in_schema=False)
async def search_page(
    request: Req, views: NamedDependency[Views], q: FromQuery[str | None] = None
) -> Template:
    """Without a word to look for: the field alone."""
    words = (q or "").strip()[:200]
    chosen = Filter(q=words) if words else EVERYTHING
    return await grid_page(
        request, views, "pages/search.html", "/search", chosen, nav="search", title="Search", q=words
    )


@get("/hidden", include_in_schema=False)
async def hidden_page(request: Req, views: NamedDependency[Views]) -> Template:
    return await grid_page(
        request,
        views,
        "pages/hidden.html",
        "/hidden",
        Filter(hidden=True),
        nav="photos",
        title="Hidden photos",
    )


ROUTES = [timeline_page, search_page, hidden_page]
