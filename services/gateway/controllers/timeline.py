"""The timeline, and the photos that a person hid from it."""

from typing import Any

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from services.gateway.controllers.answer import Req
from services.gateway.controllers.gridpage import grid_page
from services.gateway.queries.filters import TIMELINE, Filter
from services.gateway.queries.problems import gone_sources, rejected
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
    return {"gone": await gone_sources(views), "rejected": await rejected(views)}


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


ROUTES = [timeline_page, hidden_page]
