"""Names of places in the request's language."""

from typing import Final

from services.gateway.i18n.language import _, code, current, locale_of
from services.gateway.queries.recent_places import recent_places
from services.gateway.tables.pool import Views
from services.knowledge.geography import AT_SEA, spot, valid
from services.knowledge.toponyms import called

OFFERED: Final = 6
"""Recent places."""


def in_country(name: str, country_code: str) -> str:
    """The country's name in the request's language."""
    if name == AT_SEA:
        return _("At sea")
    return str(locale_of(current()).territories.get(country_code, name))


def place_name(city: str, country: str, country_code: str) -> str:
    """`Rome, Italy`."""
    name = in_country(country, country_code)
    return f"{city_name(city, country_code)}, {name}" if city else name


def city_name(city: str, country_code: str) -> str:
    """The city's name in the request's language; `city`: as GeoNames has it."""
    return called("city", country_code, city, code())


def region_name(region: str, country_code: str) -> str:
    return called("region", country_code, region, code())


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
