"""All albums, and the photos of one in its order."""

from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template
from litestar.status_codes import HTTP_410_GONE

from services.gateway.grid.page import grid_page
from services.gateway.i18n.language import _
from services.gateway.presentation.album_names import told_apart, twins
from services.gateway.queries.albums import SORTS, Album, album, albums, deleted, in_order
from services.gateway.search.filters import Filter
from services.gateway.search.grammar import quoted
from services.gateway.search.references import gone
from services.gateway.search.vocabulary import vocabulary
from services.gateway.search.word import begins
from services.gateway.tables.pool import Views
from services.gateway.unchanged.answers import UNTIL_CHANGED
from services.gateway.web.answer import Req, long_page, page
from services.kernel.clock import today

FEW: Final = 12
"""Albums that one sees at a glance; among more, there is a field to search by name."""


@get("/albums", include_in_schema=False, opt=UNTIL_CHANGED)
async def albums_page(request: Req, views: NamedDependency[Views]) -> Response[str]:
    sort = request.query_params.get("sort", "")
    if sort not in SORTS:
        sort = next(iter(SORTS))
    listed = await albums(views)
    q = request.query_params.get("q", "").strip()
    fitting = [one for one in listed if begins(q)(one.name)] if q else listed
    return await long_page(
        request,
        "pages/albums.html",
        nav="albums",
        title=_("Albums"),
        albums=in_order(fitting, sort),
        q=q,
        searched=bool(q) or len(listed) > FEW,
        twins=twins((one.id, one.name) for one in listed),
        sort=sort,
        sorts={"newest": _("Newest photo"), "changed": _("Last changed"), "name": _("Name")},
        deleted=await deleted(views),
    )


@get("/albums/{album_id:str}", include_in_schema=False, opt=UNTIL_CHANGED)
async def album_page(request: Req, views: NamedDependency[Views], album_id: FromPath[str]) -> Template:
    match = await album(views, album_id)
    if match is None:
        return await _deleted(request, views, album_id)
    every = [(one.id, one.name) for one in await albums(views) if not one.smart]
    return await grid_page(
        request,
        views,
        "pages/album.html",
        f"/albums/{match.id}",
        Filter(album=match.id),
        nav="albums",
        title=match.name,
        album=match,
        search=match.q if match.smart else f"album:{quoted(match.name)}",
        notes=await _gone(views, match) if match.smart else [],
        others=[one for one in await told_apart(views, every) if one[0] != album_id],
        sort=match.order,
    )


async def _gone(views: Views, match: Album) -> list[str]:
    """What the search of a smart album names, and is there no longer."""
    vocab = await vocabulary(views, today())
    return [sentence for one in vocab.albums if one.id == match.id for sentence in gone(one, vocab)]


async def _deleted(request: Req, views: Views, album_id: str) -> Template:
    for one in await deleted(views, album_id):
        answer = page(request, "pages/album_deleted.html", nav="albums", title=one.name, album=one)
        answer.status_code = HTTP_410_GONE
        return answer
    raise NotFoundException(_("There is no such album."))


ROUTES = [albums_page, album_page]
