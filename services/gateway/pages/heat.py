"""Where on a photo a model saw a class: the heat map to lay over it, and the part of the page that waits for it."""

import asyncio
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Template
from litestar.status_codes import HTTP_304_NOT_MODIFIED

from services.gateway.i18n.language import _
from services.gateway.queries import heat as maps
from services.gateway.queries.models import active_model
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, link, part
from services.kernel.log.ids import is_image_id
from services.knowledge.rotations import NONE

LOOKS: Final = 30
"""Polls, half a second apart: a missing classifier is reported after a quarter of a minute."""
LOOK: Final = "2"
"""Of the maps, in their URLs: browsers keep those of earlier looks forever."""
CARRIED: Final = ("category", "album", "q", "hidden", "sort")
"""The query of the list that the photo was opened from, which its links keep."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """The overlay of a photo."""

    image_id: str
    model: str
    index: int
    name: str
    picture: str | None
    """The URL of the map; None while it is pending."""
    again: str | None
    """The URL to poll next; None once the map is there or has timed out."""
    here: str
    """The page with the overlay."""
    off: str
    """The page without it."""


async def shown(request: Req, views: Views, image_id: str, looks: int = 0) -> Shown | None:
    """As the page's query asks: `where`, a class, and `model`. None when it asks for no overlay."""
    query: Any = request.query_params
    where, model = query.get("where") or "", query.get("model") or ""
    if not (where.isascii() and where.isdigit() and len(where) < 5 and model):
        return None
    index = int(where)
    among = {name: query.get(name) for name in CARRIED}
    page = f"/images/{image_id}"
    class_name, heat_map = await maps.named_heat(views, image_id, model, index)
    picture = again = None
    if heat_map is not None:
        rotation = str(heat_map.rotation) if heat_map.rotation != NONE else None
        weights = heat_map.weights_digest[:12]
        picture = link(f"{page}/heat/{index}", model=model, weights=weights, rotation=rotation, look=LOOK)
    elif looks < LOOKS:
        again = link(f"{page}/where", where=where, model=model, looks=str(looks + 1), **among)
    return Shown(
        image_id=image_id,
        model=model,
        index=index,
        name=class_name,
        picture=picture,
        again=again,
        here=link(page, where=where, model=model, **among),
        off=link(page, **among),
    )


@get("/images/{image_id:str}/where", include_in_schema=False)
async def where_part(request: Req, views: NamedDependency[Views], image_id: FromPath[str]) -> Template:
    """Polled while a map is pending."""
    looks = request.query_params.get("looks") or ""
    number = int(looks) if looks.isascii() and looks.isdigit() and len(looks) < 5 else LOOKS
    overlay = await shown(request, views, image_id, number) if is_image_id(image_id) else None
    if overlay is None:
        raise NotFoundException(_("There is no such photo, model or class."))
    return part("partials/heat.html", heat=overlay)


@get(
    "/images/{image_id:str}/heat/{class_index:int}",
    summary="Where a model saw a class",
    media_type="image/png",
)
async def heat_picture(
    request: Req, views: NamedDependency[Views], image_id: FromPath[str], class_index: FromPath[int]
) -> Response[bytes]:
    """A PNG as large as the preview, transparent where nothing indicates the class. `model` defaults to the active one.
    With the first digits of the weights' digest as `weights`, it may be cached forever."""
    model = request.query_params.get("model") or await active_model(views) or ""
    heat_map = await maps.heat(views, image_id, model, class_index) if 0 <= class_index < 2**31 else None
    weights = request.query_params.get("weights")
    if heat_map is None or (weights and not heat_map.weights_digest.startswith(weights)):
        raise NotFoundException(_("It isn’t known yet where this was seen. Ask with the command “explain”."))
    etag = f'"{image_id}-h{LOOK}-{class_index}-{heat_map.weights_digest[:32]}-{heat_map.rotation}"'
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable" if weights else "private, no-cache",
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
    }
    if etag in request.headers.get("If-None-Match", ""):
        return Response(b"", status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(await asyncio.to_thread(_render, heat_map), media_type="image/png", headers=headers)


def _render(heat_map: maps.Heat) -> bytes:
    from services.gateway.reading import heat  # imports Pillow, which would slow down the gateway's start

    return heat.overlay(heat_map.width, heat_map.height, heat_map.side, heat_map.cells, heat_map.share)


ROUTES = [where_part, heat_picture]
