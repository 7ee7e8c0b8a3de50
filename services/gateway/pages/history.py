"""What happened, newest first: in the library, or to one photo, album or category."""

from itertools import groupby
from typing import Final, get_args

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery, SkipValidation
from litestar.response import Template

from services.domain.subject import Actor
from services.gateway.history.entries import Asked, History
from services.gateway.history.grouping import folded
from services.gateway.i18n.builtin_names import named
from services.gateway.i18n.language import _
from services.gateway.i18n.wording import date_name, moment_day
from services.gateway.queries.history_photos import known
from services.gateway.queries.titles import Subject, SubjectKind, subject
from services.gateway.tables.pool import Views
from services.gateway.time_travel.travel import moment
from services.gateway.web.answer import Req, link, page, part, wants_part

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
    """`?image=`, `?album=`, `?category=`: its own history. 404 when there never was one.

    Whoever looks back sees what had happened by then.
    """
    found = await _subject(request, views)
    asked = Asked(about=None if found else about, who=_who(request), subject=found)
    then = moment(request)
    end = then.position + 1 if then else _NO_END
    entries = await history.recent(views, asked, min(before or end, end), ENTRIES)
    days = groupby(entries, lambda entry: moment_day(entry.recorded_at))
    same: dict[str, str | None] = {"about": asked.about, "who": asked.who}
    if found:
        same[found.kind] = found.id
    context = {
        "days": [(day, folded(list(told))) for day, told in days],
        "more": link("/history", **same, before=str(entries[-1].position))
        if len(entries) == ENTRIES
        else None,
        "own": link("/history", **same),
        "subject": found,
        "narrowed": bool(asked.about or asked.who),
        "pictures": await known(views, (image for entry in entries for image in entry.images)),
    }
    if before and wants_part(request):
        return part("partials/history.html", **context)
    called = _called(found) if found else ""
    return page(
        request,
        "pages/history.html",
        nav="history",
        title=_("History of “%(name)s”", name=called) if found else _("History"),
        called=called,
        filters=[
            *([] if found else [(_("About"), _choices(same, "about", asked.about, _abouts()))]),
            (_("By"), _choices(same, "who", asked.who, _whos())),
        ],
        **context,
    )


def _abouts() -> dict[str | None, str]:
    return {
        None: _("Everything"),
        "photos": _("Photos"),
        "albums": _("Albums"),
        "categories": _("Categories"),
        "jobs": _("Jobs"),
    }


def _whos() -> dict[str | None, str]:
    return {None: _("Anyone"), "user": _("You"), "scan": _("Scans"), "model": _("Models")}


def _choices(
    same: dict[str, str | None], name: str, now: str | None, known: dict[str | None, str]
) -> list[tuple[str, str, bool]]:
    """(link, what it says, whether it is chosen): each leaves what else was asked for as it is."""
    return [(link("/history", **{**same, name: key}), said, key == now) for key, said in known.items()]


def _who(request: Req) -> Actor | None:
    """Nobody that we know: everybody."""
    asked = request.query_params.get("who")
    whos: tuple[Actor, ...] = get_args(Actor)
    return next((who for who in whos if who == asked), None)


async def _subject(request: Req, views: Views) -> Subject | None:
    """That the query names. Raises NotFoundException."""
    kinds: tuple[SubjectKind, ...] = get_args(SubjectKind)
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
