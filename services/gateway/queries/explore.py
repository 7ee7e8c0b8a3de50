"""Ways into the library besides the timeline: memories, years, cameras, people, places."""

import json
from calendar import isleap
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import msgspec

from services.gateway.queries.covers import DULL, Card, Cover, candidates, cards, cards_of, chosen
from services.gateway.queries.timeline import day_key
from services.gateway.search.states import IN_TIMELINE, IN_TIMELINE_IN_PART
from services.gateway.tables.pool import Views, cached
from services.gateway.tables.sums import Sum, in_part
from services.knowledge.alphabet import sort_key

_CAMERA_MONTHS: Final = Sum(
    f"""SELECT camera_name, iif(undated, '', month), count(*) FROM image
    WHERE {in_part()} AND visible = 1 AND camera_name <> '' GROUP BY 1, 2""",
    key=2,
)
_OF_CAMERAS: Final = f"image i WHERE {in_part('i')} AND i.camera_name <> ''"
_NAMED: Final = "(SELECT DISTINCT image_id, name FROM {0} WHERE {1}) n JOIN image i USING (image_id) WHERE 1"
_OF_PEOPLE: Final = _NAMED.format("person", in_part("person"))
_OF_KEYWORDS: Final = _NAMED.format("keyword", in_part("keyword"))
_LOCATED: Final = f"located l JOIN image i USING (image_id) WHERE {in_part('l')}"
_OF_PLACES: Final = f"{_LOCATED} AND l.city <> ''"
_OUTSIDE: Final = f"{_LOCATED} AND l.city = ''"
_OF_COUNTRY: Final = f"{_LOCATED} AND l.country = ?"
_TOWN: Final = "l.region || char(10) || l.city"
_IN_TIMELINE: Final = f"image i WHERE {in_part('i')} AND {IN_TIMELINE_IN_PART}"
_OF_DAYS: Final = f"""json_each(?) d CROSS JOIN image i ON i.time_key >= d.value ->> 0 AND i.time_key < d.value ->> 1
  WHERE i.unsure = 0 AND {IN_TIMELINE}"""
"""By the timeline's index, a few steps for each year. Photos with an uncertain date are not used as memories."""
_BY_DAY: Final = f"WITH {DULL} {candidates('substr(i.taken_at, 1, 10)', _OF_DAYS)}"
EARLIEST: Final = 1826
"""The year of the first photograph."""
_CODES: Final = Sum(
    f"""SELECT label, city, country, code, count(*) FROM located WHERE {in_part("located")}
    GROUP BY label, city, country, code""",
    key=4,
)
PLACE_OF: Final = "SELECT city, country, code FROM located WHERE image_id = ?1"
MOST_CARDS: Final = 500
"""People and keywords to list: there may be hundreds in each file."""
AROUND: Final = 3
"""Days before and after to search if the day itself has no photos."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A card: what it represents, and its cover."""

    key: str
    count: int
    cover: Cover
    first: str = ""
    last: str = ""
    """The first and the last month, YYYY-MM, for cameras only."""


class Town(msgspec.Struct, frozen=True):
    region: str
    """In English, as `city`; both are empty where none is known or near."""
    city: str
    card: Card


class Locality(msgspec.Struct, frozen=True):
    city: str
    country: str
    code: str


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """Photos of a day, or of the days around it, in an earlier year."""

    first: str
    last: str
    """Both are ISO dates."""
    years: int
    """How many years ago."""
    count: int
    cover: Cover


def entries(row: list[Card]) -> list[Entry]:
    faces = chosen(row)
    return [Entry(key=card.key, count=card.count, cover=faces[card.key]) for card in row]


@cached
async def years(views: Views) -> list[Entry]:
    """Of the timeline, newest first."""
    row = await cards(views, "substr(i.month, 1, 4)", _IN_TIMELINE)
    return entries(sorted(row, key=lambda card: card.key, reverse=True))


@cached
async def by_month(views: Views) -> list[Entry]:
    """Of the timeline, newest first; `key` is YYYY-MM."""
    row = await cards(views, "i.month", _IN_TIMELINE)
    return entries(sorted(row, key=lambda card: card.key, reverse=True))


@cached
async def cameras(views: Views, language: str = "") -> list[Entry]:
    row = entries(await cards(views, "i.camera_name", _OF_CAMERAS, language=language))
    of_each: dict[str, list[str]] = {}
    for camera, month, _count in await views.sums(_CAMERA_MONTHS):
        of_each.setdefault(camera, []).append(month)
    return [_over(one, list(filter(None, of_each.get(one.key, [])))) for one in row]


def _over(camera: Entry, months: list[str]) -> Entry:
    return msgspec.structs.replace(camera, first=min(months, default=""), last=max(months, default=""))


@cached
async def people(views: Views, language: str = "") -> list[Entry]:
    """At most MOST_CARDS, those with the most photos."""
    return entries(await cards(views, "n.name", _OF_PEOPLE, most=MOST_CARDS, language=language))


@cached
async def keywords(views: Views, language: str = "") -> list[Card]:
    """At most MOST_CARDS; the caller picks covers for the ones it shows."""
    return await cards(views, "n.name", _OF_KEYWORDS, most=MOST_CARDS, language=language)


@cached
async def cities(views: Views, language: str = "") -> list[Card]:
    """By label (`Rome, Italy`). There may be thousands, so the caller picks covers for the ones it shows."""
    return await cards(views, "l.label", _OF_PLACES, language=language)


@cached
async def countries(views: Views, language: str = "") -> list[Entry]:
    places = await localities(views)
    by_country: dict[str, list[Card]] = {}
    for card in [*await cities(views, language), *await cards(views, "l.label", _OUTSIDE)]:
        by_country.setdefault(places[card.key].country, []).append(card)
    row = [_together(country, some) for country, some in by_country.items()]
    return entries(sorted(row, key=lambda card: (-card.count, sort_key(card.key, language))))


@cached
async def towns(views: Views, country: str, language: str = "") -> list[Town]:
    """Of a country, given by its English name: those with the most photos first. Those of one name are told apart by
    their regions, and a card stands for all photos outside of cities."""
    within = await cards(views, _TOWN, _OF_COUNTRY, [country], language=language)
    keys = [card.key.split("\n") for card in within]
    return [Town(region, city, card) for (region, city), card in zip(keys, within, strict=True)]


@cached
async def localities(views: Views) -> dict[str, Locality]:
    return {label: Locality(*of) for label, *of, _count in await views.sums(_CODES)}


@cached
async def on_this_day(views: Views, today: date) -> list[Memory]:
    """Photos of the timeline of this very day in earlier years, latest first."""
    return await _of_days(views, today, 0)


@cached
async def memories(views: Views, today: date) -> list[Memory]:
    """Photos of the timeline of this day in earlier years, latest first; if there are no photos, the days around it."""
    return await on_this_day(views, today) or await _of_days(views, today, AROUND)


async def _of_days(views: Views, today: date, around: int) -> list[Memory]:
    spans = [
        (day_key(first), day_key(last + timedelta(days=1))) for first, last in _anniversaries(today, around)
    ]
    by_year: dict[int, list[Card]] = {}
    for card in cards_of(await views.fetch(_BY_DAY, [json.dumps(spans)])):
        if (ago := _years_ago(card.key, today)) > 0:
            by_year.setdefault(ago, []).append(card)
    row = [(ago, _together(str(ago), some)) for ago, some in sorted(by_year.items())]
    faces = chosen(card for _, card in row)
    dates = {ago: sorted(card.key for card in some) for ago, some in by_year.items()}
    return [
        Memory(first=dates[ago][0], last=dates[ago][-1], years=ago, count=card.count, cover=faces[card.key])
        for ago, card in row
    ]


def _anniversaries(today: date, around: int) -> Iterator[tuple[date, date]]:
    """First and last day in each earlier year."""
    for year in range(EARLIEST, today.year):
        leaps = today.month == 2 and today.day == 29 and not isleap(year)
        same = today.replace(year=year, day=28) if leaps else today.replace(year=year)
        first, last = same - timedelta(days=around), same + timedelta(days=around)
        if (last.month, last.day) == (2, 28) and isleap(year) and not isleap(today.year):
            last += timedelta(days=1)  # else the 29th would return only every fourth year
        yield first, last


def _years_ago(day: str, today: date) -> int:
    """Whole years between two days at about the same time of year; 0 if `day` is not a date."""
    try:
        return round((today - date.fromisoformat(day)).days / 365.2425)
    except ValueError:
        return 0


def _together(key: str, some: list[Card]) -> Card:
    candidates = sorted((c for card in some for c in card.candidates), key=lambda c: (-c.worth, c.image_id))
    return Card(key, sum(card.count for card in some), candidates)
