"""What every page with a grid of photos has: the photos, their headings, the scrubber, what can be done with them."""

from typing import Any, Final

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.response import Template
from markupsafe import Markup

from services.gateway.aspects import hundredths
from services.gateway.controllers.answer import Req, link, page, part, refusals, wants_part
from services.gateway.grid import cells
from services.gateway.language import _, current
from services.gateway.queries import images, timeline
from services.gateway.queries.marks import marks
from services.gateway.queries.months import Months, months
from services.gateway.queries.outline import CHUNK, Outline, remembered
from services.gateway.queries.views import Views
from services.gateway.search.filters import Filter
from services.gateway.search.vocabulary import vocabulary
from services.gateway.tiles import tiles
from services.gateway.wording import date_name, month_name

PER_PAGE: Final = 60
"""Photos that a page comes with. A script asks for CHUNK at a time."""
AT_ONCE: Final = 8
"""Pictures that are in sight on the smallest screen: fetched before its rows are known."""
MARKS: Final = 12
"""Steps in the length of a month on the scrubber."""


async def grid_page(
    request: Req, views: Views, template: str, path: str, chosen: Filter, **context: Any
) -> Template:
    """`path`: the page's own, to which paging and sorting lead. `context`: what else the template needs.

    Only the next tiles when htmx asks for what is behind a cursor. Raises 422 for a bad cursor or sort.
    """
    query = request.query_params
    after, at, select = query.get("after"), query.get("at"), query.get("select")
    chunk = query.get("chunk") is not None
    sort = query.get("sort") or context.pop("sort", timeline.NEWEST)
    counted: Months = await views.remembered.get(
        await views.position(), ("months", chosen), lambda: months(views, chosen)
    )
    with refusals():
        found = await timeline.page(
            views, chosen, sort, after, CHUNK if chunk else PER_PAGE, at, counted.total
        )
    ids = [tile.image_id for tile in found.tiles]
    names, corners = await images.names(views, ids), await marks(views, ids)
    by_date = sort != timeline.AS_ADDED
    asked = {"sort": query.get("sort"), "q": chosen.q, "select": select}
    carried = {"hidden": "1" if chosen.hidden else None, "sort": query.get("sort")}
    among = link("", category=chosen.category, album=chosen.album, q=chosen.q, **carried)
    context |= {
        "more": link(path, **asked, after=found.next) if found.next else None,
        "tiles": tiles(
            _environment(request),
            cells(found, sort, names),
            counted.counts,
            among,
            corners,
            0 if after or chunk else AT_ONCE,
        ),
    }
    if (after or chunk) and wants_part(request):
        return part("partials/cells.html", **context)

    async def scrubber() -> Markup:
        marks = _marks(counted, sort)
        links = [(month, step, link(path, **asked, at=month)) for month, step in marks]
        return _rendered(request, "partials/scrubber.html", marks=links)

    remember = views.remembered.get
    key = (chosen, sort, select, path, current())
    context["scrubber"] = (
        await remember(found.position, ("scrubber", *key), scrubber) if by_date and counted.total else ""
    )
    context["choices"] = await choices(request, views, found.position) if counted.total else ""
    newer = _before(counted, sort, found.tiles[0].month) if at and by_date and found.tiles else None
    explain = context.pop("missing", None)
    if explain is not None and not counted.total:
        context |= await explain()
    other = timeline.OLDEST if sort == timeline.NEWEST else timeline.NEWEST
    context |= {
        "path": path,
        "standing": [(tile.image_id, date_name(tile.taken_at)) for tile in found.tiles if select == "1"],
        "outline": link("/outline", **among_of(chosen), sort=sort),
        "chunks": link(path, q=chosen.q, sort=sort, chunk="1"),
        "total": counted.total,
        "sort": sort,
        "selecting": select == "1",
        "select_url": link(path, sort=query.get("sort"), q=chosen.q, at=at, select=None if select else "1"),
        "sort_url": link(path, q=chosen.q, select=select, sort=other),
        "before": (newer, link(path, **asked, at=newer)) if newer else None,
        "from_start": link(path, **asked) if after else None,
    }
    return page(request, template, **context)


def among_of(chosen: Filter) -> dict[str, str | None]:
    """A filter as the parameters of a URL."""
    return {
        "category": chosen.category,
        "album": chosen.album,
        "q": chosen.q,
        "hidden": "1" if chosen.hidden else None,
        "timeline": "1" if chosen.timeline else None,
    }


async def outline_for(request: Req, views: Views) -> Outline:
    """Of the list that the URL tells. Raises 422 for a bad sort."""
    query = request.query_params
    chosen = Filter(
        category=query.get("category"),
        album=query.get("album"),
        q=query.get("q"),
        hidden="hidden" in query,
        timeline="timeline" in query,
    )
    sort = query.get("sort") or timeline.NEWEST
    with refusals():
        return await remembered(views, chosen, sort)


@get("/outline", include_in_schema=False)
async def outline_page(request: Req, views: NamedDependency[Views]) -> dict[str, Any]:
    """Of a list of photos: `months` [YYYY-MM, its name, photos], `shapes` in hundredths, `after`: cursors of the
    second hundred and on. `at`: the place of the photo `image`, -1 when it is not among them."""
    found = await outline_for(request, views)
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
    found = await outline_for(request, views)
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


async def choices(request: Req, views: Views, position: int) -> Markup:
    """What can be done with selected photos."""

    async def render() -> Markup:
        known = await vocabulary(views)
        return _rendered(
            request,
            "partials/choices.html",
            albums=[(album.id, album.name) for album in known.albums if album.q is None],
            categories=[c for c in known.categories if c.kind == "category" and not c.hidden],
        )

    made: Markup = await views.remembered.get(position, ("choices", current()), render)
    return made


def _environment(request: Req) -> Any:
    engine = request.app.template_engine
    assert engine is not None
    return engine.engine


def _rendered(request: Req, template: str, **context: Any) -> Markup:
    return Markup(_environment(request).get_template(template).render(**context))  # noqa: S704 - escaped by the template


def _marks(counted: Months, sort: str) -> list[tuple[str, int]]:
    """Months in the page's order, each with its length on the scrubber, 1 to MARKS."""
    most = max(counted.counts.values(), default=1)
    marks = [(month, 1 + (MARKS - 1) * number // most) for month, number in counted.counts.items()]
    return marks[::-1] if sort == timeline.NEWEST else marks


def _before(counted: Months, sort: str, month: str) -> str | None:
    """The month that stands before one in this order."""
    order = [name for name, _ in _marks(counted, sort)]
    place = order.index(month) if month in order else 0
    return order[place - 1] if place else None
