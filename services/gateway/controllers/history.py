"""What happened in the library, newest first."""

from itertools import groupby
from typing import Final

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation
from litestar.response import Template

from services.gateway.controllers.answer import Req, link, page, part, wants_part
from services.gateway.language import _
from services.gateway.ports import History
from services.gateway.wording import moment_day

ENTRIES: Final = 100


@get("/history", include_in_schema=False)
async def history_page(
    request: Req,
    history: NamedDependency[SkipValidation[History]],
    before: FromQuery[int | None] = None,
    about: FromQuery[str | None] = None,
) -> Template:
    entries = await history.recent(before, ENTRIES, about)
    days = [(day, list(told)) for day, told in groupby(entries, lambda entry: moment_day(entry.recorded_at))]
    context = {
        "days": days,
        "more": link("/history", about=about, before=str(entries[-1].position))
        if len(entries) == ENTRIES
        else None,
        "about": about,
        "narrowed": [
            (None, _("Everything")),
            ("photos", _("Photos")),
            ("albums", _("Albums")),
            ("categories", _("Categories")),
            ("jobs", _("Jobs")),
        ],
    }
    if before and wants_part(request):
        return part("partials/history.html", **context)
    return page(request, "pages/history.html", nav="history", title=_("History"), **context)


ROUTES = [history_page]
