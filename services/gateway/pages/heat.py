"""Where on a photo a model saw a class: the picture to lay over it, and the part of the page that waits for one."""

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

LOOKS: Final = 30
"""Every half second: a classifier that is not there is told after a quarter of a minute."""
CARRIED: Final = ("category", "album", "q", "hidden", "sort")
"""What the photo was opened from stays in its links."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What lies over the photo."""

    image_id: str
    model: str
    index: int
    name: str
    picture: str | None
    """Where the map is; None while it is waited for."""
    again: str | None
    """Where to look for it the next time; None when it is there or was waited for in vain."""
    here: str
    """The page that shows it."""
    off: str
    """The page without it."""


async def shown(request: Req, views: Views, image_id: str, looks: int = 0) -> Shown | None:
    """By the query of the page: `where`, a class, and `model`. None when it asks for none."""
    query: Any = request.query_params
    where, model = query.get("where") or "", query.get("model") or ""
    if not (where.isascii() and where.isdigit() and len(where) < 5 and model):
        return None
    index = int(where)
    among = {name: query.get(name) for name in CARRIED}
    page = f"/images/{image_id}"
    class_name, found = await maps.named_heat(views, image_id, model, index)
    picture = again = None
    if found is not None:
        picture = link(f"{page}/heat/{index}", model=model, weights=found.weights_digest[:12])
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
    """Asked again and again while a map is waited for."""
    looks = request.query_params.get("looks") or ""
    number = int(looks) if looks.isascii() and looks.isdigit() and len(looks) < 5 else LOOKS
    found = await shown(request, views, image_id, number) if is_image_id(image_id) else None
    if found is None:
        raise NotFoundException(_("There is no such photo, model or class."))
    return part("partials/heat.html", heat=found)


@get(
    "/images/{image_id:str}/heat/{class_index:int}",
    summary="Where a model saw a class",
    media_type="image/png",
)
async def heat_picture(
    request: Req, views: NamedDependency[Views], image_id: FromPath[str], class_index: FromPath[int]
) -> Response[bytes]:
    """A PNG as large as the preview, transparent where nothing speaks for the class. `model`: the active one when left
    out. With the beginning of the weights' digest as `weights` it may be kept for ever."""
    model = request.query_params.get("model") or await active_model(views) or ""
    found = await maps.heat(views, image_id, model, class_index) if 0 <= class_index < 2**31 else None
    weights = request.query_params.get("weights")
    if found is None or (weights and not found.weights_digest.startswith(weights)):
        raise NotFoundException(
            _("Nobody has shown yet where this was seen. Ask with the command “explain”.")
        )
    etag = f'"{image_id}-h-{class_index}-{found.weights_digest[:32]}"'
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable" if weights else "private, no-cache",
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
    }
    if etag in request.headers.get("If-None-Match", ""):
        return Response(b"", status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(await asyncio.to_thread(_drawn, found), media_type="image/png", headers=headers)


def _drawn(found: maps.Heat) -> bytes:
    from services.gateway.reading import heat  # Pillow, which a gateway does not need at its start

    return heat.overlay(found.width, found.height, found.side, found.cells, found.share)


ROUTES = [where_part, heat_picture]
