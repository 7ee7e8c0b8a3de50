"""Other ways into the library than the timeline: days of former years, years, cameras, people, places."""

from datetime import date, timedelta
from typing import Final

import msgspec

from services.gateway.queries.covers import Card, Cover, cards, chosen
from services.gateway.tables.pool import Views, cached

_CAMERA_YEARS: Final = """SELECT camera_name, min(month), max(month) FROM image
  WHERE visible = 1 AND camera_name <> '' GROUP BY camera_name"""
_OF_CAMERAS: Final = "image i WHERE i.camera_name <> ''"
_OF_PEOPLE: Final = """(SELECT DISTINCT s.image_id, p.value AS person FROM sidecar s, json_each(s.people) p
  WHERE s.people <> '[]') n JOIN image i USING (image_id) WHERE 1"""
_OF_PLACES: Final = "located l JOIN image i USING (image_id) WHERE l.city <> ''"
_OUTSIDE: Final = "located l JOIN image i USING (image_id) WHERE l.city = ''"
_OF_DAYS: Final = """image i WHERE substr(i.taken_at, 6, 5) IN ({}) AND i.taken_at < ?
  AND i.taken_at_source NOT IN ('folder', 'mtime')"""
"""A date that nobody is sure of brings nothing back."""
_CODES: Final = "SELECT DISTINCT label, city, country, code FROM located"
PLACE_OF: Final = "SELECT city, country, code FROM located WHERE image_id = ?1"
AROUND: Final = 3
"""Days before and after, where there is nothing of the day itself."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A card: what it stands for, and the photo that it shows."""

    key: str
    count: int
    cover: Cover
    first: str = ""
    """The first and the last month, YYYY-MM, where they say something."""
    last: str = ""


class Locality(msgspec.Struct, frozen=True):
    city: str
    country: str
    code: str


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """Photos of a day, or of the days around it, in a former year."""

    first: str
    """ISO dates."""
    last: str
    years: int
    """Ago."""
    count: int
    cover: Cover


def entries(row: list[Card]) -> list[Entry]:
    faces = chosen(row)
    return [Entry(key=card.key, count=card.count, cover=faces[card.key]) for card in row]


@cached
async def years(views: Views) -> list[Entry]:
    """Newest first."""
    found = await cards(views, "substr(i.month, 1, 4)")
    return entries(sorted(found, key=lambda card: card.key, reverse=True))


@cached
async def by_month(views: Views) -> list[Entry]:
    """Newest first; `key` is YYYY-MM."""
    found = await cards(views, "i.month")
    return entries(sorted(found, key=lambda card: card.key, reverse=True))


@cached
async def cameras(views: Views) -> list[Entry]:
    spans = {row[0]: row[1:] for row in await views.fetch(_CAMERA_YEARS)}
    found = entries(await cards(views, "i.camera_name", _OF_CAMERAS))
    return [
        msgspec.structs.replace(one, first=spans[one.key][0], last=spans[one.key][1])
        for one in found
        if one.key in spans
    ]


@cached
async def people(views: Views) -> list[Entry]:
    return entries(await cards(views, "n.person", _OF_PEOPLE))


@cached
async def cities(views: Views) -> list[Card]:
    """By their labels (`Rome, Italy`). There may be thousands, so faces are chosen for those that are shown."""
    return await cards(views, "l.label", _OF_PLACES)


@cached
async def countries(views: Views) -> list[Entry]:
    some = [*await cities(views), *await cards(views, "l.label", _OUTSIDE)]
    known = await localities(views)
    gathered: dict[str, list[Card]] = {}
    for card in some:
        gathered.setdefault(known[card.key].country, []).append(card)
    row = [_together(country, some) for country, some in gathered.items()]
    return entries(sorted(row, key=lambda card: (-card.count, card.key)))


@cached
async def localities(views: Views) -> dict[str, Locality]:
    """Label -> what it is made of."""
    return {row[0]: Locality(*row[1:]) for row in await views.fetch(_CODES)}


@cached
async def memories(views: Views, today: date) -> list[Memory]:
    """Of this day in former years, the latest first; where there is none, of the days around it."""
    return await _of_days(views, today, 0) or await _of_days(views, today, AROUND)


async def _of_days(views: Views, today: date, around: int) -> list[Memory]:
    near = [today + timedelta(days=step) for step in range(-around, around + 1)]
    days = {f"{day:%m-%d}" for day in near}
    if "02-28" in days and not _leap(today.year):  # else the 29th would come back every fourth year only
        days.add("02-29")
    source = _OF_DAYS.format(", ".join("?" * len(days)))
    before = f"{near[0] - timedelta(days=180):%Y-%m-%d}"  # of a former year, not of last week
    found = await cards(views, "substr(i.taken_at, 1, 10)", source, [*sorted(days), before])
    gathered: dict[int, list[Card]] = {}
    for card in found:
        if (ago := _years_ago(card.key, today)) > 0:
            gathered.setdefault(ago, []).append(card)
    row = [_together(str(ago), some) for ago, some in sorted(gathered.items())]
    faces = chosen(row)
    return [
        Memory(
            first=min(card.key for card in gathered[int(one.key)]),
            last=max(card.key for card in gathered[int(one.key)]),
            years=int(one.key),
            count=one.count,
            cover=faces[one.key],
        )
        for one in row
    ]


def _years_ago(day: str, today: date) -> int:
    """Whole years between two days of about the same season; 0 for what is no date."""
    try:
        return round((today - date.fromisoformat(day)).days / 365.2425)
    except ValueError:
        return 0


def _together(key: str, some: list[Card]) -> Card:
    candidates = sorted((c for card in some for c in card.candidates), key=lambda c: (-c.worth, c.image_id))
    return Card(key, sum(card.count for card in some), candidates)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
