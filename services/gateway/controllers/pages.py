"""All that is read over HTTP: pages, JSON, pictures, and the files that the pages are made of."""

from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

from services.gateway.controllers import (
    albums,
    api,
    around,
    categories,
    download,
    duplicates,
    explore,
    files,
    gridpage,
    heat,
    history,
    images,
    installed,
    jobs,
    models,
    places,
    search,
    settings,
    similar,
    teach,
    timeline,
    travel,
)
from services.gateway.rendering import STATIC, version

STATIC_FILES = create_static_files_router(
    path=f"/static/{version()}",
    directories=[STATIC],
    cache_control=CacheControlHeader(public=True, max_age=31_536_000, immutable=True),
)

ROUTES: list[ControllerRouterHandler] = [
    *timeline.ROUTES,
    *gridpage.ROUTES,
    *search.ROUTES,
    *explore.ROUTES,
    *places.ROUTES,
    *categories.ROUTES,
    *teach.ROUTES,
    *albums.ROUTES,
    *images.ROUTES,
    *around.ROUTES,
    *download.ROUTES,
    *similar.ROUTES,
    *files.ROUTES,
    *heat.ROUTES,
    *jobs.ROUTES,
    *models.ROUTES,
    *duplicates.ROUTES,
    *history.ROUTES,
    *travel.ROUTES,
    *settings.ROUTES,
    *installed.ROUTES,
    *api.ROUTES,
    STATIC_FILES,
]
