"""Places: the clustered map, its use without JavaScript, and searching for a place."""

import html
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote_plus

import httpx
import pytest

from services.domain.subject import Event
from services.gateway.pages.places import CITIES
from services.gateway.presentation.minimap import minimap_view
from services.gateway.queries.clusters import ACROSS, box, clusters, everywhere
from services.kernel.settings import Settings
from services.knowledge.geography import spot
from services.knowledge.mercator import SIDE
from tests.gateway.pages.seeded import COUNT, image_id, photo
from tests.support import log
from tests.support.one_line import one_line
from tests.support.stack import Stack

ROME, PARIS, FIJI, PAGO = (41.89, 12.49), (48.858, 2.294), (-16.43, 179.36), (-14.28, -170.7)


NOWHERE = {"latitude": None, "longitude": None}
TOWNS = [(40.9 + step * 0.2, 14.3 - step * 0.166) for step in range(CITIES + 3)]
"""Coordinates of towns between Naples and Bologna."""


@pytest.fixture(scope="module")
def laid_down(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A library without any known places."""

    def told(root: Path) -> Iterator[Event]:
        for number in range(COUNT):
            yield from photo(number, root, **NOWHERE)

    return log.laid_down(tmp_path_factory.mktemp("nowhere"), told)


async def locate(album: Stack, points: Sequence[tuple[float, float]]) -> None:
    """Place the first photos at these points."""
    there = [dict(zip(NOWHERE, point, strict=True)) for point in points]
    root = album.settings.photos[0]
    await album.tell(*(event for number, at in enumerate(there) for event in photo(number, root, **at)))


async def test_photos_that_would_lie_over_each_other_are_one(album: Stack) -> None:
    views = album.gateway.views
    await locate(album, [ROME] * 5 + [(41.9, 12.5)] * 2 + [PARIS])
    far = await clusters(views, box(45, 8, 0))
    assert [(one.count, one.several) for one in far] == [(8, True)]
    near = await clusters(views, box(45, 8, 4))
    assert [(one.count, one.label, one.several) for one in near] == [
        (1, "Paris, France", False),
        (7, "Rome, Italy", False),
    ]


async def test_no_two_clusters_are_nearer_than_there_is_room(album: Stack) -> None:
    views = album.gateway.views
    await locate(album, [(n * 0.83 % 140 - 70, n * 7.31 % 360 - 180) for n in range(COUNT)])
    view = box(0, 0, 1)
    found = await clusters(views, view)
    least = view.width / ACROSS * 0.8
    assert len(found) > 10
    assert all(
        (a.x - b.x) ** 2 + (a.y - b.y) ** 2 >= least**2 for n, a in enumerate(found) for b in found[:n]
    )


async def test_the_map_goes_on_over_the_date_line(album: Stack) -> None:
    views = album.gateway.views
    await locate(album, [FIJI, PAGO])
    for middle in (179.9, -179.9):
        view = box(-16, middle, 4)
        found = await clusters(views, view)
        assert [one.count for one in found] == [1, 1]
        assert all(view.x <= one.x <= view.x + view.width for one in found)


async def test_at_first_all_photos_are_in_sight_the_short_way_round(album: Stack) -> None:
    views = album.gateway.views
    await locate(album, [FIJI, PAGO, (-13.8, -171.7)])
    view = await everywhere(views)
    assert view is not None
    assert view.width < SIDE / 10
    assert sum(one.count for one in await clusters(views, view)) == 3


async def test_a_single_photo_is_shown_with_enough_around_it_to_know_where(album: Stack) -> None:
    views = album.gateway.views
    await locate(album, [ROME])
    view = await everywhere(views)
    assert view is not None
    assert SIDE / 100 < view.width < SIDE / 10


async def test_points_at_the_poles_and_on_the_equator_are_on_the_map(album: Stack) -> None:
    views = album.gateway.views
    await locate(album, [(90, 10), (-90, 10), (0, 180), (0, -180)])
    view = await everywhere(views)
    assert view is not None
    found = [c for lat in (85, 0, -85) for c in await clusters(views, box(lat, 0, 0))]
    assert {"At sea", "Antarctica"} <= {one.label for one in found}


async def test_with_no_point_there_is_the_world(album: Stack) -> None:
    client = album.client
    await locate(album, [])
    text = one_line((await client.get("/places")).text)
    assert "No photos with a location yet" in text
    assert 'class="world"' in text


async def test_a_cluster_leads_closer_then_to_its_photos(album: Stack) -> None:
    client = album.client
    await locate(album, [ROME, ROME, (41.95, 12.6), PARIS])
    text = one_line((await client.get("/places", params={"at": "45,8", "zoom": "4"})).text)
    pins = re.findall(r'class="pin"[^>]*><a href="([^"]*)" aria-label="([^"]*)"', text)
    assert [name for _, name in pins] == ["Paris, France, 1 photo", "Rome, Italy, 3 photos"]
    hrefs = {name[:4]: href.replace("&amp;", "&") for href, name in pins}
    assert hrefs["Pari"] == f"/images/{image_id(3)}"
    closer = one_line((await client.get(hrefs["Rome"])).text)
    close = re.findall(r'class="pin"[^>]*><a href="(/search[^"]*)"', closer)
    assert len(close) == 1
    q = httpx.URL(close[0].replace("&amp;", "&")).params["q"]
    assert q.startswith("near:")


async def test_without_javascript_links_move_and_zoom(album: Stack) -> None:
    client = album.client
    await locate(album, [ROME])
    text = one_line((await client.get("/places", params={"at": "0,179", "zoom": "3"})).text)
    ways = [
        href.replace("&amp;", "&") for href in re.findall(r'class="round[^"]*" href="(/places[^"]*)"', text)
    ]
    assert len(ways) == 7
    for way in ways:
        assert (await client.get(way)).status_code == 200, way
    assert "at=0.00000%2C-158.5" in " ".join(ways)


@pytest.mark.parametrize(
    "query",
    [
        "at=91,0",
        "at=nan,0",
        "at=0,inf",
        "at=x",
        "at=1",
        "at=1,2,3",
        "at=0,0&zoom=x",
        "at=0,0&zoom=nan",
        "at=0,1e9",
        "at=",
    ],
)
async def test_what_is_no_point_is_refused(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/places/clusters?{query}")
    assert answer.status_code == 422
    assert "41.9,12.5" in answer.text


@pytest.mark.parametrize(
    "query",
    ["at=0,0&zoom=99", "at=0,0&zoom=-5", "at=90,540", "at=1,2&tall=3&across=99999", "at=1,2&across=x"],
)
async def test_what_is_out_of_bounds_is_bounded(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(f"/places/clusters?{query}")).status_code == 200


async def found(client: httpx.AsyncClient, q: str) -> set[str]:
    items = (await client.get("/api/images", params={"q": q, "limit": "500"})).json()["items"]
    return {item["id"] for item in items}


@pytest.mark.parametrize(
    ("q", "numbers"),
    [
        ("place:rome", {0, 1}),
        ('place:"Rome, Italy"', {0, 1}),
        ("place:italy", {0, 1, 2}),
        ("place:ital", {0, 1, 2}),
        ("rome", {0, 1}),
        ("paris", {3}),
        ("place:rome|paris", {0, 1, 3}),
        ("place:italy -place:rome", {2}),
        ("place:atlantis", set()),
        ('place:"At sea"', {4}),
    ],
)
async def test_a_place_is_found_by_its_name(album: Stack, q: str, numbers: set[int]) -> None:
    client = album.client
    await locate(album, [ROME, ROME, (45.438, 12.327), PARIS, (30, -40)])
    assert await found(client, q) == {image_id(number) for number in numbers}


async def test_a_place_is_completed_and_narrows(album: Stack) -> None:
    client = album.client
    await locate(album, [ROME, PARIS])
    assert "place:&#34;Rome, Italy&#34;" in (await client.get("/search/complete", params={"q": "rom"})).text
    assert "Rome, Italy" in (await client.get("/search/facets", params={"q": "camera:make"})).text


async def test_countries_are_named_in_the_language_of_the_page(album: Stack) -> None:
    """The link keeps the English name."""
    client = album.client
    await locate(album, [ROME])
    text = one_line((await client.get("/places")).text)
    assert '<a href="/search?q=place%3AItaly">Italy</a>' in text
    text = one_line((await client.get("/places", headers={"Accept-Language": "de"})).text)
    assert '<a href="/search?q=place%3AItaly">Italien</a>' in text
    assert "GeoNames" in text


async def test_of_many_cities_those_with_most_photos_come_first_and_all_have_a_page(album: Stack) -> None:
    client = album.client
    numbers = [0] + [n for n in range(CITIES + 3) for _ in range(CITIES + 3 - n)]
    await locate(album, [TOWNS[number] for number in numbers])
    towns = [spot(*point).city for point in TOWNS]
    assert len(set(towns)) == len(towns)
    named = re.compile(rf"<b[^>]*>({'|'.join(map(re.escape, towns))})<")
    text = one_line((await client.get("/places")).text)
    assert named.findall(html.unescape(text)) == towns[:CITIES]
    assert 'href="/places/cities?country=Italy"' in text and "3 more places" in text
    text = one_line((await client.get("/places/cities", params={"country": "Italy"})).text)
    assert "<h1>Italy</h1>" in text
    by_region: dict[str, list[str]] = {}
    for point in TOWNS:
        by_region.setdefault(spot(*point).region, []).append(spot(*point).city)
    assert len(by_region) > 3
    assert named.findall(html.unescape(text)) == [town for towns in by_region.values() for town in towns]
    assert re.findall(r'<h2><a href="/places/cities\?country=Italy&amp;region=[^"]*">([^<]*)<', text) == [
        *by_region
    ]
    place = f'place:"{towns[13]}, Italy"'
    assert f'href="/search?q={quote_plus(place)}"' in text


PORTLANDS = [(45.52, -122.68), (45.52, -122.68), (43.66, -70.26)]
"""In Oregon and in Maine."""


async def test_towns_of_one_name_are_told_apart_by_their_regions(album: Stack) -> None:
    client = album.client
    await locate(album, PORTLANDS)
    text = one_line((await client.get("/places/cities", params={"country": "United States"})).text)
    links = [html.unescape(href) for href in re.findall(r'class="cover" href="([^"]*)"', text)]
    assert [await found(client, httpx.URL(link).params["q"]) for link in links] == [
        {image_id(0), image_id(1)},
        {image_id(2)},
    ]
    text = (await client.get("/places/cities", params={"country": "United States", "region": "Maine"})).text
    assert "<h1>Maine</h1>" in text and image_id(2) in text and image_id(0) not in text
    assert "at=4" in text  # the map of Maine
    answer = await client.get("/places/cities", params={"country": "United States", "region": "Utah"})
    assert answer.status_code == 404


@pytest.mark.parametrize("q", ["place:Oregon", 'place:"Oregon, United States"', "Oregon", "oregon"])
async def test_a_region_is_found_by_its_name(album: Stack, q: str) -> None:
    await locate(album, PORTLANDS)
    assert await found(album.client, q) == {image_id(0), image_id(1)}


@pytest.mark.parametrize("q", ["Toskana", "Tuscany", "place:Toscane", "Florenz", "Firenze"])
async def test_regions_and_cities_are_found_by_their_names_in_all_languages(album: Stack, q: str) -> None:
    await locate(album, [(43.77, 11.25), ROME])
    assert await found(album.client, q) == {image_id(0)}


async def test_a_country_without_photos_has_no_page(album: Stack) -> None:
    client = album.client
    await locate(album, [ROME, (30, -40)])
    assert "more place" not in (await client.get("/places")).text
    for country in ("France", "At sea"):
        assert (await client.get("/places/cities", params={"country": country})).status_code == 404


async def test_a_photo_tells_its_place(album: Stack) -> None:
    client = album.client
    await locate(album, [ROME])
    german = {"Accept-Language": "de"}
    page = one_line((await client.get(f"/images/{image_id(0)}", headers=german)).text)
    assert re.search("Rom, Italien ?<br>", page)


@pytest.mark.parametrize(
    ("point", "turns"), [(ROME, [0.0]), (FIJI, [0.0, SIDE]), ((-16.8, -179.9), [-SIDE, 0.0])]
)
def test_the_small_map_goes_on_over_the_date_line(point: tuple[float, float], turns: list[float]) -> None:
    view = minimap_view(*point)
    assert view is not None
    assert view.turns == turns
    assert minimap_view(None, 1) is minimap_view(95, 1) is minimap_view(0, 0) is None


async def test_a_photo_with_a_position_shows_it_on_a_small_map(album: Stack) -> None:
    await locate(album, [(46.5, 7.5)])
    text = one_line((await album.client.get(f"/images/{image_id(0)}")).text)
    assert 'class="minimap" href="/places?at=46.50000,7.50000&amp;zoom=9"' in text
