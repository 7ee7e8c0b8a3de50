"""All that is read over HTTP: pages, JSON, pictures, and the files that the pages are made of."""

from litestar.types import ControllerRouterHandler

from services.gateway.pages import (
    albums,
    api,
    categories,
    download,
    duplicates,
    explore,
    files,
    heat,
    history,
    images,
    installed,
    jobs,
    models,
    outline,
    places,
    search,
    settings,
    similar,
    statics,
    teach,
    timeline,
    travel,
    zoom,
)
from services.gateway.pages import neighbours as around
from services.gateway.pages import raw_history as written

ROUTES: list[ControllerRouterHandler] = [
    *timeline.ROUTES,
    *zoom.ROUTES,
    *outline.ROUTES,
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
    *written.ROUTES,
    *settings.ROUTES,
    *installed.ROUTES,
    *api.ROUTES,
    *statics.ROUTES,
]
