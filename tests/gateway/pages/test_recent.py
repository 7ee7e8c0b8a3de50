"""What was added last, whenever it was taken."""

import re
from html import unescape

import httpx

from services.domain.files.events import FileAdded, ImageImported
from services.domain.photos.hiding import ImagesHidden
from tests.gateway.pages.seeded import COUNT, image_id, photo
from tests.support.stack import Stack

SEEDED = [image_id(number) for number in reversed(range(COUNT))]
"""In the order in which they were added, the last one first."""


async def whole(client: httpx.AsyncClient) -> list[str]:
    """Ids in the order of the page, over all its parts."""
    path: str | None = "/recent"
    ids: list[str] = []
    while path:
        page = (await client.get(path)).text
        ids += re.findall(r'id="p-([0-9a-f]{32})"', page)
        ways = [unescape(href) for href in re.findall(r'href="(/recent\?[^"]*after=[^"]*)"', page)]
        path = next((href for href in ways if href != path), None)
    return ids


async def test_last_added_first(client: httpx.AsyncClient) -> None:
    """Without headings by month: time does not advance here."""
    assert await whole(client) == SEEDED
    page = (await client.get("/recent")).text
    assert 'class="month"' not in page and 'class="scrubber"' not in page


async def test_an_old_photo_that_comes_in_now_is_first(album: Stack) -> None:
    """And what the timeline doesn't show is not here either."""
    root = album.settings.photos[0]
    await album.tell(*photo(COUNT + 1, root, taken_at="1987-05-01T10:00:00"))
    await album.tell(ImagesHidden(image_ids=[image_id(COUNT - 1)]))
    assert (await whole(album.client))[:2] == [image_id(COUNT + 1), image_id(COUNT - 2)]


async def test_one_that_only_moved_was_not_added(album: Stack) -> None:
    root = str(album.settings.photos[0])
    await album.tell(FileAdded(image_id=image_id(3), root=root, path="again/3.jpg", size=1, mtime_ns=1))
    assert await whole(album.client) == SEEDED
    assert await album.events(ImageImported)


async def test_photos_have_the_neighbours_of_the_list_and_lead_back(client: httpx.AsyncClient) -> None:
    page = (await client.get("/recent")).text
    opened = re.findall(r'href="(/images/[^"]*)"', page)[1]
    address = unescape(opened)
    photo_page = (await client.get(address)).text
    assert f'href="/recent?sort=-added#p-{image_id(COUNT - 2)}"' in photo_page
    assert "Back to “Recently added”" in photo_page
    near = (await client.get(address.replace("?", "/around?") + "&limit=1")).json()
    assert [one["id"] for one in near["before"]] == [image_id(COUNT - 1)]
    assert [one["id"] for one in near["after"]] == [image_id(COUNT - 3)]


async def test_the_outline_is_in_the_same_order(client: httpx.AsyncClient) -> None:
    address = re.search(r'data-outline="([^"]*)"', (await client.get("/recent")).text)
    assert address
    outline = (await client.get(unescape(address[1]))).json()
    assert outline["months"] == [["", "", COUNT]]
    ids = (await client.get(unescape(address[1]).replace("/outline", "/outline/ids"))).json()
    assert ids == SEEDED


async def test_programs_can_sort_so_too(client: httpx.AsyncClient) -> None:
    headers = {"Accept": "application/json"}
    items: list[str] = []
    after: str | None = None
    while True:
        query = {"sort": "-added", "limit": "70"} | ({"after": after} if after else {})
        answer = (await client.get("/api/images", params=query, headers=headers)).json()
        items += [one["id"] for one in answer["items"]]
        if (after := answer["next"]) is None:
            break
    assert items == SEEDED
