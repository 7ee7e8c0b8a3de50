"""Commands over HTTP: accepted once, or refused with the field and the reason."""

import asyncio
import json

import httpx
import pytest

from services.domain.albums.commands import CreateAlbum
from services.domain.albums.events import (
    AlbumCreated,
    AlbumDeleted,
    ImagesAddedToAlbum,
    ImagesRemovedFromAlbum,
)
from services.domain.categories.decisions import CategoryAssigned
from services.domain.categories.events import CategoryCreated
from services.domain.registry import BY_NAME
from services.domain.subject import Decision
from services.gateway.write import dispatch
from services.gateway.write.dispatch import records
from services.kernel.log.ids import new_id
from tests.support.stack import Stack
from tests.support.waiting import PATIENCE_S


async def test_an_accepted_command_tells_where_to_ask_for_it(stack: Stack) -> None:
    answer = await stack.post("create-album", {"name": " Holiday "})
    assert answer.status_code == 202
    body = answer.json()
    assert body["position"] == 2
    assert body["status_url"] == f"/commands/{body['command_id']}"
    status = await stack.get(body["status_url"])
    assert (status["status"], status["type"]) == ("done", "create_album")
    (album,) = await stack.get("/api/albums")
    assert album["name"] == "Holiday"


async def test_the_chain_of_causes_is_in_the_log(stack: Stack) -> None:
    body = (await stack.post("create-album", {"name": "A"})).json()
    command, event = await stack.log()
    assert (command.kind, event.kind) == ("C", "E")
    assert str(command.event_id) == body["command_id"]
    assert event.causation_id == event.correlation_id == command.event_id


async def test_the_same_key_gives_the_same_command(stack: Stack) -> None:
    """A client that lost the answer asks again: one album, the same answer."""
    first = await stack.post("create-album", {"name": "A"}, Idempotency_Key="k1")
    again = await stack.post("create-album", {"name": "A"}, Idempotency_Key="k1")
    other = await stack.post("create-album", {"name": "A"}, Idempotency_Key="k2")
    assert first.json() == again.json() != other.json()
    assert len(await stack.events(AlbumCreated)) == 2


async def test_the_same_key_at_the_same_time(stack: Stack) -> None:
    answers = await asyncio.gather(
        *(stack.post("create-album", {"name": "A"}, Idempotency_Key="k") for _ in range(20))
    )
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.text for answer in answers}) == 1
    assert len(await stack.log()) == 2


async def test_a_key_belongs_to_one_command(stack: Stack) -> None:
    await stack.post("create-album", {"name": "A"}, Idempotency_Key="k")
    answer = await stack.post("create-album", {"name": "B"}, Idempotency_Key="k")
    assert answer.status_code == 422
    assert "another command" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        ("create-album", {}, "name"),
        ("create-album", {"name": ""}, "name"),
        ("create-album", {"name": "  "}, "name"),
        ("create-album", {"name": "x" * 201}, "name"),
        ("create-album", {"name": 7}, "name"),
        ("create-album", {"name": "A", "images": ["no/id"]}, "images"),
        ("create-album", {"name": "A", "images": ["0" * 32]}, "images"),
        ("add-to-album", {"album_id": "x", "images": []}, "images"),
        ("rename-album", {"album_id": "gone", "name": "B"}, "album_id"),
        ("delete-album", {"album_id": "gone"}, "album_id"),
        ("rename-category", {"category_id": "gone", "name": "B"}, "category_id"),
        ("create-category", {"name": "Dog"}, "name"),
        ("create-category", {"name": "B", "group_id": "gone"}, "group_id"),
        ("assign-category", {"category_id": "dog", "images": ["0" * 32]}, "images"),
        ("classify", {"images": "some"}, "images"),
        ("classify", {"model": "resnet"}, "model"),
        ("cancel-job", {"job_id": "gone"}, "job_id"),
        ("activate-model", {"model_id": "resnet"}, "model_id"),
    ],
)
async def test_a_refused_command_names_the_field_and_leaves_no_trace(
    untouched: Stack, name: str, body: dict[str, object], field: str
) -> None:
    answer = await untouched.post(name, body)
    assert answer.status_code in (400, 404, 422)
    refusal = answer.json()
    assert refusal["extra"][0]["key"] == field
    assert refusal["detail"].endswith(".")


@pytest.mark.parametrize(
    ("name", "said"), [("", "“name” is empty."), ("x" * 201, "“name” is longer than 200 characters.")]
)
async def test_what_is_wrong_with_a_name_is_said_in_words(untouched: Stack, name: str, said: str) -> None:
    answer = await untouched.post("create-album", {"name": name})
    assert (answer.status_code, answer.json()["detail"]) == (422, said)


NAMED: dict[str, dict[str, str]] = {
    "create-album": {}, "rename-album": {"album_id": "x"}, "duplicate-album": {"album_id": "x"}, "create-category": {},
    "rename-category": {"category_id": "dog"},
}  # fmt: skip
"""Every command with a name -> what else it needs."""


@pytest.mark.parametrize("command", NAMED)
@pytest.mark.parametrize(
    "name", ["A\0", "A\nB", "A\n", "\rA", "A\u2028B", "A\u0085B", "A\x1b[31m", "\t", "A\x7f"]
)
async def test_no_name_holds_what_can_t_be_seen(untouched: Stack, command: str, name: str) -> None:
    """By JSON and by form; the refusal gives the field and the reason. A form calls the field as the pages do."""
    assert {one for one, cls in BY_NAME.items() if "name" in cls.__struct_fields__} == set(NAMED)
    said = " must be one line of text, without control characters, and not only spaces."
    fields = NAMED[command] | {"name": name}
    client, path = untouched.client, f"/commands/{command}"
    answers = {"name": await client.post(path, json=fields), "Name": await client.post(path, data=fields)}
    for called, answer in answers.items():
        assert (answer.status_code, answer.json()["detail"]) == (422, f"“{called}”{said}")
        assert answer.json()["extra"][0]["key"] == "name"


@pytest.mark.parametrize(
    ("command", "body", "field"),
    [
        ("create-album", {"name": "A", "q": "dog\0"}, "q"),
        ("set-album-search", {"album_id": "x", "q": "a\nb"}, "q"),
        ("describe-album", {"album_id": "x", "description": "a\0b"}, "description"),
        ("forget-folder", {"folder": "/photos\0"}, "folder"),
        ("retry-rejected", {"paths": ["/photos/\0"]}, "paths"),
        ("ignore-problems", {"paths": ["/photos/\0"]}, "paths"),
        ("undo", {"command_id": "a\n"}, "command_id"),
    ],
)
async def test_no_field_holds_what_it_must_not(
    untouched: Stack, command: str, body: dict[str, object], field: str
) -> None:
    answer = await untouched.post(command, body)
    assert answer.status_code == 422
    assert answer.json()["extra"][0]["key"] == field


async def test_a_description_has_lines(stack: Stack) -> None:
    await stack.done("create-album", {"name": "👩‍👩‍👧 日本語 été"})
    (album,) = await stack.get("/api/albums")
    text = "First\r\n\tsecond\n"
    await stack.done("describe-album", {"album_id": album["id"], "description": text})
    assert (await stack.get(f"/api/albums/{album['id']}"))["description"] == "First\n\tsecond"


async def test_a_name_that_was_accepted_in_its_time_is_still_shown(stack: Stack) -> None:
    """A log of an earlier version may hold a command that would be refused today."""
    decision = Decision([AlbumCreated(album_id="old", name="A\n\0B")])
    await stack.gateway.events.append(records(CreateAlbum(name="A\n\0B"), new_id(), decision))
    await stack.caught_up()
    for path in ("/history", "/history/1", "/albums", "/albums/old", "/api/albums", "/events"):
        answer = await stack.client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200, path


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("create-album", {"name": 7}, "“name” must be text."),
        ("create-album", {"name": None}, "“name” must be text."),
        ("create-album", {"name": "A", "images": "x"}, "“images” must be a list."),
        ("create-album", {"name": "A", "images": [1]}, "“images” has an entry that makes no sense."),
        ("classify", {"images": 7}, "“images” must be text or a list."),
        ("classify", {"images": "some"}, "“images” is not one of its possible values."),
        (
            "classify",
            {"model": "a b"},
            "“model” must be an id: letters, digits, dots, dashes and underscores.",
        ),
        ("look-back", {"position": -1}, "“position” must be at least 0."),
        ("look-back", {"position": 10**20}, "“position” must be at most 4611686018427387904."),
        ("look-back", {"position": 1.5}, "“position” must be a whole number."),
        ("scan", {"again": "x"}, "“again” must be true or false."),
        ("set-threshold", {"category_id": "dog", "threshold": "x"}, "“threshold” must be a number."),
        ("set-timeline", {"hides": ["a"] * 1001}, "“hides” has more than 1,000 entries."),
        ("undo", [], "The body must be an object with fields."),
    ],
)
async def test_what_is_wrong_is_said_in_our_words(
    untouched: Stack, name: str, body: object, said: str
) -> None:
    answer = await untouched.post(name, body)
    assert (answer.status_code, answer.json()["detail"]) == (422, said)


@pytest.mark.parametrize("threshold", ["nan", "inf", "1e400", "²", "0.5\n"])
async def test_numbers_of_forms_are_numbers(untouched: Stack, threshold: str) -> None:
    fields = {"category_id": "dog", "threshold": threshold}
    assert (await untouched.client.post("/commands/set-threshold", data=fields)).status_code == 422


@pytest.mark.parametrize("key", [b"\xff\x80", b"a" * 200, b"\xe2\x98\x83", b"x;y,z", b"'\"<script>"])
async def test_any_idempotency_key_names_one_command(stack: Stack, key: bytes) -> None:
    for _ in range(2):
        answer = await stack.client.post(
            "/commands/create-album", json={"name": "A"}, headers={b"Idempotency-Key": key}
        )
        assert answer.status_code == 202
    assert len(await stack.events(AlbumCreated)) == 1


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff\xfe", b'"x"', b"null", b'{"name": "\\ud800"}'])
async def test_a_body_that_is_no_command(untouched: Stack, body: bytes) -> None:
    answer = await untouched.client.post("/commands/create-album", content=body)
    assert answer.status_code in (400, 422)


async def test_an_unknown_command_is_told_which_there_are(untouched: Stack) -> None:
    answer = await untouched.post("make-coffee")
    assert answer.status_code == 404
    assert "create-album" in answer.json()["detail"]


async def test_an_unknown_command_id(untouched: Stack) -> None:
    for wrong in ("gone", "0" * 32, "00000000-0000-7000-8000-000000000000"):
        assert (await untouched.client.get(f"/commands/{wrong}")).status_code == 404


async def test_albums_from_beginning_to_end(stack: Stack) -> None:
    """Adding twice adds once; removing what is not there does nothing; a deleted album is gone."""
    await stack.done("scan")
    ids = [item["id"] for item in (await stack.get("/api/images"))["items"]]
    await stack.done("create-album", {"name": "A", "images": ids[:1]})
    (album,) = await stack.get("/api/albums")
    await stack.done("add-to-album", {"album_id": album["id"], "images": [*ids, ids[0]]})
    await stack.done("add-to-album", {"album_id": album["id"], "images": ids})
    await stack.done("remove-from-album", {"album_id": album["id"], "images": [ids[1], "0" * 32]})
    images = await stack.get(f"/api/images?album={album['id']}")
    assert {item["id"] for item in images["items"]} == {ids[0], ids[2]}
    await stack.done("rename-album", {"album_id": album["id"], "name": "B"})
    assert (await stack.get(f"/api/albums/{album['id']}"))["name"] == "B"
    await stack.done("delete-album", {"album_id": album["id"]})
    assert await stack.get("/api/albums") == []
    assert (await stack.post("rename-album", {"album_id": album["id"], "name": "C"})).status_code == 404
    assert len(await stack.events(ImagesAddedToAlbum)) == 2
    assert len(await stack.events(ImagesRemovedFromAlbum)) == len(await stack.events(AlbumDeleted)) == 1


async def test_categories_from_beginning_to_end(stack: Stack) -> None:
    await stack.done("scan")
    image = (await stack.get("/api/images"))["items"][0]["id"]
    await stack.done("create-category", {"name": "Rex", "group_id": "animals"})
    (created,) = await stack.events(CategoryCreated)
    assert isinstance(created, CategoryCreated)
    await stack.done("assign-category", {"category_id": created.category_id, "images": [image, image]})
    assert len(await stack.events(CategoryAssigned)) == 1
    (item,) = (await stack.get(f"/api/images?category={created.category_id}"))["items"]
    assert item["categories"][0]["name"] == "Rex"
    assert item["categories"][0]["source"] == "user"
    await stack.done("reject-category", {"category_id": created.category_id, "images": [image]})
    assert (await stack.get(f"/api/images?category={created.category_id}"))["items"] == []
    await stack.done("rename-category", {"category_id": "dog", "name": "Hound"})
    assert (await stack.post("create-category", {"name": "hound"})).status_code == 422
    await stack.done("delete-category", {"category_id": created.category_id})
    answer = await stack.post("assign-category", {"category_id": created.category_id, "images": [image]})
    assert answer.status_code == 404


async def test_renames_at_the_same_time_all_happen(stack: Stack) -> None:
    """Each decision is based on the result of the previous one."""
    await stack.done("create-album", {"name": "A"})
    (album,) = await stack.get("/api/albums")
    answers = await asyncio.gather(
        *(stack.post("rename-album", {"album_id": album["id"], "name": f"A{n}"}) for n in range(4))
    )
    assert {answer.status_code for answer in answers} == {202}
    versions = [row.version for row in await stack.log() if row.stream == f"album-{album['id']}"]
    assert versions == [1, 2, 3, 4, 5]


async def test_a_form_leads_back_to_its_page(stack: Stack) -> None:
    answer = await stack.client.post("/commands/create-album", data={"name": "A", "next": "/albums?x=1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/albums?x=1")


@pytest.mark.parametrize(
    "next_", ["https://example.org/", "//example.org", "/\\example.org", "javascript:x", "/\r\nX: y"]
)
async def test_a_form_leads_nowhere_else(stack: Stack, next_: str) -> None:
    answer = await stack.client.post("/commands/create-album", data={"name": "A", "next": next_})
    assert answer.headers["Location"] == "/"


async def test_an_uploaded_file_is_no_field(stack: Stack) -> None:
    """As if it were not there: the album is made, and the answer leads to the timeline."""
    answer = await stack.client.post(
        "/commands/create-album", data={"name": "A"}, files={"next": ("next.txt", b"/albums")}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


async def test_htmx_gets_a_place_and_a_toast(stack: Stack) -> None:
    answer = await stack.client.post(
        "/commands/create-album", data={"name": "Ä", "next": "/albums"}, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer.headers["HX-Location"]) == (200, "/albums")
    assert "toast" in json.loads(answer.headers["HX-Trigger"])


async def test_a_refused_form_is_a_page(stack: Stack) -> None:
    answer = await stack.client.post(
        "/commands/create-album", data={"name": ""}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("text/html")


async def test_a_double_click_on_a_form_counts_once(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """However close together the two are; after another form, the same form is a new command."""
    monkeypatch.setattr(dispatch, "DOUBLE_CLICK_S", PATIENCE_S)

    async def click(name: str) -> httpx.Response:
        return await stack.client.post("/commands/create-album", data={"name": name, "next": "/albums"})

    first, second = await asyncio.gather(click("Lake"), click("Lake"))
    assert first.status_code == second.status_code == 303
    assert (await click("Lake")).status_code == 303
    assert len(await stack.events(AlbumCreated)) == 1
    await click("Sea")
    await click("Lake")
    assert len(await stack.events(AlbumCreated)) == 3
