"""All albums, and the photos of one in the order in which they were put there."""

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template

from services.gateway.controllers.answer import Req, page
from services.gateway.controllers.gridpage import grid_page
from services.gateway.language import _
from services.gateway.queries.albums import album, albums
from services.gateway.queries.filters import Filter
from services.gateway.queries.timeline import AS_ADDED, NEWEST
from services.gateway.queries.views import Views


@get("/albums", include_in_schema=False)
async def albums_page(request: Req, views: NamedDependency[Views]) -> Template:
    return page(request, "pages/albums.html", nav="albums", title=_("Albums"), albums=await albums(views))


@get("/albums/{album_id:str}", include_in_schema=False)
async def album_page(request: Req, views: NamedDependency[Views], album_id: FromPath[str]) -> Template:
    found = await album(views, album_id)
    if found is None:
        raise NotFoundException(
            _("There is no such album. It may have been deleted; its photos are still there.")
        )
    return await grid_page(
        request,
        views,
        "pages/album.html",
        f"/albums/{found.id}",
        Filter(album=found.id),
        nav="albums",
        title=found.name,
        album=found,
        sort=NEWEST if found.smart else AS_ADDED,
    )


ROUTES = [albums_page, album_page]
