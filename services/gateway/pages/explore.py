"""What the search page shows before a search, and the pages behind its rows: cameras, people."""

from datetime import date
from typing import Any, Final

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from services.gateway.i18n.builtin_names import in_order, named
from services.gateway.i18n.language import _, code, ngettext
from services.gateway.i18n.wording import camera_name, day_date, year_name
from services.gateway.presentation.faces import crop
from services.gateway.presentation.place_names import place_name
from services.gateway.queries import explore
from services.gateway.queries.albums import Album, albums
from services.gateway.queries.categories import Category
from services.gateway.queries.categories import categories as listed_categories
from services.gateway.queries.covers import Cover
from services.gateway.queries.explore import Entry, Locality, Memory
from services.gateway.queries.faces import largest_faces
from services.gateway.search.grammar import quoted
from services.gateway.search.vocabulary import KIND
from services.gateway.tables.pool import Views
from services.gateway.unchanged.answers import UNTIL_CHANGED
from services.gateway.web.answer import Req, link, page
from services.kernel import clock
from services.knowledge.stated import UNDATED

ROW: Final = 16
"""Cards in a row; “See all” leads to the rest."""

_IN_TIMELINE: Final = "is:timeline"
"""Ends searches that stand for a part of the timeline."""

Card = tuple[str, str, int, Cover | None]
"""URL, name, photo count, cover."""


def _result(key: str, one: Entry) -> Card:
    return link("/search", q=f"{key}:{quoted(one.key)}"), one.key, one.count, one.cover


def _year(one: Entry) -> Card:
    """Only what the timeline shows."""
    span = "is:undated" if UNDATED.startswith(one.key) else f"year:{one.key}"
    return link("/search", q=f"{span} {_IN_TIMELINE}"), year_name(one.key), one.count, one.cover


def _camera(one: Entry) -> Card:
    href, name, count, face = _result("camera", one)
    return href, camera_name(name), count, face


def at_place(place: Locality | None) -> str:
    """`Rome, Italy`; empty for None."""
    if place is None:
        return ""
    return place_name(place.city, place.country, place.code)


async def shelves(views: Views) -> dict[str, Any]:
    """What the page shows without a search."""
    categories, kinds = await _categories(views)
    rows: list[tuple[str, str, list[Card]]] = [
        (_("Albums"), "/albums", [_album(one) for one in await albums(views) if one.count]),
        (
            _("Places"),
            "/places",
            [_city(one) for one in explore.entries((await explore.cities(views, code()))[:ROW])],
        ),
        (_("Categories"), "/categories", categories),
        (_("Years"), "/years", [_year(one) for one in (await explore.years(views))[:ROW]]),
        (_("People"), "/people", _row("person", await explore.people(views, code()))),
        (
            _("Keywords"),
            "/keywords",
            _row("keyword", explore.entries((await explore.keywords(views, code()))[:ROW])),
        ),
        (_("Kinds"), "/categories/kinds", kinds),
        (_("Cameras"), "/cameras", [_camera(one) for one in await explore.cameras(views, code())]),
    ]
    today = clock.today()
    return {
        **_memories(await explore.memories(views, today), today),
        "rows": [(name, href, cards[:ROW]) for name, href, cards in rows if cards],
    }


def _row(key: str, entries: list[Entry]) -> list[Card]:
    return [_result(key, one) for one in entries[:ROW]]


async def _categories(views: Views) -> tuple[list[Card], list[Card]]:
    """Categories of what photos show, and the kinds of picture; both with the most photos first."""
    in_use = in_order(one for one in await listed_categories(views) if one.kind == "category" and one.count)
    in_use.sort(key=lambda one: -one.count)
    kinds = [one for one in in_use if one.group_id == KIND]
    others = [one for one in in_use if one.everyday and one.group_id != KIND]
    return [_category(one) for one in others], [_category(one) for one in kinds]


def _memories(memories: list[Memory], today: date) -> dict[str, Any]:
    exact = any(one.first == one.last and one.first[5:] == f"{today:%m-%d}" for one in memories)
    return {
        "memories": [memory_card(one) for one in memories[:ROW]],
        "memories_title": _("On this day") if exact else _("This week in past years"),
    }


def _category(one: Category) -> Card:
    return f"/categories/{one.id}", named(one.name), one.count, _face(one)


def _album(one: Album) -> Card:
    return f"/albums/{one.id}", one.name, one.count, _face(one)


def _city(one: Entry) -> Card:
    """Without the country in its name."""
    href, name, count, face = _result("place", one)
    return href, name.rpartition(", ")[0], count, face


def _face(one: Category | Album) -> Cover | None:
    return Cover(one.cover, one.cover_colour or "", one.cover_crop) if one.cover else None


def memory_card(one: Memory) -> tuple[str, str, str, int, Cover]:
    days = one.first if one.first == one.last else f"{one.first}..{one.last}"
    ago = ngettext("%(num)s year ago", "%(num)s years ago", one.years)
    return link("/search", q=f"date:{days} {_IN_TIMELINE}"), ago, day_date(one.first), one.count, one.cover


@get("/cameras", include_in_schema=False, opt=UNTIL_CHANGED)
async def cameras_page(request: Req, views: NamedDependency[Views]) -> Template:
    cards = [(*_camera(one), _span(one)) for one in await explore.cameras(views, code())]
    return page(request, "pages/cards.html", nav="search", title=_("Cameras"), cards=cards)


@get("/people", include_in_schema=False, opt=UNTIL_CHANGED)
async def people_page(request: Req, views: NamedDependency[Views]) -> Template:
    faces = {name: crop(one) for name, one in (await largest_faces(views)).items()}
    cards = [(*_result("person", one), "", faces.get(one.key)) for one in await explore.people(views, code())]
    most = explore.MOST_CARDS if len(cards) >= explore.MOST_CARDS else None
    return page(request, "pages/people.html", nav="search", title=_("People"), cards=cards, most=most)


def _span(one: Entry) -> str:
    """`2014`, or `2014 – 2019`."""
    first, last = one.first[:4], one.last[:4]
    return first if first == last else f"{first} – {last}"


ROUTES: list[Any] = [cameras_page, people_page]
