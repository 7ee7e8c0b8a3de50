"""The outline of a grid's whole list, with which scripts lay out the page before it has any tiles, and select."""

from typing import Any, Final

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from services.gateway.grid.sections import SPARSE, day_heading
from services.gateway.grid.shapes import hundredths
from services.gateway.i18n.language import _
from services.gateway.i18n.wording import month_name, short_month
from services.gateway.queries.outline import Outline, Run, outline
from services.gateway.queries.timeline import NEWEST
from services.gateway.search.filters import Filter
from services.gateway.tables.pool import Views
from services.gateway.unchanged.answers import UNTIL_CHANGED
from services.gateway.web.answer import Req, refusals

_NEAR: Final = 12
"""Photos that are looked for: a million are searched in 10 ms."""


async def _outline(request: Req, views: Views) -> Outline:
    """The outline of the list that the URL names. Raises 422 for a bad sort."""
    query = request.query_params
    criteria = Filter(
        category=query.get("category"),
        album=query.get("album"),
        folder=query.get("folder"),
        q=query.get("q"),
        hidden="hidden" in query,
        timeline="timeline" in query,
    )
    with refusals():
        return await outline(views, criteria, query.get("sort") or NEWEST)


@get("/outline", include_in_schema=False, opt=UNTIL_CHANGED)
async def outline_page(request: Req, views: NamedDependency[Views]) -> dict[str, Any]:
    """Of a list of photos: `months` [YYYY-MM, its name, photo count], `shapes` in hundredths, `after`: cursors from the
    second hundred on, `few`: photos of a month that shares rows, at most. With `days`: these, too, [YYYY-MM-DD, name,
    photo count]. With `near`, ids of photos: `near`, the first of them that is in the list, and its index. With
    `image`: only `at`, the index of that photo, -1 when it is not in the list."""
    whole = await _outline(request, views)
    image = request.query_params.get("image")
    if image is not None:
        return {"at": whole.ids.index(image) if image in whole.ids else -1}
    layout: dict[str, Any] = {
        "months": [(run.key, _name(run), run.count) for run in whole.runs],
        "shapes": [hundredths(ratio) for ratio in whole.shapes],
        "after": whole.cursors,
        "few": SPARSE,
    }
    if "days" in request.query_params:
        layout["days"] = [(run.key, day_heading(run.key) or "", run.count) for run in whole.days]
    if wanted := [one for one in request.query_params.get("near", "").split(",") if one]:
        there = next((one for one in wanted[:_NEAR] if one in whole.ids), None)
        layout["near"] = {"id": there, "place": whole.ids.index(there)} if there else None
    return layout


def _name(month: Run) -> str:
    """Short where it may have to fit over a single photo."""
    if not month.key:
        return ""
    return short_month(month.key) if month.count <= SPARSE else month_name(month.key)


@get("/outline/ids", include_in_schema=False, opt=UNTIL_CHANGED)
async def outline_ids(request: Req, views: NamedDependency[Views]) -> list[str]:
    """Of the photos `from` one `to` another, inclusive and in either order; of a `month` or a `day`; or of all."""
    whole = await _outline(request, views)
    ends = [request.query_params.get(name) for name in ("from", "to")]
    if None not in ends:
        try:
            first, last = sorted(whole.ids.index(str(end)) for end in ends)
        except ValueError:
            raise NotFoundException(_("A photo is no longer in this list: reload the page.")) from None
        return whole.ids[first : last + 1]
    query = request.query_params
    wanted, runs = (query["day"], whole.days) if "day" in query else (query.get("month"), whole.runs)
    place, ids = 0, list[str]()
    for run in runs:
        if wanted in (None, run.key):
            ids += whole.ids[place : place + run.count]
        place += run.count
    return ids


ROUTES = [outline_page, outline_ids]
