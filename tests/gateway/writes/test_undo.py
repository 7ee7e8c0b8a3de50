"""Correcting, hiding and undoing: commands over HTTP, and what the pages show afterwards."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.domain.files.events import ScanFinished
from services.domain.history.undo import CommandUndone
from services.domain.photos.dates import DateCorrected
from services.domain.photos.hiding import ImagesHidden
from services.kernel.log.envelope import record_event
from tests.support.stack import Stack


@pytest.fixture
async def ids(stack: Stack) -> list[str]:
    """Three photos, oldest first."""
    await stack.done("scan")
    return [item["id"] for item in (await stack.get("/api/images?sort=taken_at"))["items"]]


async def given(stack: Stack, name: str, body: dict[str, Any]) -> str:
    answer = await stack.post(name, body)
    assert answer.status_code == 202, answer.text
    await stack.caught_up()
    return str(answer.json()["command_id"])


async def dates(stack: Stack) -> list[tuple[str, str]]:
    items = (await stack.get("/api/images?sort=taken_at"))["items"]
    return [(item["taken_at"], item["taken_at_source"]) for item in items]


OWN = [(f"2020-01-0{day}T10:00:00", "exif") for day in (1, 2, 3)]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("1999-05-04", "1999-05-04T12:00:00"),
        ("1999-05-04T06:07", "1999-05-04T06:07:00"),
        ("1999-05-04T06:07:08+02:00", "1999-05-04T06:07:08+02:00"),
    ],
)
async def test_a_date_is_put_right_and_undone(
    stack: Stack, ids: list[str], written: str, stored: str
) -> None:
    command = await given(stack, "correct-date", {"images": [ids[2]], "taken_at": written})
    assert (await dates(stack))[0] == (stored, "user")
    await given(stack, "undo", {"command_id": command})
    assert await dates(stack) == OWN


async def test_many_dates_are_moved_at_once(stack: Stack, ids: list[str]) -> None:
    """A camera whose clock was an hour slow; undone in one go."""
    command = await given(stack, "correct-date", {"images": ids, "shift_s": 3600})
    assert await dates(stack) == [(f"2020-01-0{day}T11:00:00", "user") for day in (1, 2, 3)]
    again = await given(stack, "correct-date", {"images": ids[:1], "shift_s": 3600})
    await given(stack, "undo", {"command_id": command})
    assert await dates(stack) == [("2020-01-01T12:00:00", "user"), *OWN[1:]], "the later word stays"
    await given(stack, "undo", {"command_id": again})
    assert (await dates(stack))[0] == ("2020-01-01T11:00:00", "user")


@pytest.mark.parametrize(
    "body",
    [
        {"taken_at": "tomorrow"},
        {"taken_at": "2020-13-01"},
        {},
        {"taken_at": "2020-01-01", "shift_s": 5},
        {"shift_s": -90_000_000_000},
        {"shift_s": "1"},
    ],
)
async def test_what_is_no_date_is_refused(untouched: Stack, body: dict[str, Any]) -> None:
    ids = [item["id"] for item in (await untouched.get("/api/images"))["items"]]
    answer = await untouched.post("correct-date", {"images": ids, **body})
    assert answer.status_code == 422, answer.text
    assert answer.json()["extra"][0]["key"] in ("taken_at", "shift_s")
    assert await untouched.events(DateCorrected) == []


async def test_what_is_hidden_is_shown_nowhere_but_among_the_hidden(stack: Stack, ids: list[str]) -> None:
    command = await given(stack, "hide-images", {"images": ids[:2]})
    assert [item["id"] for item in (await stack.get("/api/images"))["items"]] == ids[2:]
    page = (await stack.client.get("/hidden", headers={"Accept": "text/html"})).text
    assert all(f"p-{image}" in page for image in ids[:2])
    assert (await stack.get(f"/api/images/{ids[0]}"))["metadata"]["hidden"] is True
    await stack.done("scan")
    assert (await stack.get("/api/images"))["total"] == 1, "a scan brings none back"
    await given(stack, "undo", {"command_id": command})
    assert (await stack.get("/api/images"))["total"] == 3
    await given(stack, "hide-images", {"images": ids[:1]})
    await given(stack, "unhide-images", {"images": ids[:1]})
    assert (await stack.get("/api/images"))["total"] == 3


async def test_an_undo_is_undone_by_undoing_it(stack: Stack, ids: list[str]) -> None:
    command = await given(stack, "hide-images", {"images": ids[:1]})
    undone = await given(stack, "undo", {"command_id": command})
    await given(stack, "undo", {"command_id": undone})
    assert (await stack.get("/api/images"))["total"] == 2


async def test_nothing_is_undone_twice(stack: Stack, ids: list[str]) -> None:
    command = await given(stack, "hide-images", {"images": ids[:1]})
    await given(stack, "undo", {"command_id": command})
    again = await stack.post("undo", {"command_id": command})
    assert (again.status_code, again.json()["detail"]) == (422, "This has already been undone.")
    assert len(await stack.events(CommandUndone)) == 1
    assert len(await stack.events(ImagesHidden)) == 1


@pytest.mark.parametrize("command", ["nonsense", "01a20ff7-9d69-7a54-9fcb-7028108b8179"])
async def test_what_never_was_can_t_be_undone(stack: Stack, command: str) -> None:
    assert (await stack.post("undo", {"command_id": command})).status_code == 404


async def test_a_scan_can_t_be_undone(stack: Stack) -> None:
    status = await stack.done("scan")
    answer = await stack.post("undo", {"command_id": status["command_id"]})
    assert answer.status_code == 422


async def test_albums_come_back_as_they_were(stack: Stack, ids: list[str]) -> None:
    creation = await given(stack, "create-album", {"name": "Lake", "images": ids})
    (album,) = await stack.get("/api/albums")
    out = await given(stack, "remove-from-album", {"album_id": album["id"], "images": ids[:1]})
    await given(stack, "undo", {"command_id": out})
    named = await given(stack, "rename-album", {"album_id": album["id"], "name": "Sea"})
    await given(stack, "undo", {"command_id": named})
    deleted = await given(stack, "delete-album", {"album_id": album["id"]})
    assert await stack.get("/api/albums") == []
    await given(stack, "undo", {"command_id": deleted})
    (back,) = await stack.get("/api/albums")
    assert (back["id"], back["name"], back["count"]) == (album["id"], "Lake", 3)
    await given(stack, "undo", {"command_id": creation})
    assert await stack.get("/api/albums") == []


async def test_a_decision_taken_back_leaves_what_was_before(stack: Stack, ids: list[str]) -> None:
    async def shown() -> list[str]:
        return [label["id"] for label in (await stack.get(f"/api/images/{ids[0]}"))["categories"]]

    yes = await given(stack, "assign-category", {"category_id": "dog", "images": ids[:1]})
    no = await given(stack, "reject-category", {"category_id": "dog", "images": ids[:1]})
    await given(stack, "undo", {"command_id": no})
    assert await shown() == ["dog"]
    await given(stack, "undo", {"command_id": yes})
    assert await shown() == []


async def test_the_history_offers_to_undo_what_a_person_did(stack: Stack, ids: list[str]) -> None:
    command = await given(stack, "correct-date", {"images": ids, "shift_s": 60})
    page = (await stack.client.get("/history", headers={"Accept": "text/html"})).text
    assert page.count(f'value="{command}"') == 1, "one line for one command"
    await given(stack, "undo", {"command_id": command})
    page = (await stack.client.get("/history", headers={"Accept": "text/html"})).text
    assert f'value="{command}"' not in page


async def test_the_history_is_narrowed_and_passes_over_idle_scans(stack: Stack, ids: list[str]) -> None:
    html = {"Accept": "text/html"}
    await given(stack, "create-album", {"name": "Lake"})
    await given(stack, "hide-images", {"images": ids[:1]})
    events = [
        ScanFinished(found=3, added=0, rejected=0, unchanged=3),
        ScanFinished(found=3, added=2, rejected=0, unchanged=1),
    ]
    await stack.gateway.events.append(
        [
            record_event(event, event_id=uuid4(), stream=f"job-{event.added}", correlation_id=UUID(int=1))
            for event in events
        ]
    )
    texts = {
        about: (await stack.client.get(f"/history?about={about}", headers=html)).text
        for about in ("", "albums", "photos", "jobs")
    }
    assert {about for about, page in texts.items() if "<bdi>Lake</bdi>" in page} == {"", "albums"}
    assert {about for about, page in texts.items() if "1 photo hidden" in page} == {"", "photos"}
    assert {about for about, page in texts.items() if "2 photos added" in page} == {"", "jobs"}
    assert all("0 photos added" not in page for page in texts.values())


async def test_kinds_can_be_left_out_of_the_timeline(stack: Stack, ids: list[str]) -> None:
    """But not out of their own page or a search."""
    await given(stack, "assign-category", {"category_id": "kind-screenshot", "images": ids[:1]})
    command = await given(stack, "set-timeline", {"hides": ["kind-screenshot"]})
    assert [item["id"] for item in (await stack.get("/api/images?sort=taken_at"))["items"]] == ids[1:]
    of_kind = await stack.get("/api/images?category=kind-screenshot")
    assert [item["id"] for item in of_kind["items"]] == ids[:1]
    assert (await stack.get("/api/images?q=2020"))["total"] == 3
    page = (await stack.client.get("/", headers={"Accept": "text/html"})).text
    assert f"p-{ids[0]}" not in page
    assert (await stack.post("set-timeline", {"hides": ["no-such"]})).status_code == 422
    await given(stack, "undo", {"command_id": command})
    assert (await stack.get("/api/images"))["total"] == 3
