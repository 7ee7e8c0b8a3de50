"""The regions of a country with their towns, and the towns of one region: where photos were taken."""

import math
from collections import Counter, defaultdict
from typing import Any, Final

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.response import Template

from services.gateway.i18n import language
from services.gateway.i18n.language import _
from services.gateway.presentation.place_names import city_name, in_country, region_name
from services.gateway.queries import explore
from services.gateway.queries.covers import Cover, chosen
from services.gateway.queries.explore import Town
from services.gateway.search.grammar import quoted
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, link, page
from services.knowledge.atlas import lands
from services.knowledge.mercator import SIDE, round_

TOWNS: Final = 11
"""Listed per region of a country; a region's own page has the others."""
_AROUND: Final = 1.6
"""How much wider than a country or region the map is that shows it."""

_Card = tuple[str, str, int, Cover]


@get("/places/cities", include_in_schema=False)
async def cities_page(
    request: Req,
    views: NamedDependency[Views],
    country: FromQuery[str],
    region: FromQuery[str | None] = None,
) -> Template:
    """A country, and a region of it, are given by their English names."""
    towns, localities = await explore.towns(views, country, language.code()), await explore.localities(views)
    within = [town for town in towns if region is None or town.region == region]
    if not within or not any(town.city for town in towns):
        raise NotFoundException(_("No photo was taken in a city there."))
    code = next(place.code for place in localities.values() if place.country == country)
    return page(
        request,
        "pages/country.html",
        nav="places",
        title=region_name(region, code) if region else in_country(country, code),
        back="/places" if region is None else link("/places/cities", country=country),
        total=sum(town.card.count for town in within),
        photos=link("/search", q=f"place:{quoted(f'{region}, {country}' if region else country)}"),
        map=_map(code, region or ""),
        sections=_sections(country, code, within, None if region is not None else TOWNS, _ambiguous(towns)),
    )


def _ambiguous(towns: list[Town]) -> set[str]:
    """Names of towns in several regions."""
    times = Counter(town.city for town in towns)
    return {city for city, number in times.items() if number > 1}


def _sections(
    country: str, code: str, towns: list[Town], most: int | None, ambiguous: set[str]
) -> list[tuple[str, str, int, list[_Card], int]]:
    """By region, the one with the most photos first: its URL, name and number of photos, towns, and how many more."""
    by_region: dict[str, list[Town]] = defaultdict(list)
    for town in towns:
        by_region[town.region].append(town)
    counts = {region: sum(town.card.count for town in some) for region, some in by_region.items()}
    return [
        (
            link("/places/cities", country=country, region=region),
            region_name(region, code) if region else _("Elsewhere"),
            counts[region],
            _cards(country, code, some[:most], ambiguous),
            len(some[most:]) if most else 0,
        )
        for region, some in sorted(by_region.items(), key=lambda item: -counts[item[0]])
    ]


def _cards(country: str, code: str, towns: list[Town], ambiguous: set[str]) -> list[_Card]:
    faces = chosen([town.card for town in towns])
    return [
        (
            link("/search", q=_search(town, country, ambiguous)),
            city_name(town.city, code) if town.city else _("Outside of towns"),
            town.card.count,
            faces[town.card.key],
        )
        for town in towns
    ]


def _search(town: Town, country: str, ambiguous: set[str]) -> str:
    """For the photos of a town; with its region where there's another town of this name in the country."""
    label = ", ".join(part for part in (town.city, country) if part)
    terms = [f"place:{quoted(label)}"]
    if town.region and town.city in ambiguous:
        terms.append(f"place:{quoted(f'{town.region}, {country}')}")
    return " ".join(terms)


def _map(code: str, region: str) -> str:
    """The URL of the map of a country or region; of the whole map if it isn't known where it lies."""
    for one in lands():
        if (one.country, one.english) == (code, region):
            latitude, longitude = round_(one.x, one.y)
            zoom = max(0.0, math.log2(SIDE / max(one.size * _AROUND, 1.0)))
            return link("/places", at=f"{latitude:.5f},{longitude:.5f}", zoom=f"{zoom:.1f}")
    return "/places"


ROUTES: list[Any] = [cities_page]
