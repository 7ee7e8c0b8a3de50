"""The timeline, the favourites, and the photos that a person hid."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Template

from services.gateway.grid.page import grid_page
from services.gateway.i18n.language import _
from services.gateway.presentation.empty_state import why_empty
from services.gateway.presentation.rail import FAVORITES, HIDDEN_PHOTOS
from services.gateway.running.folders import Folders
from services.gateway.running.job_status import Jobs
from services.gateway.search.filters import TIMELINE
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req


@get("/", include_in_schema=False)
async def timeline_page(
    request: Req,
    views: NamedDependency[Views],
    folders: NamedDependency[SkipValidation[Folders]],
    jobs: NamedDependency[SkipValidation[Jobs]],
) -> Template:
    return await grid_page(
        request,
        views,
        "pages/timeline.html",
        "/",
        TIMELINE,
        nav="photos",
        title=_("Photos"),
        roots=folders.roots,
        missing=lambda: why_empty(views, jobs),
    )


@get("/favorites", include_in_schema=False)
async def favorites_page(request: Req, views: NamedDependency[Views]) -> Template:
    return await grid_page(
        request,
        views,
        "pages/favorites.html",
        "/favorites",
        FAVORITES,
        nav="favorites",
        title=_("Favourites"),
    )


@get("/hidden", include_in_schema=False)
async def hidden_page(request: Req, views: NamedDependency[Views]) -> Template:
    return await grid_page(
        request,
        views,
        "pages/hidden.html",
        "/hidden",
        HIDDEN_PHOTOS,
        nav="hidden",
        title=_("Hidden photos"),
    )


ROUTES = [timeline_page, favorites_page, hidden_page]
