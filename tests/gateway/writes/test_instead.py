"""Photos that are in the wrong category: one step puts them into another, a new one as well; and what the confirmation
of a command links to."""

import json
from typing import Any

import pytest

from services.domain.albums.events import AlbumCreated
from services.domain.categories.decisions import CategoryAssigned, CategoryRejected
from services.domain.categories.events import CategoryCreated
from tests.support.stack import Stack

FORM = {"Accept": "text/html", "HX-Request": "true"}


@pytest.fixture
async def ids(scanned: Stack) -> list[str]:
    return [item["id"] for item in (await scanned.get("/api/images?sort=taken_at"))["items"]]


async def toast(stack: Stack, command: str, key: str = "", **fields: Any) -> dict[str, Any]:
    """Sent as a page's form."""
    headers = FORM | ({"Idempotency-Key": key} if key else {})
    answer = await stack.client.post(f"/commands/{command}", data=fields, headers=headers)
    assert answer.status_code == 200, answer.text
    await stack.caught_up()
    found: dict[str, Any] = json.loads(answer.headers["HX-Trigger"])["toast"]
    return found


async def shown(stack: Stack, category: str) -> list[str]:
    items = (await stack.get(f"/api/images?category={category}&sort=taken_at"))["items"]
    return [item["id"] for item in items]


async def test_photos_are_in_another_category_instead(scanned: Stack, ids: list[str]) -> None:
    """In one step, with one Undo, and a link to where they are now."""
    await scanned.done("assign-category", {"category_id": "dog", "images": ids})
    images = ",".join(ids[:2])
    done = await toast(scanned, "replace-category", category_id="cat", instead_of="dog", images=images)
    assert done["text"] == "2 photos are now “Cat”, not “Dog”"
    assert done["href"] == "/categories/cat"
    assert (await shown(scanned, "cat"), await shown(scanned, "dog")) == (ids[:2], ids[2:])
    assert len(await scanned.events(CategoryRejected)) == 2
    page = (await scanned.client.get("/history", headers=FORM)).text
    assert "You marked 2 photos as “Cat”" in page
    assert "You marked 2 photos as not “Dog”" in page
    await toast(scanned, "undo", command_id=done["undo"])
    assert (await shown(scanned, "cat"), await shown(scanned, "dog")) == ([], ids)


async def test_a_new_category_begins_with_photos(scanned: Stack, ids: list[str]) -> None:
    await scanned.done("assign-category", {"category_id": "dog", "images": ids})
    done = await toast(scanned, "create-category", name="<b>Rex</b>", instead_of="dog", images=ids[0])
    (created,) = await scanned.events(CategoryCreated)
    assert done["text"] == "Created the category “<b>Rex</b>” with 1 photo"
    assert done["href"] == f"/categories/{created.category_id}"
    assert (await shown(scanned, created.category_id), await shown(scanned, "dog")) == (ids[:1], ids[1:])
    await toast(scanned, "undo", command_id=done["undo"])
    assert await shown(scanned, "dog") == ids
    assert created.category_id not in {one["id"] for one in await scanned.get("/api/categories")}


@pytest.mark.parametrize(
    ("command", "fields", "field"),
    [
        ("replace-category", {"category_id": "dog", "instead_of": "dog"}, "category_id"),
        ("replace-category", {"category_id": "gone", "instead_of": "dog"}, "category_id"),
        ("replace-category", {"category_id": "dog", "instead_of": "gone"}, "category_id"),
        ("replace-category", {"category_id": "dog", "instead_of": "cat", "images": []}, "images"),
        ("replace-category", {"category_id": "dog", "instead_of": "cat", "images": ["0" * 32]}, "images"),
        ("create-category", {"name": "A", "images": ["0" * 32]}, "images"),
        ("create-category", {"name": "A", "instead_of": "gone"}, "category_id"),
        ("create-category", {"name": "Dog"}, "name"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    untouched: Stack, command: str, fields: dict[str, Any], field: str
) -> None:
    ids = [item["id"] for item in (await untouched.get("/api/images"))["items"]]
    answer = await untouched.post(command, {"images": ids, **fields})
    assert answer.is_client_error
    assert answer.json()["extra"][0]["key"] == field


async def test_confirmations_link_to_what_was_done(scanned: Stack, ids: list[str]) -> None:
    """Not where nothing was done, or nothing is left to look at."""
    images = ",".join(ids)
    made = await toast(scanned, "create-album", name="Lake & shore", images=ids[0])
    (album,) = await scanned.events(AlbumCreated)
    assert made["href"] == f"/albums/{album.album_id}"
    added = await toast(scanned, "add-to-album", album_id=album.album_id, images=images)
    assert (added["text"], added["href"]) == (
        "2 photos added to “Lake & shore”, 1 was already in it",
        f"/albums/{album.album_id}",
    )
    assert "href" not in await toast(scanned, "add-to-album", album_id=album.album_id, images=ids[0])
    removed = await toast(scanned, "remove-from-album", album_id=album.album_id, images=ids[0])
    assert (removed["text"], "href" in removed) == ("1 photo removed from “Lake & shore”", False)
    assert (await toast(scanned, "assign-category", category_id="cat", images=images))[
        "href"
    ] == "/categories/cat"
    assert (await toast(scanned, "hide-images", images=ids[0]))["href"] == "/hidden"
    assert (await toast(scanned, "move-to-bin", images=ids[1]))["href"] == "/bin"
    keyword = await toast(scanned, "add-keywords", keywords="At sea", images=images)
    assert keyword["href"] == "/search?q=keyword%3A%22At+sea%22"
    assert (await scanned.client.get(keyword["href"], headers=FORM)).text.count('class="tile') == 1
    assert "href" not in await toast(scanned, "delete-album", album_id=album.album_id)


async def test_a_form_that_is_sent_again_takes_effect_once(scanned: Stack, ids: list[str]) -> None:
    """With the same key, as pages do that got no answer; however long after, and in whatever order."""
    first = await toast(scanned, "create-album", key="k1", name="Lake", images=ids[0])
    await toast(scanned, "assign-category", key="k2", category_id="cat", images=ids[0])
    assert await toast(scanned, "create-album", key="k1", name="Lake", images=ids[0]) == first
    await toast(scanned, "assign-category", key="k2", category_id="cat", images=ids[0])
    assert len(await scanned.events(AlbumCreated)) == len(await scanned.events(CategoryAssigned)) == 1


async def test_a_form_with_a_key_still_asks_about_odd_dates(scanned: Stack, ids: list[str]) -> None:
    answer = await scanned.client.post(
        "/commands/correct-date",
        data={"images": ids[0], "taken_at": "2222"},
        headers=FORM | {"Idempotency-Key": "k"},
    )
    assert answer.status_code == 409
