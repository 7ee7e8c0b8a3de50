"""What every page with a grid of photos shares: photos, headings, the scrubber, and actions on a selection."""

import asyncio
from typing import Any, Final

import msgspec
from litestar.response import Template
from markupsafe import Markup

from services.gateway.grid.sections import cells, stretches
from services.gateway.grid.tiles import tiles
from services.gateway.i18n.builtin_names import in_order
from services.gateway.i18n.language import current
from services.gateway.i18n.wording import date_name
from services.gateway.presentation.album_names import told_apart
from services.gateway.presentation.place_names import point_name, recent_choices
from services.gateway.queries import images, timeline
from services.gateway.queries.marks import marks
from services.gateway.queries.months import Months, months
from services.gateway.queries.outline import STRIDE
from services.gateway.search.filters import Filter
from services.gateway.search.vocabulary import collections
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, among, environment, link, page, part, refusals, wants_part
from services.knowledge.stated import UNDATED

PER_PAGE: Final = 60
"""Photos that a page comes with; scripts fetch STRIDE at a time."""
AT_ONCE: Final = 8
"""Thumbnails visible on the smallest screen: loaded eagerly, before the layout is known."""
STEPS: Final = 12
"""Steps in the length of a month on the scrubber."""


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a grid is and which part of it is shown, as its URL says."""

    path: str
    """The page's own path, for its paging and sorting links."""
    q: str | None
    sort: str | None
    """None: the page's default order."""
    select: str | None
    after: str | None
    at: str | None
    place: str | None
    """Where the photos to be selected were taken: latitude and longitude."""
    chunk: bool

    @classmethod
    def of(cls, request: Req, path: str, criteria: Filter) -> "Address":
        query = request.query_params
        parameters = {name: query.get(name) for name in ("sort", "select", "after", "at")}
        place = query.get("place")
        parameters["place"] = place if place and point_name(place) else None
        return cls(path=path, q=criteria.q, chunk="chunk" in query, **parameters)

    @property
    def further(self) -> bool:
        """Whether this continues a list after a cursor, rather than beginning a page."""
        return bool(self.after) or self.chunk

    @property
    def selecting(self) -> bool:
        return self.select == "1"

    def part(self, **where: str | None) -> str:
        """The URL of another part of the same grid."""
        return link(self.path, sort=self.sort, q=self.q, select=self.select, place=self.place, **where)


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """Some photos of a list, with the counts of the whole list."""

    address: Address
    chosen: Filter
    sort: str
    shown: timeline.Page
    counted: Months


async def grid_page(
    request: Req, views: Views, template: str, path: str, criteria: Filter, **context: Any
) -> Template:
    """`path`: the page's own path, for its paging and sorting links. `context`: what else the template needs; of it,
    `sort` is the page's default order, and `missing` explains why the page is empty.

    Only the next tiles when htmx asks for those after a cursor. Raises 422 for a bad cursor or sort.
    """
    default, explain = context.pop("sort", timeline.NEWEST), context.pop("missing", None)
    address = Address.of(request, path, criteria)
    sort = address.sort or default
    counted = await months(views, criteria)
    limit = STRIDE if address.chunk else PER_PAGE
    with refusals():
        batch = await timeline.page(views, criteria, sort, address.after, limit, address.at, counted.total)
    grid = Grid(address=address, chosen=criteria, sort=sort, shown=batch, counted=counted)
    context["more"] = address.part(after=batch.next) if batch.next else None
    context["tiles"] = await _tiles(request, views, grid)
    if address.further and wants_part(request):
        return part("partials/cells.html", **context)
    if counted.total:
        context["scrubber"] = await _scrubber(request, views, grid)
        context["choices"] = await choices(request, views, batch.position)
    else:
        context |= {"scrubber": "", "choices": ""} | (await explain() if explain is not None else {})
    return page(request, template, **context, **_links(grid))


async def _tiles(request: Req, views: Views, grid: Grid) -> Markup:
    ids = [tile.image_id for tile in grid.shown.tiles]
    names = await images.category_names(views, ids)
    counts = grid.counted.counts
    return tiles(
        environment(request),
        stretches(cells(grid.shown, grid.sort, names), counts, grid.chosen.timeline),
        counts,
        link("", **among(grid.chosen), sort=_carried(grid)),
        await marks(views, ids),
        0 if grid.address.further else AT_ONCE,
    )


def _carried(grid: Grid) -> str | None:
    """The sort that links to photos name: one that the list doesn't have by itself (pages/origin.py)."""
    return timeline.ADDED if grid.sort == timeline.ADDED else grid.address.sort


async def _scrubber(request: Req, views: Views, grid: Grid) -> Markup | str:
    if grid.sort not in timeline.BY_TIME:
        return ""

    async def render() -> Markup:
        lengths = _lengths(grid.counted, grid.sort)
        links = [(month, length, grid.address.part(at=month)) for month, length in lengths]
        return await _rendered(request, "partials/scrubber.html", marks=links)

    key = ("scrubber", grid.chosen, grid.sort, grid.address.part(), current())
    rendered: Markup = await views.cache.get(grid.shown.position, key, render)
    return rendered


def _links(grid: Grid) -> dict[str, Any]:
    address, sort = grid.address, grid.sort
    path, q, select = address.path, address.q, address.select
    tiles = grid.shown.tiles
    newer = _before(grid.counted, sort, tiles[0].month) if address.at and tiles else None
    timeline_only = "1" if grid.chosen.timeline else None
    whole = {"timeline": timeline_only, "days": timeline_only, "sort": sort}
    other = timeline.OLDEST if sort == timeline.NEWEST else timeline.NEWEST
    return {
        "path": path,
        "standing": [
            (tile.image_id, date_name("" if tile.month == UNDATED else tile.taken_at))
            for tile in tiles
            if address.selecting
        ],
        "outline": link("/outline", **among(grid.chosen), **whole),
        "chunks": link(path, q=q, sort=sort, chunk="1"),
        "total": grid.counted.total,
        "sort": sort,
        "selecting": address.selecting,
        "placing": (address.place, point_name(address.place)) if address.place else None,
        "select_url": link(path, sort=address.sort, q=q, at=address.at, select=None if select else "1"),
        "sort_url": link(path, q=q, select=select, place=address.place, sort=other),
        "before": (newer, address.part(at=newer)) if newer else None,
        "from_start": address.part() if address.after else None,
    }


async def choices(request: Req, views: Views, position: int) -> Markup:
    """The actions on selected photos."""

    async def render() -> Markup:
        names = await collections(views)
        return await _rendered(
            request,
            "partials/choices.html",
            albums=await told_apart(views, [(one.id, one.name) for one in names.albums if one.q is None]),
            categories=in_order(c for c in names.categories if c.kind == "category" and not c.hidden),
            recent=await recent_choices(views),
        )

    rendered: Markup = await views.cache.get(position, ("choices", current()), render)
    return rendered


async def _rendered(request: Req, template: str, **context: Any) -> Markup:
    """In a thread: there may be thousands of albums, or of months."""
    render = environment(request).get_template(template).render
    return Markup(await asyncio.to_thread(render, **context))  # noqa: S704 - escaped by the template


def _lengths(counted: Months, sort: str) -> list[tuple[str, int]]:
    """Months in the page's order, each with its length on the scrubber, 1 to STEPS."""
    most = max(counted.counts.values(), default=1)
    lengths = [(month, 1 + (STEPS - 1) * number // most) for month, number in counted.counts.items()]
    return lengths[::-1] if sort == timeline.NEWEST else lengths


def _before(counted: Months, sort: str, month: str) -> str | None:
    """The month before one in this order; None in an order that is not by time."""
    if sort not in timeline.BY_TIME:
        return None
    order = [name for name, _ in _lengths(counted, sort)]
    place = order.index(month) if month in order else 0
    return order[place - 1] if place else None
