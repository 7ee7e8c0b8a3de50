"""Places: the map, and the countries and cities where photos were taken."""

import asyncio
import math
from typing import Any, Final

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from services.gateway.i18n.language import _, code, ngettext
from services.gateway.presentation.map_labels import map_names
from services.gateway.presentation.place_names import city_name, in_country, place_name
from services.gateway.queries import clusters, explore
from services.gateway.queries.clusters import DEEPEST, Box, Cluster, box
from services.gateway.queries.covers import Card, Cover
from services.gateway.queries.explore import Entry
from services.gateway.search.grammar import quoted
from services.gateway.tables.pool import Views
from services.gateway.unchanged.answers import UNTIL_CHANGED
from services.gateway.web.answer import Req, link, page, part, unprocessable
from services.knowledge.geography import DEGREE_KM
from services.knowledge.mercator import SIDE, round_

NEAR: Final = 3
"""From this zoom on, the finer drawing of the world is shown."""
SPOT_KM: Final = 0.15
"""Zooming in does not separate photos this close together."""
CITIES: Final = 11
"""Listed per country; the others are on a page of their own."""


@get("/places", include_in_schema=False, opt=UNTIL_CHANGED)
async def places_page(
    request: Req,
    views: NamedDependency[Views],
    at: FromQuery[str | None] = None,
    zoom: FromQuery[str | None] = None,
) -> Template:
    """`at`: latitude and longitude of the map's centre; without it, the map shows all photos."""
    around, cities = await asyncio.gather(clusters.everywhere(views), explore.cities(views, code()))
    whole = around or box(20, 0, 0)
    view = _box(at, zoom, None) if at else whole
    countries, drawn = await asyncio.gather(explore.countries(views, code()), on_map(views, view))
    localities = await explore.localities(views)  # last, so that it contains all that the others list
    within: dict[str, list[Card]] = {}
    for city in cities:
        within.setdefault(localities[city.key].country, []).append(city)
    codes = {place.country: place.code for place in localities.values()}
    return page(
        request,
        "pages/places.html",
        nav="places",
        title=_("Places"),
        countries=[
            (
                _card(one, in_country(one.key, codes[one.key])),
                [
                    _card(city, city_name(localities[city.key].city, localities[city.key].code))
                    for city in explore.entries(some[:CITIES])
                ],
                len(some) - CITIES,
                link("/places/cities", country=one.key),
            )
            for one in countries
            for some in [within.get(one.key, [])]
        ],
        total=sum(one.count for one in countries),
        whole=whole,
        **drawn,
    )


def _card(one: Entry, name: str) -> tuple[str, str, int, Cover]:
    return link("/search", q=f"place:{quoted(one.key)}"), name, one.count, one.cover


@get("/places/clusters", include_in_schema=False)
async def clusters_part(
    views: NamedDependency[Views],
    at: FromQuery[str | None] = None,
    zoom: FromQuery[str | None] = None,
    tall: FromQuery[str | None] = None,
    across: FromQuery[str | None] = None,
) -> Template:
    """The photos on a part of the map. `tall`: its height over its width; `across`: how many fit side by side."""
    number = int(across) if across and across.isdecimal() and len(across) < 4 else clusters.ACROSS
    room = max(clusters.FEWEST, min(clusters.MOST_ACROSS, number))
    return part("partials/pins.html", **await on_map(views, _box(at, zoom, tall), room))


async def on_map(views: Views, view: Box, across: int = clusters.ACROSS) -> dict[str, Any]:
    """What partials/map.html and partials/pins.html need."""
    zoom = view.zoom
    groups = await clusters.clusters(views, view, across)
    on_it = await asyncio.to_thread(map_names, view, across, groups)
    return {
        "box": view,
        "zoom": zoom,
        "near": zoom >= NEAR,
        "labels": on_it.labels,
        "pins": [_pin(one, view, on_it.pins.get(one.image_id, "")) for one in groups],
        "turns": [turn for turn in (-SIDE, 0, SIDE) if -SIDE < turn - view.x < view.width],
        "middle": "{:.5f},{:.5f}".format(*view.middle),
        "closer": _link(*view.middle, zoom + 1) if zoom < DEEPEST else None,
        "wider": _link(*view.middle, zoom - 1) if zoom > 0 else None,
        "ways": [
            (way, name, _link(*round_(x, min(max(y, 0.0), SIDE)), zoom)) for way, name, x, y in _ways(view)
        ],
    }


def _ways(view: Box) -> list[tuple[str, str, float, float]]:
    """The centres of the maps half a map further: (direction, name, x, y)."""
    right, down = view.width / 2, view.height / 2
    x, y = view.x + right, view.y + down
    return [
        ("up", _("North"), x, y - down),
        ("left", _("West"), x - right, y),
        ("right", _("East"), x + right, y),
        ("down", _("South"), x, y + down),
    ]


def _link(latitude: float, longitude: float, zoom: float) -> str:
    bounded = max(0.0, min(float(DEEPEST), zoom))
    return link("/places", at=f"{latitude:.5f},{longitude:.5f}", zoom=f"{bounded:g}"[:6])


def _pin(one: Cluster, view: Box, short: str) -> dict[str, Any]:
    """It links to the photo, to a closer map, or, where zooming in would not separate them, to a list of all photos."""
    name = place_name(one.city, one.country, one.code)
    name = _("%(place)s and around", place=name) if one.several else name
    latitude, longitude = round_((one.west + one.east) / 2, (one.north + one.south) / 2)
    narrow = max(math.cos(math.radians(latitude)), 0.01)
    wide = max(one.east - one.west, (one.south - one.north) * 1.6)
    km = wide / SIDE * 360 * narrow * DEGREE_KM
    zoom = view.zoom
    closer = min(float(DEEPEST), max(zoom + 1, math.floor(math.log2(SIDE / max(wide * 1.6, 1e-6)))))
    href, target = _link(latitude, longitude, closer), closer
    if one.count == 1:
        href, target = f"/images/{one.image_id}", 0.0
    elif km < SPOT_KM or zoom >= DEEPEST:
        href = link("/search", q=f"near:{latitude:.6f},{longitude:.6f},{max(km * 0.75, SPOT_KM):.3f}")
        target = 0.0
    return {
        "name": _(
            "%(place)s, %(photos)s", place=name, photos=ngettext("%(num)s photo", "%(num)s photos", one.count)
        ),
        "short": short,
        "href": href,
        "at": f"{latitude:.5f},{longitude:.5f}",
        "closer": target,
        "image_id": one.image_id,
        "colour": one.colour,
        "count": one.count,
        "x": one.x,
        "y": one.y,
        "left": (one.x - view.x) / view.width * 100,
        "top": (one.y - view.y) / view.height * 100,
    }


def _box(at: str | None, zoom: str | None, tall: str | None) -> Box:
    """The part of the map that a URL names. Raises HTTPException (422)."""
    try:
        latitude, longitude = (float(part) for part in (at or "").split(","))
        closer, height = float(zoom or 4), float(tall or clusters.TALL)
    except ValueError:
        latitude = longitude = closer = height = math.nan
    if not (
        abs(latitude) <= 90
        and abs(longitude) <= 540
        and 0 < height <= clusters.TALLEST
        and math.isfinite(closer)
    ):
        raise unprocessable(
            _("“at” is a point such as 41.9,12.5 and “zoom” a number from 0 to %(most)s.", most=DEEPEST)
        )
    return box(latitude, (longitude + 180) % 360 - 180, closer, height)


ROUTES: list[Any] = [places_page, clusters_part]
