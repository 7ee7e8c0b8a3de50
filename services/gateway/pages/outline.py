"""The outline of a grid's whole list: what a script lays out before it has any tile, and selects by."""

from typing import Any

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from services.gateway.grid.shapes import hundredths
from services.gateway.i18n.language import _
from services.gateway.i18n.wording import month_name
from services.gateway.queries.outline import Outline, outline
from services.gateway.queries.timeline import NEWEST
from services.gateway.search.filters import Filter
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, refusals


async def _asked(request: Req, views: Views) -> Outline:
    """Of the list that the URL tells. Raises 422 for a bad sort."""
    query = request.query_params
    chosen = Filter(
        category=query.get("category"),
        album=query.get("album"),
        q=query.get("q"),
        hidden="hidden" in query,
        timeline="timeline" in query,
    )
    sort = query.get("sort") or NEWEST
    with refusals():
        return await outline(views, chosen, sort)


@get("/outline", include_in_schema=False)
async def outline_page(request: Req, views: NamedDependency[Views]) -> dict[str, Any]:
    """Of a list of photos: `months` [YYYY-MM, its name, photos], `shapes` in hundredths, `after`: cursors of the
    second hundred and on. `at`: the place of the photo `image`, -1 when it is not among them."""
    found = await _asked(request, views)
    image = request.query_params.get("image")
    if image is not None:
        return {"at": found.ids.index(image) if image in found.ids else -1}
    return {
        "months": [(run.month, month_name(run.month) if run.month else "", run.count) for run in found.runs],
        "shapes": [hundredths(ratio) for ratio in found.shapes],
        "after": found.cursors,
    }


@get("/outline/ids", include_in_schema=False)
async def outline_ids(request: Req, views: NamedDependency[Views]) -> list[str]:
    """Of the photos from one to another, both included, whichever stands first; of a month; or of all."""
    found = await _asked(request, views)
    ends = [request.query_params.get(name) for name in ("from", "to")]
    if None not in ends:
        try:
            first, last = sorted(found.ids.index(str(end)) for end in ends)
        except ValueError:
            raise NotFoundException(_("A photo is no longer in this list: show it again.")) from None
        return found.ids[first : last + 1]
    month = request.query_params.get("month")
    place, chosen = 0, list[str]()
    for run in found.runs:
        if month in (None, run.month):
            chosen += found.ids[place : place + run.count]
        place += run.count
    return chosen


ROUTES = [outline_page, outline_ids]
