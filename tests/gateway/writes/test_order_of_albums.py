"""An album shows its photos by date until they are moved by hand."""

import re
from pathlib import Path

from services.domain.albums.events import AlbumCreated, ImagesAddedToAlbum
from tests.gateway.pages.seeded import image_id, photo
from tests.support.stack import Stack

ADDED = [image_id(number) for number in (5, 2, 9)]
BY_DATE = [image_id(number) for number in (2, 5, 9)]


async def given(stack: Stack) -> None:
    root = Path("/disk")
    await stack.tell(*(event for number in range(10) for event in photo(number, root)))
    await stack.tell(
        AlbumCreated(album_id="al", name="Album"), ImagesAddedToAlbum(album_id="al", image_ids=ADDED)
    )


async def shown(stack: Stack) -> list[str]:
    page = await stack.client.get("/albums/al", headers={"Accept": "text/html"})
    return re.findall(r'id="p-([0-9a-f]{32})"', page.text)


async def order(stack: Stack) -> str:
    return str((await stack.get("/api/albums/al"))["order"])


async def test_by_date_at_first(stack: Stack) -> None:
    await given(stack)
    assert (await shown(stack), await order(stack)) == (BY_DATE, "taken_at")
    near = (await stack.client.get(f"/images/{image_id(5)}/around?album=al")).json()
    assert [[one["id"] for one in near[side]] for side in ("before", "after")] == [[BY_DATE[0]], [BY_DATE[2]]]


async def test_by_hand_once_photos_were_moved(stack: Stack) -> None:
    await given(stack)
    body = {"album_id": "al", "images": [image_id(9)], "before": "start"}
    await stack.done("reorder-album", body)
    assert (await shown(stack), await order(stack)) == ([ADDED[2], *ADDED[:2]], "album")


async def test_another_order_that_was_chosen_stays(stack: Stack) -> None:
    await given(stack)
    await stack.done("set-album-order", {"album_id": "al", "order": "-taken_at"})
    await stack.done("reorder-album", {"album_id": "al", "images": [image_id(9)], "before": "start"})
    assert (await shown(stack), await order(stack)) == (BY_DATE[::-1], "-taken_at")


async def test_a_copy_of_an_album_in_manual_order_is_in_that_order(stack: Stack) -> None:
    await given(stack)
    await stack.done("reorder-album", {"album_id": "al", "images": [image_id(9)], "before": "start"})
    await stack.done("duplicate-album", {"album_id": "al"})
    (copy,) = [one for one in await stack.get("/api/albums") if one["id"] != "al"]
    assert copy["order"] == "album"
