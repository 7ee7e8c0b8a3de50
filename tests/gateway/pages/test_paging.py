import re

import httpx
import pytest

from services.domain.photos.hiding import ImagesHidden
from services.projector.rows.names import sort_key, split
from tests.gateway.pages.seeded import COUNT, image_id, path, photo, taken
from tests.support.stack import Stack

ALL = {image_id(number) for number in range(COUNT)}


async def walk(client: httpx.AsyncClient, **query: str) -> list[str]:
    seen: list[str] = []
    after = ""
    for _ in range(COUNT + 2):
        answer = (await client.get("/api/images", params=query | ({"after": after} if after else {}))).json()
        seen += [item["id"] for item in answer["items"]]
        after = answer["next"]
        if after is None:
            return seen
    raise AssertionError("the pages never end")


@pytest.mark.parametrize("sort", ["-taken_at", "taken_at"])
@pytest.mark.parametrize("limit", ["1", "7", "60", "200", "500"])
async def test_paging_shows_every_photo_once_and_in_order(
    client: httpx.AsyncClient, sort: str, limit: str
) -> None:
    """Including photos taken at the same time, which stand by name: a page may end between them."""
    seen = await walk(client, sort=sort, limit=limit)
    moments = {
        image_id(number): (taken(number), sort_key(*split(path(number))), image_id(number))
        for number in range(COUNT)
    }
    assert len(seen) == COUNT
    assert set(seen) == ALL
    assert seen == sorted(seen, key=moments.__getitem__, reverse=sort == "-taken_at")


async def test_a_photo_that_arrives_meanwhile_repeats_and_skips_none(album: Stack) -> None:
    client = album.client
    first = (await client.get("/api/images", params={"limit": 50})).json()
    await album.tell(*photo(COUNT, album.settings.photos[0]))  # the newest: it comes before the first page
    rest, after = [], first["next"]
    while after:
        page = (await client.get("/api/images", params={"limit": 50, "after": after})).json()
        rest += page["items"]
        after = page["next"]
    assert {item["id"] for item in first["items"]} | {item["id"] for item in rest} == ALL
    assert len(rest) == COUNT - 50
    assert (await client.get("/api/images", params={"limit": 1})).json()["total"] == COUNT + 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"category": "dog"}, {n for n in range(COUNT) if n % 2 == 0 and n != 2}),
        ({"category": "animals"}, {n for n in range(COUNT) if (n % 2 == 0 and n != 2) or n % 5 == 0}),
        ({"category": "own"}, {0}),
        ({"album": "lake"}, set(range(0, 150, 2))),
        ({"album": "lake", "category": "cat"}, set(range(0, 150, 10))),
        ({"q": "IMG_0012"}, {12}),
        ({"q": "%"}, set()),
        ({"q": "_0012"}, {12}),
        ({"q": "cat"}, {n for n in range(COUNT) if n % 5 == 0}),
        ({"q": "march 2016"}, {n for n in range(COUNT) if f"{taken(n):%Y-%m}" == "2016-03"}),
        ({"q": "2016-03 cat"}, {n for n in range(0, COUNT, 5) if f"{taken(n):%Y-%m}" == "2016-03"}),
        ({"q": "model"}, set(range(COUNT))),
    ],
)
async def test_filters_choose_and_count_alike(
    client: httpx.AsyncClient, query: dict[str, str], expected: set[int]
) -> None:
    """The person's decision outranks the model; a group includes its categories; `%` and `_` are literal."""
    seen = await walk(client, limit="9", **query)
    total = (await client.get("/api/images", params=query)).json()["total"]
    assert sorted(seen) == sorted(image_id(number) for number in expected)
    assert total == len(expected)


async def test_scrolling_the_pages_shows_each_photo_and_each_month_once(client: httpx.AsyncClient) -> None:
    """The page and the fragments after it form one list with one heading per month."""
    text = (await client.get("/")).text
    tiles, headings, days = [], [], []
    while True:
        tiles += re.findall(r'id="p-([0-9a-f]{32})"', text)
        headings += re.findall(r"<h2>(\w+ \d{4}) ", text)
        days += re.findall(r'class="day">|<h3>', text)
        more = re.search(r'hx-get="([^"]*after[^"]*)"', text)
        if not more:
            break
        text = (await client.get(more[1].replace("&amp;", "&"), headers={"HX-Request": "true"})).text
        assert "<main" not in text
    assert len(tiles) == COUNT
    assert set(tiles) == ALL
    assert len(headings) == len(set(headings)) == len({f"{taken(n):%Y-%m}" for n in range(COUNT)})
    assert len(days) == len({taken(n).date() for n in range(COUNT)})


async def test_an_album_keeps_the_order_in_which_it_was_filled(client: httpx.AsyncClient) -> None:
    text = (await client.get("/albums/lake", params={"sort": "album"})).text
    tiles = re.findall(r'id="p-([0-9a-f]{32})"', text)
    assert tiles == [image_id(number) for number in range(0, 120, 2)]
    assert 'class="month"' not in text


@pytest.mark.parametrize(("sort", "first"), [("-taken_at", "max"), ("taken_at", "min")])
async def test_a_month_can_be_jumped_to(client: httpx.AsyncClient, sort: str, first: str) -> None:
    text = (await client.get("/", params={"at": "2016-03", "sort": sort})).text
    inside = [number for number in range(COUNT) if f"{taken(number):%Y-%m}" == "2016-03"]
    pick = max if first == "max" else min
    found = re.search(r'id="p-([0-9a-f]{32})"', text)
    assert found is not None
    assert found[1] == image_id(pick(inside, key=lambda number: (taken(number), image_id(number))))
    assert "March 2016" in text


async def test_hidden_photos_are_not_counted(album: Stack) -> None:
    await album.tell(ImagesHidden(image_ids=[image_id(0), image_id(10)]))
    answer = (await album.client.get("/api/images", params={"limit": 500})).json()
    counts = {c["id"]: c["count"] for c in (await album.client.get("/api/categories")).json()}
    assert answer["total"] == len(answer["items"]) == COUNT - 2
    assert counts["cat"] == COUNT // 5 - 2
    assert counts["own"] == 0
