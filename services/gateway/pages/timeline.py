"""The timeline, what was added last, the favourites, and the photos that a person hid."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Template

from services.gateway.grid.page import grid_page
from services.gateway.i18n.language import _
from services.gateway.pages.first_days import above_timeline
from services.gateway.presentation.empty_state import why_empty
from services.gateway.presentation.rail import FAVORITES, HIDDEN_PHOTOS
from services.gateway.queries.library import last_scan
from services.gateway.queries.timeline import ADDED
from services.gateway.running.folders import Folders
from services.gateway.running.job_status import Jobs
from services.gateway.search.filters import TIMELINE
from services.gateway.tables.pool import Views
from services.gateway.unchanged.answers import UNTIL_CHANGED
from services.gateway.web.answer import Req


@get("/", include_in_schema=False, opt=UNTIL_CHANGED)
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
        above=await above_timeline(request, views),
    )


@get("/recent", include_in_schema=False, opt=UNTIL_CHANGED)
async def recent_page(request: Req, views: NamedDependency[Views]) -> Template:
    """The timeline's photos, those added last first, whenever they were taken."""
    return await grid_page(
        request,
        views,
        "pages/recent.html",
        "/recent",
        TIMELINE,
        nav="photos",
        title=_("Recently added"),
        sort=ADDED,
        scanned_us=await last_scan(views),
    )


@get("/favorites", include_in_schema=False, opt=UNTIL_CHANGED)
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


@get("/hidden", include_in_schema=False, opt=UNTIL_CHANGED)
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


ROUTES = [timeline_page, recent_page, favorites_page, hidden_page]
