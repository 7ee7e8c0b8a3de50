"""Names of places in the request's language."""

from typing import Final

from services.gateway.i18n.language import _, current, locale_of
from services.gateway.queries.recent_places import recent_places
from services.gateway.tables.pool import Views
from services.knowledge.geography import AT_SEA, spot, valid

OFFERED: Final = 6
"""Recent places."""


def in_country(name: str, code: str) -> str:
    """The country's name in the request's language."""
    if name == AT_SEA:
        return _("At sea")
    return str(locale_of(current()).territories.get(code, name))


def place_name(city: str, country: str, code: str) -> str:
    """`Rome, Italy`."""
    name = in_country(country, code)
    return f"{city}, {name}" if city else name


def point_name(point: str) -> str:
    """`point`: latitude and longitude in degrees: `41.89,12.48`. Empty if it is none on the earth."""
    try:
        latitude, longitude = (float(part) for part in point.split(","))
    except ValueError:
        return ""
    if not valid(latitude, longitude):
        return ""
    place = spot(latitude, longitude)
    return place_name(place.city, place.country, place.code)


async def recent_choices(views: Views) -> list[tuple[str, str]]:
    """Names of the places that a person gave last, and `latitude,longitude` of the last one of each name."""
    places: dict[str, str] = {}
    for point in await recent_places(views):
        places.setdefault(point_name(point), point)
    return list(places.items())[:OFFERED]
