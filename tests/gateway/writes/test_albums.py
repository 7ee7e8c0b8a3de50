"""Albums over HTTP: commands, repeated, in two tabs, and undone; and what the pages show afterwards."""

import json
import re
from html import unescape
from typing import Any

import httpx
import pytest

from services.domain.albums.events import AlbumReordered, ImagesAddedToAlbum
from services.gateway.write import dispatch
from tests.support.stack import Stack
from tests.support.waiting import PATIENCE_S

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html", "HX-Request": "true"}


@pytest.fixture
async def ids(stack: Stack) -> list[str]:
    """Three photos, oldest first."""
    await stack.done("scan")
    return [item["id"] for item in (await stack.get("/api/images?sort=taken_at"))["items"]]


@pytest.fixture
async def lake(stack: Stack, ids: list[str]) -> str:
    await given(stack, "create-album", name="Lake", images=ids)
    return str((await stack.get("/api/albums"))[0]["id"])


async def given(stack: Stack, command: str, **body: Any) -> str:
    answer = await stack.post(command, body)
    assert answer.status_code == 202, answer.text
    await stack.caught_up()
    return str(answer.json()["command_id"])


async def sent(stack: Stack, command: str, **fields: str) -> httpx.Response:
    """Send a command as a form of a page does."""
    answer = await stack.client.post(f"/commands/{command}", data=fields, headers=FORM)
    await stack.caught_up()
    return answer


def toast(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.headers["HX-Trigger"])["toast"]
    return found


async def order(stack: Stack, album: str) -> list[str]:
    """The manual one, on its page and for programs."""
    page = (await stack.client.get(f"/albums/{album}?sort=album", headers={"Accept": "text/html"})).text
    tiles = re.findall(r'id="p-(\w+)"', page)
    listed = await stack.get(f"/api/images?album={album}&sort=album")
    assert [item["id"] for item in listed["items"]] == tiles
    return tiles


async def test_photos_are_moved_and_moved_back(stack: Stack, ids: list[str], lake: str) -> None:
    command = await given(stack, "reorder-album", album_id=lake, images=[ids[2]], before=ids[0])
    assert await order(stack, lake) == [ids[2], ids[0], ids[1]]
    undo = await given(stack, "undo", command_id=command)
    assert await order(stack, lake) == ids
    await given(stack, "undo", command_id=undo)
    assert await order(stack, lake) == [ids[2], ids[0], ids[1]]


async def test_pages_of_an_album_follow_its_order(stack: Stack, ids: list[str], lake: str) -> None:
    await given(stack, "reorder-album", album_id=lake, images=[ids[0]], before=None)
    found: list[str] = []
    after: str | None = ""
    for _ in ids:
        page = await stack.get(f"/api/images?album={lake}&sort=album&limit=1&after={after}")
        found += [item["id"] for item in page["items"]]
        after = page["next"]
    assert found == [ids[1], ids[2], ids[0]]
    assert after is None


async def test_an_album_opens_in_the_order_that_was_chosen(stack: Stack, ids: list[str], lake: str) -> None:
    await given(stack, "reorder-album", album_id=lake, images=[ids[2]], before=ids[0])
    await given(stack, "set-album-order", album_id=lake, order="-taken_at")
    page = (await stack.client.get(f"/albums/{lake}", headers={"Accept": "text/html"})).text
    assert re.findall(r'id="p-(\w+)"', page) == ids[::-1]
    assert (await stack.get(f"/images/{ids[1]}/around?album={lake}"))["before"][0]["id"] == ids[2]


async def test_the_cover_is_the_chosen_one_while_it_is_there(stack: Stack, ids: list[str], lake: str) -> None:
    async def cover() -> str:
        return str((await stack.get(f"/api/albums/{lake}"))["cover"])

    assert await cover() == ids[2]
    await sent(stack, "set-cover", album_id=lake, images=ids[0])
    assert await cover() == ids[0]
    taken_out = await given(stack, "remove-from-album", album_id=lake, images=[ids[0]])
    assert await cover() == ids[2]
    await given(stack, "undo", command_id=taken_out)
    assert await cover() == ids[0]
    await sent(stack, "set-cover", album_id=lake, image="")
    assert await cover() == ids[2]


async def test_two_tabs_the_later_one_is_told_and_nothing_typed_is_lost(stack: Stack, lake: str) -> None:
    seen = str((await stack.get(f"/api/albums/{lake}"))["seen"])
    page = {"album_id": lake, "seen": seen, "next": f"/albums/{lake}"}
    assert toast(await sent(stack, "rename-album", name="Pond", **page))["text"] == "Renamed to “Pond”"
    later = await sent(stack, "rename-album", name="<b>Sea</b>", **page)
    assert later.status_code == 409
    text = unescape(later.text)
    assert "Meanwhile the album was renamed to “Pond”" in text
    assert 'name="name" value="<b>Sea</b>"' in text and "<b>Sea" not in later.text
    assert (await stack.get(f"/api/albums/{lake}"))["name"] == "Pond"
    fields = dict(re.findall(r'<input[^>]* name="(\w+)" value="([^"]*)"', later.text))
    assert "seen" not in fields
    anyway = {name: unescape(value) for name, value in fields.items()}
    toast(await sent(stack, "rename-album", **anyway))
    assert (await stack.get(f"/api/albums/{lake}"))["name"] == "<b>Sea</b>"
    described = await sent(stack, "describe-album", description="Wet", **page)
    assert toast(described)["text"] == "Description saved", "that is another thing"


async def test_programs_are_told_too(stack: Stack, lake: str) -> None:
    seen = (await stack.get(f"/api/albums/{lake}"))["seen"]
    await given(stack, "describe-album", album_id=lake, description="One", seen=seen)
    answer = await stack.post("describe-album", {"album_id": lake, "description": "Two", "seen": seen})
    assert answer.status_code == 409
    assert answer.json()["detail"] == "Meanwhile the description was changed to “One”."
    assert answer.json()["extra"][0]["key"] == "description"


async def test_an_album_that_was_changed_is_not_deleted_unseen(
    stack: Stack, ids: list[str], lake: str
) -> None:
    seen = (await stack.get(f"/api/albums/{lake}"))["seen"]
    await given(stack, "remove-from-album", album_id=lake, images=ids[:1])
    answer = await sent(stack, "delete-album", album_id=lake, seen=str(seen), next="/albums")
    assert answer.status_code == 409
    assert "Do it anyway" in answer.text


async def test_a_deleted_album_says_so_and_comes_back(stack: Stack, ids: list[str], lake: str) -> None:
    await given(stack, "reorder-album", album_id=lake, images=[ids[2]], before="start")
    assert toast(await sent(stack, "delete-album", album_id=lake))["undo"]
    await given(stack, "set-timeline", hides=[])  # so that the next command is not taken for a double click
    again = toast(await sent(stack, "delete-album", album_id=lake))
    assert again["text"] == "The album was already deleted" and "undo" not in again
    page = await stack.client.get(f"/albums/{lake}", headers={"Accept": "text/html"})
    assert page.status_code == 410 and "This album was deleted on" in page.text
    albums = (await stack.client.get("/albums", headers={"Accept": "text/html"})).text
    assert "1 deleted album" in albums and "Lake" in albums
    refused = await stack.post("add-to-album", {"album_id": lake, "images": ids})
    assert refused.status_code == 404 and "Restore it first" in refused.json()["detail"]
    restored = await given(stack, "restore-album", album_id=lake)
    assert await order(stack, lake) == [ids[2], ids[0], ids[1]]
    await given(stack, "undo", command_id=restored)
    assert await stack.get("/api/albums") == []
    assert (await stack.client.get("/albums/nowhere", headers={"Accept": "text/html"})).status_code == 404


async def test_what_was_in_it_before_is_told(
    stack: Stack, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "DOUBLE_CLICK_S", PATIENCE_S)
    await given(stack, "create-album", name="Some", images=ids[:2])
    some = (await stack.get("/api/albums"))[0]["id"]
    message = toast(await sent(stack, "add-to-album", album_id=some, images=",".join(ids)))
    assert message["text"] == "1 photo added to “Some”, 2 were already in it"
    twice = toast(await sent(stack, "add-to-album", album_id=some, images=",".join(ids)))
    assert twice == message, "a double click"
    await given(stack, "set-timeline", hides=[])
    again = toast(await sent(stack, "add-to-album", album_id=some, images=",".join(ids)))
    assert again["text"] == "All 3 photos are in the album already" and "undo" not in again
    assert len(await stack.events(ImagesAddedToAlbum)) == 2


async def test_albums_are_merged_and_taken_apart(stack: Stack, ids: list[str], lake: str) -> None:
    await given(stack, "create-album", name="Sea", images=ids[2:])
    sea = next(one["id"] for one in await stack.get("/api/albums") if one["name"] == "Sea")
    merged = await given(stack, "merge-albums", album_id=lake, into=sea)
    assert await order(stack, sea) == [ids[2], ids[0], ids[1]]
    page = await stack.client.get(f"/albums/{lake}", headers={"Accept": "text/html"})
    assert page.status_code == 410 and f'href="/albums/{sea}"' in page.text
    await given(stack, "undo", command_id=merged)
    assert (await order(stack, sea), await order(stack, lake)) == (ids[2:], ids)


async def test_a_smart_album_is_changed_copied_and_frozen(stack: Stack, ids: list[str]) -> None:
    await given(stack, "create-album", name="All", q="month:1")
    smart = (await stack.get("/api/albums"))[0]["id"]
    changed = await given(stack, "set-album-search", album_id=smart, q="year:1999")
    assert (await stack.get(f"/api/albums/{smart}"))["count"] == 0
    await given(stack, "undo", command_id=changed)
    copied = await given(stack, "duplicate-album", album_id=smart, name="Copy")
    await given(stack, "duplicate-album", album_id=smart, name="Frozen", frozen=True)
    found = {one["name"]: one for one in await stack.get("/api/albums")}
    assert (found["Copy"]["q"], found["Frozen"]["q"], found["Frozen"]["count"]) == ("month:1", None, 3)
    assert await order(stack, found["Frozen"]["id"]) == ids
    await given(stack, "undo", command_id=copied)
    assert "Copy" not in [one["name"] for one in await stack.get("/api/albums")]


async def test_moving_is_refused_with_a_sentence(stack: Stack, ids: list[str], lake: str) -> None:
    for body, says in (
        ({"images": ["0" * 32], "before": None}, "not in the album any more"),
        ({"images": ids[:1], "before": "0" * 32}, "placed before"),
        ({"images": ids[:1]}, "“before” is missing"),
    ):
        answer = await stack.post("reorder-album", {"album_id": lake, **body})
        assert answer.status_code == 422 and says in answer.json()["detail"], answer.text
    assert await stack.events(AlbumReordered) == []
