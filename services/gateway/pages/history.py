"""What happened, newest first: in the library, or to one photo, album or category."""

from datetime import date
from itertools import groupby
from typing import Final, get_args

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery, SkipValidation
from litestar.response import Template

from services.domain.subject import Actor
from services.gateway.history.days import ChangedDay
from services.gateway.history.entries import Asked, History
from services.gateway.history.grouping import folded
from services.gateway.i18n.builtin_names import named
from services.gateway.i18n.language import _
from services.gateway.i18n.wording import count, date_name, moment_day
from services.gateway.queries.history_photos import known
from services.gateway.queries.titles import Subject, SubjectKind, subject
from services.gateway.tables.pool import Views
from services.gateway.time_travel.past import Past
from services.gateway.time_travel.travel import moment
from services.gateway.unchanged.answers import UNTIL_CHANGED
from services.gateway.web.answer import Req, link, page, part, wants_part
from services.gateway.web.parameters import LAST

ENTRIES: Final = 100


@get("/history", include_in_schema=False, opt=UNTIL_CHANGED)
async def history_page(
    request: Req,
    views: NamedDependency[Views],
    history: NamedDependency[SkipValidation[History]],
    past: NamedDependency[SkipValidation[Past]],
    before: FromQuery[int | None] = None,
    about: FromQuery[str | None] = None,
) -> Template:
    """`?image=`, `?album=`, `?category=`: the history of that one; 404 when it never existed.

    Looking back in time shows what had happened by then. `?day=`, in ISO format: from the end of that day back.
    """
    target = await _subject(request, views)
    criteria = Asked(about=None if target else about, who=_who(request), subject=target)
    then = moment(request)
    end = then.position + 1 if then else LAST
    day = _day(request)
    until = min(end, before or end, await past.day(day) + 1 if day else end)
    entries = await history.recent(views, criteria, until, ENTRIES)
    days = groupby(entries, lambda entry: moment_day(entry.recorded_at))
    same: dict[str, str | None] = {"about": criteria.about, "who": criteria.who}
    if target:
        same[target.kind] = target.id
    last = str(entries[-1].position) if len(entries) == ENTRIES else None
    context = {
        "days": [(day, folded(list(group))) for day, group in days],
        "more": link("/history", **same, before=last) if last else None,
        "own": link("/history", **same),
        "subject": target,
        "narrowed": bool(criteria.about or criteria.who),
        "pictures": await known(views, (image for entry in entries for image in entry.images)),
    }
    if before and wants_part(request):
        return part("partials/history.html", **context)
    called = _title(target) if target else ""
    return page(
        request,
        "pages/history.html",
        nav="history",
        title=_("History of “%(name)s”", name=called) if target else _("History"),
        called=called,
        day=day.isoformat() if day else "",
        changed_days=[] if target else [(one, _summary(one)) for one in await history.days(end)],
        filters=_filters(same, criteria),
        **context,
    )


def _day(request: Req) -> date | None:
    try:
        return date.fromisoformat(request.query_params.get("day", ""))
    except ValueError:
        return None


def _summary(changed: ChangedDay) -> str:
    """`Photos 12 · Albums 2`"""
    names = _abouts()
    return " · ".join(f"{names[section]} {count(number)}" for section, number in changed.counts.items())


def _abouts() -> dict[str | None, str]:
    return {
        None: _("Everything"),
        "photos": _("Photos"),
        "albums": _("Albums"),
        "categories": _("Categories"),
        "jobs": _("Jobs"),
    }


def _whos() -> dict[str | None, str]:
    return {
        None: _("Anyone"),
        "user": _("You"),
        "scan": _("Scans"),
        "model": _("Models"),
        "visitor": _("Visitors"),
    }


def _filters(same: dict[str, str | None], criteria: Asked) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """(title, choices) of each; what a subject's history is about is clear."""
    about = _choices(same, "about", criteria.about, _abouts())
    by = (_("By"), _choices(same, "who", criteria.who, _whos()))
    return [by] if criteria.subject else [(_("About"), about), by]


def _choices(
    same: dict[str, str | None], name: str, now: str | None, labels: dict[str | None, str]
) -> list[tuple[str, str, bool]]:
    """(link, label, whether it is selected); each link keeps the other filters."""
    return [(link("/history", **{**same, name: key}), label, key == now) for key, label in labels.items()]


def _who(request: Req) -> Actor | None:
    """None, for everybody, unless the query names an actor."""
    whos: tuple[Actor, ...] = get_args(Actor)
    return next((who for who in whos if who == request.query_params.get("who")), None)


async def _subject(request: Req, views: Views) -> Subject | None:
    """The one that the query names, if any. Raises NotFoundException."""
    kinds: tuple[SubjectKind, ...] = get_args(SubjectKind)
    for kind in kinds:
        if (id_ := request.query_params.get(kind)) is not None:
            if match := await subject(views, kind, id_):
                return match
            none = {
                "image": _("There is no such photo in the library."),
                "album": _("There is no such album."),
                "category": _("There is no such category."),
            }
            raise NotFoundException(none[kind])
    return None


def _title(subject: Subject) -> str:
    """The subject's name as a person reads it."""
    if subject.kind == "image":
        return date_name(subject.name)
    return named(subject.name) if subject.kind == "category" else subject.name


ROUTES = [history_page]
