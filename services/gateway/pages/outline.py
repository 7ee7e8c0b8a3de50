"""The outline of a grid's whole list, with which scripts lay out the page before it has any tiles, and select."""

from typing import Any, Final, NamedTuple

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from services.gateway.grid.sections import SPARSE, day_heading
from services.gateway.i18n.language import _
from services.gateway.i18n.wording import month_name, short_month
from services.gateway.queries.outline import Run, ids_between, ids_of, outline, place_of
from services.gateway.queries.timeline import NEWEST
from services.gateway.search.filters import Filter
from services.gateway.tables.pool import Views
from services.gateway.unchanged.answers import UNTIL_CHANGED
from services.gateway.web.answer import Req, refusals

_NEAR: Final = 12
"""Photos that are looked for, at most."""


class _List(NamedTuple):
    """What the URL names."""

    selection: Filter
    sort: str


def _listed(request: Req) -> _List:
    query = request.query_params
    selection = Filter(
        category=query.get("category"),
        album=query.get("album"),
        folder=query.get("folder"),
        q=query.get("q"),
        hidden="hidden" in query,
        timeline="timeline" in query,
    )
    return _List(selection, query.get("sort") or NEWEST)


@get("/outline", include_in_schema=False, opt=UNTIL_CHANGED)
async def outline_page(request: Req, views: NamedDependency[Views]) -> dict[str, Any]:
    """Of a list of photos: `months` [YYYY-MM, its name, photo count], `shapes` in hundredths, `after`: cursors from the
    second hundred on, `few`: photos of a month that shares rows, at most. With `days`: these, too, [YYYY-MM-DD, name,
    photo count]. With `near`, ids of photos: `near`, the first of them that is in the list, and its index. With
    `image`: only `at`, the index of that photo, -1 when it is not in the list. Answers 422 for a bad sort."""
    listed, query = _listed(request), request.query_params
    with refusals():
        if "image" in query:
            there = await place_of(views, *listed, [query["image"]])
            return {"at": there[1] if there else -1}
        whole = await outline(views, *listed)
        layout: dict[str, Any] = {
            "months": [(run.key, _name(run), run.count) for run in whole.runs],
            "shapes": whole.shapes,
            "after": whole.cursors,
            "few": SPARSE,
        }
        if "days" in query:
            layout["days"] = [(run.key, day_heading(run.key) or "", run.count) for run in whole.days]
        if wanted := [one for one in query.get("near", "").split(",") if one]:
            there = await place_of(views, *listed, wanted[:_NEAR])
            layout["near"] = {"id": there[0], "place": there[1]} if there else None
    return layout


def _name(month: Run) -> str:
    """Short where it may have to fit over a single photo."""
    if not month.key:
        return ""
    return short_month(month.key) if month.count <= SPARSE else month_name(month.key)


@get("/outline/ids", include_in_schema=False, opt=UNTIL_CHANGED)
async def outline_ids(request: Req, views: NamedDependency[Views]) -> list[str]:
    """Of the photos `from` one `to` another, inclusive and in either order; of a `month` or a `day`; or of all."""
    listed, query = _listed(request), request.query_params
    with refusals():
        if "from" in query and "to" in query:
            ids = await ids_between(views, *listed, (query["from"], query["to"]))
            if ids is None:
                raise NotFoundException(_("A photo is no longer in this list: reload the page."))
            return ids
        wanted = query.get("day", query.get("month"))
        if wanted is None:
            return await ids_of(views, *listed, 0, -1)
        whole, place = await outline(views, *listed), 0
        for run in whole.days if "day" in query else whole.runs:
            if run.key == wanted:
                return await ids_of(views, *listed, place, run.count)
            place += run.count
    return []


ROUTES = [outline_page, outline_ids]
