"""The timeline zoomed out: a card per month or per year. The closest view is the grid itself."""

from itertools import groupby
from typing import Any, Final

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from services.gateway.i18n.language import _
from services.gateway.queries import explore
from services.gateway.queries.months import months
from services.gateway.search.filters import TIMELINE
from services.gateway.tables.pool import Views
from services.gateway.unchanged.answers import UNTIL_CHANGED
from services.gateway.web.answer import Req, page


@get("/months", include_in_schema=False, opt=UNTIL_CHANGED)
async def months_page(request: Req, views: NamedDependency[Views]) -> Template:
    cards = await explore.by_month(views)
    years = [(year, list(some)) for year, some in groupby(cards, lambda one: one.key[:4])]
    return page(
        request,
        "pages/months.html",
        nav="photos",
        title=_("Months"),
        years=[(year, sum(one.count for one in some), some) for year, some in years],
    )


@get("/years", include_in_schema=False, opt=UNTIL_CHANGED)
async def years_page(request: Req, views: NamedDependency[Views]) -> Template:
    numbers = await months(views, TIMELINE)
    years = await explore.years(views)
    within: dict[str, dict[str, int]] = {one.key: {} for one in years}
    for month, number in numbers.counts.items():
        within.setdefault(month[:4], {})[month] = number
    return page(
        request,
        "pages/years.html",
        nav="photos",
        title=_("Years"),
        years=[(one, list(within[one.key].items())) for one in years],
        most=max(numbers.counts.values(), default=1),
    )


ROUTES: Final[list[Any]] = [months_page, years_page]
