"""One photo and everything known of it."""

from typing import Any

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, SkipValidation
from litestar.response import Template

from services.gateway.controllers.answer import Req, link, page, refusals
from services.gateway.controllers.categories import counted
from services.gateway.controllers.heat import shown
from services.gateway.grid import shape
from services.gateway.ports import History
from services.gateway.queries import categories, images
from services.gateway.queries.albums import albums_of
from services.gateway.queries.belonging import belonging
from services.gateway.queries.filters import EVERYTHING, TIMELINE, Filter, checked, is_smart
from services.gateway.queries.heat import asked
from services.gateway.queries.timeline import AS_ADDED, NEWEST, neighbours
from services.gateway.queries.views import Views
from services.gateway.why import why

SHOWN_BY_BROWSERS = frozenset({"JPEG", "MPO", "PNG", "WEBP", "GIF", "AVIF", "BMP"})
PLAYED_BY_BROWSERS = frozenset({"MP4", "M4V", "MOV", "WEBM"})
SMALL_ENOUGH = 2_000_000
"""Bytes of an original that is shown as it is; of a larger one a rendition is made."""


def sharp(found: images.Image) -> str:
    """What the photo's page shows when it has come: the original, or a rendition."""
    as_it_is = found.format.upper() in SHOWN_BY_BROWSERS and (found.frames > 1 or found.size <= SMALL_ENOUGH)
    return f"/images/{found.image_id}/{'original' if as_it_is else 'large'}"


@get("/images/{image_id:str}", include_in_schema=False)
async def image_page(
    request: Req,
    views: NamedDependency[Views],
    history: NamedDependency[SkipValidation[History]],
    image_id: FromPath[str],
    category: FromQuery[str | None] = None,
    album: FromQuery[str | None] = None,
    q: FromQuery[str | None] = None,
) -> Template:
    """Before and behind it: in the album, category or search that it was opened from, else in the timeline."""
    found = await images.image(views, image_id)
    if found is None:
        raise NotFoundException("There is no such photo in the library.")
    chosen = Filter(category=category or None, album=album or None, q=q or None)
    with refusals():
        await checked(views, chosen)
    line = TIMELINE if chosen == EVERYTHING else chosen
    by_hand = chosen.album is not None and not await is_smart(views, chosen.album)
    before, behind = await neighbours(views, line, AS_ADDED if by_hand else NEWEST, image_id)
    among = {"category": chosen.category, "album": chosen.album, "q": chosen.q}
    labels = (await images.labels(views, [image_id]))[image_id]
    carried = {label.id for label in labels}
    everything = await counted(views)
    verdicts, listed = await images.verdicts(views, image_id), await categories.listed(views)
    labelled = await images.labelled(views, image_id)
    here = link(f"/images/{image_id}", **among)
    return page(
        request,
        "pages/image.html",
        nav="photos",
        title=found.taken_at[:10],
        image=found,
        shape=shape(found.width, found.height),
        sharp=sharp(found),
        film=found.format.upper() in PLAYED_BY_BROWSERS,
        files=(await images.files(views, [image_id]))[image_id],
        labels=labels,
        others=[c for c in everything if c.id not in carried and c.kind == "category"],
        albums=await albums_of(views, image_id),
        whys=[why(verdict, listed, verdict.id in labelled) for verdict in verdicts],
        asked=await asked(views, image_id),
        heat=await shown(request, views, image_id),
        where=here + ("&" if "?" in here else "?"),
        belongs=await belonging(views, image_id),
        said=await images.said(views, image_id),
        hidden=await images.is_hidden(views, image_id),
        history=await history.of_image(image_id, await images.mentions(views, image_id)),
        back=_back(chosen, found.month, image_id),
        before=link(f"/images/{before}", **among) if before else None,
        behind=link(f"/images/{behind}", **among) if behind else None,
    )


def _back(chosen: Filter, month: str, image_id: str) -> str:
    """The grid that it was opened from, at its month."""
    at: dict[str, Any] = {"at": month}
    if chosen.album:
        return f"/albums/{chosen.album}#p-{image_id}"
    if chosen.category:
        return f"{link(f'/categories/{chosen.category}', **at)}#p-{image_id}"
    return f"{link('/search', q=chosen.q, **at) if chosen.q else link('/', **at)}#p-{image_id}"


ROUTES = [image_page]
