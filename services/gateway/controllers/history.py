"""What happened, newest first: in the library, or to one photo, album or category."""

from itertools import groupby
from typing import Final, get_args

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery, SkipValidation
from litestar.response import Template

from services.gateway.controllers.answer import Req, link, page, part, wants_part
from services.gateway.language import _
from services.gateway.ports import Asked, History
from services.gateway.queries.pictured import known
from services.gateway.queries.subjects import Kind, Subject, subject
from services.gateway.queries.views import Views
from services.gateway.stored import named
from services.gateway.wording import date_name, moment_day

ENTRIES: Final = 100
_NO_END: Final = 2**62


@get("/history", include_in_schema=False)
async def history_page(
    request: Req,
    views: NamedDependency[Views],
    history: NamedDependency[SkipValidation[History]],
    before: FromQuery[int | None] = None,
    about: FromQuery[str | None] = None,
) -> Template:
    """`?image=`, `?album=`, `?category=`: its own history. 404 when there never was one."""
    found = await _subject(request, views)
    end = min(before or _NO_END, _NO_END)
    entries = await history.recent(views, Asked(about=about, subject=found), end, ENTRIES)
    days = [(day, list(told)) for day, told in groupby(entries, lambda entry: moment_day(entry.recorded_at))]
    asked: dict[str, str | None] = {found.kind: found.id} if found else {"about": about}
    own = link("/history", **asked)
    context = {
        "days": days,
        "more": link("/history", **asked, before=str(entries[-1].position))
        if len(entries) == ENTRIES
        else None,
        "own": own,
        "about": about,
        "subject": found,
        "pictures": await known(views, (image for entry in entries for image in entry.images)),
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
    called = _called(found) if found else ""
    title = _("History of “%(name)s”", name=called) if found else _("History")
    return page(request, "pages/history.html", nav="history", title=title, called=called, **context)


async def _subject(request: Req, views: Views) -> Subject | None:
    """That the query names. Raises NotFoundException."""
    kinds: tuple[Kind, ...] = get_args(Kind)
    for kind in kinds:
        if (id_ := request.query_params.get(kind)) is not None:
            if found := await subject(views, kind, id_):
                return found
            none = {
                "image": _("There is no such photo in the library."),
                "album": _("There is no such album."),
                "category": _("There is no such category."),
            }
            raise NotFoundException(none[kind])
    return None


def _called(subject: Subject) -> str:
    """As a person reads it."""
    if subject.kind == "image":
        return date_name(subject.name)
    return named(subject.name) if subject.kind == "category" else subject.name


ROUTES = [history_page]
