"""The photos before and after one, as the viewer requests them."""

from typing import Any

import httpx
import pytest

from tests.gateway.pages.seeded import COUNT, HOSTILE, image_id


async def around(client: httpx.AsyncClient, number: int, **query: Any) -> dict[str, Any]:
    answer = await client.get(f"/images/{image_id(number)}/around", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def listed(client: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await client.get("/api/images", params={"limit": 500, **query})
    return [item["id"] for item in answer.json()["items"]]


@pytest.mark.parametrize(
    "query", [{}, {"sort": "taken_at"}, {"category": "dog"}, {"album": "lake"}, {"q": "cat"}]
)
async def test_they_stand_in_the_order_of_the_page(client: httpx.AsyncClient, query: dict[str, str]) -> None:
    """Seven at a time, forwards and back, every photo of the page comes exactly once, in its order."""
    order = await listed(client, **({"sort": "album"} if "album" in query else {}), **query)
    numbers = {image_id(number): number for number in range(COUNT)}
    here = await around(client, numbers[order[0]], limit=7, **query)
    assert (here["before"], here["first"]) == ([], True)
    seen = [order[0]]
    while not here["last"]:
        here = await around(client, numbers[seen[-1]], limit=7, **query)
        seen += [one["id"] for one in here["after"]]
    assert seen == order
    back = [seen[-1]]
    while True:
        here = await around(client, numbers[back[0]], limit=7, **query)
        back = [*(one["id"] for one in here["before"]), *back]
        if here["first"]:
            break
    assert back == order


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"sort": "taken_at"},
        {"category": "dog"},
        {"album": "lake"},
        {"album": "lake", "sort": "-taken_at"},
        {"q": "cat"},
    ],
)
async def test_each_knows_which_of_how_many_it_is(client: httpx.AsyncClient, query: dict[str, str]) -> None:
    order = await listed(client, **({"sort": "album"} if "album" in query else {}) | query)
    assert len(order) > 2
    for number, one in enumerate(order):
        answer = await client.get(f"/images/{one}/place", params=query)
        assert answer.json() == {"place": number + 1, "total": len(order)}


@pytest.mark.parametrize("image", [image_id(1), "f" * 32, "none"])
async def test_what_is_not_in_the_list_has_no_place_there(client: httpx.AsyncClient, image: str) -> None:
    assert (await client.get(f"/images/{image}/place", params={"album": "lake"})).status_code == 404


async def test_each_says_what_the_viewer_needs(client: httpx.AsyncClient) -> None:
    here = (await around(client, 6))["here"]
    assert here == {
        "id": image_id(6),
        "width": 400,
        "height": 300,
        "colour": "#804020",
        "alt": here["alt"],
        "sharp": f"/images/{image_id(6)}/original",
    }
    assert "Dog" in here["alt"]
    assert "2015" in here["alt"]


async def test_what_is_not_among_them_stands_alone(client: httpx.AsyncClient) -> None:
    """For example a photo removed from the album meanwhile."""
    here = await around(client, 1, album="lake")
    assert (here["before"], here["after"], here["first"], here["last"]) == ([], [], True, True)
    assert here["here"]["id"] == image_id(1)


@pytest.mark.parametrize("query", [{"album": "deleted"}, {"category": "gone"}, {"category": "none"}])
async def test_what_is_not_there_any_more_is_left_out(
    client: httpx.AsyncClient, query: dict[str, str]
) -> None:
    """An old link into a deleted album still shows the photo among all others, and leads to no dead page."""
    here = await around(client, 6, limit=3, **query)
    assert len(here["before"]) == len(here["after"]) == 3
    text = (await client.get(f"/images/{image_id(6)}", params=query)).text
    assert 'href="/?at=' in text
    assert f'href="/images/{image_id(8)}" rel="prev"' in text


async def test_a_sort_that_the_list_has_not_is_its_own(client: httpx.AsyncClient) -> None:
    assert await around(client, 6, limit=3, sort="album") == await around(client, 6, limit=3)
    assert await around(client, 6, limit=3, sort="no such") == await around(client, 6, limit=3)


async def test_the_order_goes_along_in_links(client: httpx.AsyncClient) -> None:
    text = (await client.get(f"/images/{image_id(6)}?sort=taken_at")).text
    assert f'href="/images/{image_id(8)}?sort=taken_at" rel="next"' in text
    assert 'href="/?sort=taken_at&amp;at=' in text
    text = (await client.get(f"/images/{image_id(6)}?album=lake&sort=-taken_at")).text
    assert f'href="/images/{image_id(4)}?album=lake&amp;sort=-taken_at" rel="next"' in text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/images/{'f' * 32}/around", 404),
        ("/images/none/around", 404),
        (f"/images/{image_id(1)}/around?limit=0", 422),
        (f"/images/{image_id(1)}/around?limit=100000", 422),
    ],
)
async def test_what_makes_no_sense(client: httpx.AsyncClient, path: str, status: int) -> None:
    assert (await client.get(path)).status_code == status


async def test_a_hostile_name_is_none_of_it(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/images/{image_id(7)}/around")
    assert HOSTILE not in answer.text
