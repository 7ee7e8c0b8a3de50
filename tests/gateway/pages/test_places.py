"""Places: the map by clusters, its ways without JavaScript, and the search for a place."""

import re
import sqlite3
from collections.abc import Iterator, Sequence

import httpx
import pytest

from services.gateway.controllers.places import CITIES
from services.gateway.minimap import minimap_view
from services.gateway.queries.clusters import ACROSS, box, clusters, everywhere
from services.gateway.queries.views import Views
from services.kernel.geography import spot
from services.kernel.mercator import SIDE, flat
from services.kernel.settings import Settings
from tests.gateway.pages.seeded import COUNT, image_id
from tests.support.one_line import one_line

ROME, PARIS, FIJI, PAGO = (41.89, 12.49), (48.858, 2.294), (-16.43, 179.36), (-14.28, -170.7)


@pytest.fixture
def db(settings: Settings) -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(settings.views / "views-1.db", isolation_level=None)
    yield opened
    opened.close()


def locate(db: sqlite3.Connection, points: Sequence[tuple[float, float]]) -> None:
    """The first photos are there; the others nowhere."""
    db.execute("DELETE FROM located")
    for number, point in enumerate(points):
        found = spot(*point)
        values = (image_id(number), *point, *flat(*point), found.city, found.country, found.code)
        db.execute(
            "INSERT INTO located (image_id, latitude, longitude, x, y, city, country, code)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )


@pytest.fixture
async def views(settings: Settings, db: sqlite3.Connection) -> Views:
    return await Views.open(settings)


async def test_photos_that_would_lie_over_each_other_are_one(views: Views, db: sqlite3.Connection) -> None:
    locate(db, [ROME] * 5 + [(41.9, 12.5)] * 2 + [PARIS])
    far = await clusters(views, box(45, 8, 0))
    assert [(one.count, one.several) for one in far] == [(8, True)]
    near = await clusters(views, box(45, 8, 4))
    assert [(one.count, one.label, one.several) for one in near] == [
        (1, "Paris, France", False),
        (7, "Rome, Italy", False),
    ]
    await views.close()


async def test_no_two_clusters_are_nearer_than_there_is_room(views: Views, db: sqlite3.Connection) -> None:
    locate(db, [(n * 0.83 % 140 - 70, n * 7.31 % 360 - 180) for n in range(COUNT)])
    shown = box(0, 0, 1)
    found = await clusters(views, shown)
    least = shown.width / ACROSS * 0.8
    assert len(found) > 10
    assert all(
        (a.x - b.x) ** 2 + (a.y - b.y) ** 2 >= least**2 for n, a in enumerate(found) for b in found[:n]
    )
    await views.close()


async def test_the_map_goes_on_over_the_date_line(views: Views, db: sqlite3.Connection) -> None:
    locate(db, [FIJI, PAGO])
    for middle in (179.9, -179.9):
        shown = box(-16, middle, 4)
        found = await clusters(views, shown)
        assert [one.count for one in found] == [1, 1]
        assert all(shown.x <= one.x <= shown.x + shown.width for one in found)
    await views.close()


async def test_at_first_all_photos_are_in_sight_the_short_way_round(
    views: Views, db: sqlite3.Connection
) -> None:
    locate(db, [FIJI, PAGO, (-13.8, -171.7)])
    shown = await everywhere(views)
    assert shown is not None
    assert shown.width < SIDE / 10
    assert sum(one.count for one in await clusters(views, shown)) == 3
    await views.close()


async def test_a_single_photo_is_shown_with_enough_around_it_to_know_where(
    views: Views, db: sqlite3.Connection
) -> None:
    locate(db, [ROME])
    shown = await everywhere(views)
    assert shown is not None
    assert SIDE / 100 < shown.width < SIDE / 10
    await views.close()


async def test_points_at_the_poles_and_on_the_equator_are_on_the_map(
    views: Views, db: sqlite3.Connection
) -> None:
    locate(db, [(90, 10), (-90, 10), (0, 180), (0, -180)])
    shown = await everywhere(views)
    assert shown is not None
    found = [c for lat in (85, 0, -85) for c in await clusters(views, box(lat, 0, 0))]
    assert {"At sea", "Antarctica"} <= {one.label for one in found}
    await views.close()


async def test_with_no_point_there_is_the_world(client: httpx.AsyncClient, db: sqlite3.Connection) -> None:
    locate(db, [])
    text = (await client.get("/places")).text
    assert "No photo says where it was taken" in text
    assert 'class="world"' in text


async def test_a_cluster_leads_closer_then_to_its_photos(
    client: httpx.AsyncClient, db: sqlite3.Connection
) -> None:
    locate(db, [ROME, ROME, (41.95, 12.6), PARIS])
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


async def test_without_javascript_links_move_and_zoom(
    client: httpx.AsyncClient, db: sqlite3.Connection
) -> None:
    locate(db, [ROME])
    text = (await client.get("/places", params={"at": "0,179", "zoom": "3"})).text
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
async def test_a_place_is_found_by_its_name(
    client: httpx.AsyncClient, db: sqlite3.Connection, q: str, numbers: set[int]
) -> None:
    locate(db, [ROME, ROME, (45.438, 12.327), PARIS, (30, -40)])
    assert await found(client, q) == {image_id(number) for number in numbers}


async def test_a_place_is_completed_and_narrows(client: httpx.AsyncClient, db: sqlite3.Connection) -> None:
    locate(db, [ROME, PARIS])
    assert "place:&#34;Rome, Italy&#34;" in (await client.get("/search/complete", params={"q": "rom"})).text
    assert "Rome, Italy" in (await client.get("/search/facets", params={"q": "camera:make"})).text


async def test_countries_are_named_in_the_language_of_the_page(
    client: httpx.AsyncClient, db: sqlite3.Connection
) -> None:
    """The test's app has no language of its own: names come by the default, and the link keeps the English one."""
    locate(db, [ROME])
    text = (await client.get("/places")).text
    assert '<a href="/search?q=place%3AItaly">Italy</a>' in text
    assert "GeoNames" in text


async def test_of_many_cities_those_with_most_photos_come_first_and_all_have_a_page(
    client: httpx.AsyncClient, db: sqlite3.Connection
) -> None:
    numbers = [0] + [n for n in range(CITIES + 3) for _ in range(CITIES + 3 - n)]
    locate(db, [ROME] * len(numbers))
    for photo, town in enumerate(numbers):
        db.execute("UPDATE located SET city = ? WHERE image_id = ?", (f"Town {town:02}", image_id(photo)))
    towns = [f"Town {n:02}" for n in range(CITIES + 3)]
    text = (await client.get("/places")).text
    assert re.findall(r"<b[^>]*>(Town \d+)", text) == towns[:CITIES]
    assert 'href="/places/cities?country=Italy"' in text and "3 more places" in text
    text = (await client.get("/places/cities", params={"country": "Italy"})).text
    assert "<h1>Italy</h1>" in text
    assert re.findall(r"<b[^>]*>(Town \d+)", text) == towns
    assert 'href="/search?q=place%3A%22Town+13%2C+Italy%22"' in text


async def test_a_country_without_photos_has_no_page(
    client: httpx.AsyncClient, db: sqlite3.Connection
) -> None:
    locate(db, [ROME, (30, -40)])
    assert "more place" not in (await client.get("/places")).text
    for country in ("France", "At sea"):
        assert (await client.get("/places/cities", params={"country": country})).status_code == 404


async def test_a_photo_tells_its_place(client: httpx.AsyncClient, db: sqlite3.Connection) -> None:
    locate(db, [ROME])
    german = {"Accept-Language": "de"}
    assert "Rome, Italien<br>" in (await client.get(f"/images/{image_id(0)}", headers=german)).text


@pytest.mark.parametrize(
    ("point", "turns"), [(ROME, [0.0]), (FIJI, [0.0, SIDE]), ((-16.8, -179.9), [-SIDE, 0.0])]
)
def test_the_small_map_goes_on_over_the_date_line(point: tuple[float, float], turns: list[float]) -> None:
    shown = minimap_view(*point)
    assert shown is not None
    assert shown.turns == turns
    assert minimap_view(None, 1) is minimap_view(95, 1) is minimap_view(0, 0) is None


async def test_a_photo_with_a_position_shows_it_on_a_small_map(client: httpx.AsyncClient) -> None:
    text = (await client.get(f"/images/{image_id(0)}")).text
    assert 'class="minimap" href="/places?at=46.50000,7.50000&amp;zoom=9"' in text
