"""More like this: the photos that the network in use finds most similar."""

from typing import Final

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, SkipValidation
from litestar.response import Template

from services.gateway.grid.page import choices
from services.gateway.grid.sections import Cell, Stretch, cell
from services.gateway.grid.tiles import tiles
from services.gateway.i18n.language import _
from services.gateway.presentation.rotated import preview
from services.gateway.queries import images
from services.gateway.queries.marks import marks
from services.gateway.running.alike import Alike
from services.gateway.running.on_demand import Likeness
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, environment, page, part, unprocessable

_SHOWN: Final = 60
_MOST: Final = 500
ROW: Final = 12
"""Photos in the row on a photo's page."""


class AlikeItem(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    likeness: float
    """-1 to 1."""
    taken_at: str
    preview_url: str


class AlikePage(msgspec.Struct, frozen=True):
    items: list[AlikeItem]
    """Most similar first."""
    seen: bool
    """False: the model in use has not seen the photo yet."""


async def _nearest(
    views: Views, likeness: Likeness, image_id: str, limit: int
) -> tuple[list[Alike] | None, dict[str, images.Image]]:
    if await images.image(views, image_id) is None:
        raise NotFoundException(_("There is no such photo in the library."))
    near = await likeness.nearest(image_id, limit)
    return near, await images.images(views, [one.image_id for one in near or []])


@get("/images/{image_id:str}/similar", include_in_schema=False)
async def similar_page(
    request: Req,
    views: NamedDependency[Views],
    likeness: NamedDependency[SkipValidation[Likeness]],
    image_id: FromPath[str],
    select: FromQuery[str | None] = None,
) -> Template:
    near, rows = await _nearest(views, likeness, image_id, _SHOWN)
    path = f"/images/{image_id}/similar"
    cells = await _cells(views, near, rows)
    badges = await marks(views, [one.image_id for one in cells])
    return page(
        request,
        "pages/similar.html",
        nav="photos",
        title=_("More like this"),
        image_id=image_id,
        seen=near is not None,
        total=len(cells),
        tiles=tiles(environment(request), [Stretch(cells=cells)], {}, "", badges),
        path=path,
        choices=await choices(request, views, await views.position()),
        before=None,
        from_start=None,
        more=None,
        scrubber="",
        selecting=select == "1",
        select_url=path if select == "1" else f"{path}?select=1",
    )


@get("/images/{image_id:str}/alike", include_in_schema=False)
async def alike_part(
    views: NamedDependency[Views],
    likeness: NamedDependency[SkipValidation[Likeness]],
    image_id: FromPath[str],
) -> Template:
    """The row on the photo's page, fetched when it comes into view."""
    near, rows = await _nearest(views, likeness, image_id, ROW)
    return part("partials/alikes.html", near=await _cells(views, near, rows))


@get("/api/images/{image_id:str}/similar", summary="Photos that are most like one")
async def similar_images(
    views: NamedDependency[Views],
    likeness: NamedDependency[SkipValidation[Likeness]],
    image_id: FromPath[str],
    limit: FromQuery[int] = _SHOWN,
) -> AlikePage:
    if not 1 <= limit <= _MOST:
        raise unprocessable(_("“limit” is a number from 1 to %(most)s.", most=_MOST))
    near, rows = await _nearest(views, likeness, image_id, limit)
    items = [
        AlikeItem(
            id=one.image_id,
            likeness=one.likeness,
            taken_at=rows[one.image_id].taken_at,
            preview_url=preview(one.image_id),
        )
        for one in near or []
        if one.image_id in rows
    ]
    return AlikePage(items, near is not None)


async def _cells(views: Views, near: list[Alike] | None, rows: dict[str, images.Image]) -> list[Cell]:
    photos = [rows[one.image_id] for one in near or [] if one.image_id in rows]
    names = await images.category_names(views, [image.image_id for image in photos])
    return [cell(image, names) for image in photos]


ROUTES = [similar_page, alike_part, similar_images]
