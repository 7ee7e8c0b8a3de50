"""The library as of any day, read-only, all the way from the form to the projector and back."""

import asyncio
import re
from datetime import datetime, timedelta

import httpx
import pytest

from services.domain.categories.decisions import CategoryAssigned
from services.domain.history.looking_back import LookBack
from services.gateway.time_travel import past as gateway_past
from services.kernel.log.envelope import record_event
from services.kernel.log.ids import new_id
from services.kernel.settings import Settings
from tests.support.stack import Stack
from tests.support.stack import stack as running_stack
from tests.support.waiting import eventually

PAGE = {"Accept": "text/html"}
FORM = {**PAGE, "Content-Type": "application/x-www-form-urlencoded"}


async def travel(stack: Stack, **fields: str) -> httpx.Response:
    answer = await stack.client.post("/history/travel", data={"next": "/albums", **fields}, headers=PAGE)
    assert answer.status_code == 303, answer.text
    return answer


async def page(stack: Stack, path: str) -> httpx.Response:
    """Load a page once the read tables of that moment exist."""
    seen: list[httpx.Response] = []

    async def there() -> bool:
        seen[:] = [await stack.client.get(path, headers=PAGE)]
        return "Looking back" not in seen[0].text

    await eventually(there, f"{path} is shown as it was")
    return seen[0]


async def position(stack: Stack, name: str, body: object = None) -> int:
    answer = await stack.post(name, body)
    assert answer.status_code == 202, answer.text
    await stack.caught_up()
    return int(answer.json()["position"])


async def with_album(stack: Stack) -> tuple[str, int]:
    """An album's id, and the position at which it was called Before."""
    ids = [item["id"] for item in (await stack.get("/api/images"))["items"]]
    moment = await position(stack, "create-album", {"name": "Before", "images": ids})
    album_id = (await stack.get("/api/albums"))[0]["id"]
    await position(stack, "rename-album", {"album_id": album_id, "name": "After"})
    await position(stack, "hide-images", {"images": ids[:2]})
    return album_id, moment


async def test_the_album_is_seen_as_it_was_and_nothing_can_be_changed(scanned: Stack) -> None:
    """Create, rename, hide; look back: the old name and all photos; a change is refused; then return to now."""
    album_id, moment = await with_album(scanned)
    assert "After" in (await page(scanned, "/albums")).text
    await travel(scanned, position=str(moment))
    then = await page(scanned, "/albums")
    assert "Before" in then.text
    assert "After" not in then.text
    assert "read-only" in then.text
    assert (await page(scanned, "/")).text.count('/preview?rotation=1"') == 3, "as they lay then"

    head = await scanned.gateway.events.head()
    data = {"album_id": album_id, "name": "Changed", "next": "/"}
    refused = await scanned.client.post("/commands/rename-album", data=data, headers=PAGE)
    assert refused.status_code == 409
    assert "nothing can be changed" in refused.text
    assert "Back to now" in refused.text
    assert await scanned.gateway.events.head() == head

    back = await scanned.client.post("/history/now", data={"next": "/albums"}, headers=PAGE)
    assert back.headers["Location"] == "/albums"
    now = await page(scanned, "/albums")
    assert "After" in now.text
    assert "read-only" not in now.text


async def test_programs_and_files_know_no_past(scanned: Stack) -> None:
    _, moment = await with_album(scanned)
    await travel(scanned, position=str(moment))
    assert (await scanned.get("/api/albums"))[0]["name"] == "After"
    scanned.client.cookies.clear()
    assert (await scanned.post("scan")).status_code == 202


async def test_a_day_is_seen_as_it_ended_and_before_all_is_empty(scanned: Stack) -> None:
    await with_album(scanned)
    first, *_, last = [datetime.fromtimestamp(row.recorded_at / 1e6).date() for row in await scanned.log()]
    await travel(scanned, day=last.isoformat())
    assert "After" in (await page(scanned, "/albums")).text
    await travel(scanned, day=(first - timedelta(days=1)).isoformat())
    empty = await page(scanned, "/")
    assert "before your first photo" in empty.text
    assert "/preview" not in empty.text
    await travel(scanned, day="9999-12-31")
    assert "After" in (await page(scanned, "/albums")).text
    await travel(scanned, day="0001-01-01")
    assert "before your first photo" in (await page(scanned, "/categories")).text


async def test_a_command_is_not_seen_half_done(scanned: Stack) -> None:
    """A position in the middle of a command's events is moved to its end."""
    ids = [item["id"] for item in (await scanned.get("/api/images"))["items"]]
    last = await position(scanned, "correct-date", {"images": ids, "taken_at": "1999-01-01"})
    answer = await travel(scanned, position=str(last - 2))
    assert f"as_of={last};" in answer.headers["Set-Cookie"]


async def test_asked_for_twice_it_is_built_once(scanned: Stack) -> None:
    _, moment = await with_album(scanned)
    await travel(scanned, position=str(moment))
    await asyncio.gather(*(page(scanned, path) for path in ("/", "/albums", "/categories", "/settings")))
    await page(scanned, "/years")
    requests = [row for row in await scanned.log() if row.type == LookBack.TYPE]
    assert len(requests) == 1
    assert len(list(scanned.settings.views.glob("past-*.db"))) == 1


async def test_moments_that_nobody_looks_at_any_more_are_let_go(
    scanned: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the last few are open; one of the others is opened, or built, again when somebody comes back to it."""
    monkeypatch.setattr(gateway_past, "CLOSED_AFTER_S", 0.0)
    past = scanned.gateway.past
    moments = [await position(scanned, "create-album", {"name": f"Album {n}"}) for n in range(4)]
    for moment in (*moments, moments[0]):
        await travel(scanned, position=str(moment))
        text = (await page(scanned, "/albums")).text
        assert [f"Album {n}" in text for n in range(4)] == [one <= moment for one in moments]
        assert len(past._open) <= gateway_past.KEPT and moment in past._open

    async def closed() -> bool:
        return not past._closing

    await eventually(closed, "the others are closed")


async def test_tables_of_another_moment_are_not_taken_for_this_one(scanned: Stack) -> None:
    """Whatever the file is called: what it was built from counts, and it is built anew."""
    _, first = await with_album(scanned)
    last = await position(scanned, "create-album", {"name": "Later"})
    await travel(scanned, position=str(first))
    await page(scanned, "/albums")
    (made,) = scanned.settings.views.glob("past-*.db")
    made.with_name(made.name.replace(f"-{first}.db", f"-{last}.db")).write_bytes(made.read_bytes())
    await travel(scanned, position=str(last))
    assert "Later" in (await page(scanned, "/albums")).text


@pytest.mark.parametrize(
    ("cookie", "says"),
    [
        ("forged", "makes no sense"),
        ("-1", "makes no sense"),
        ("5.2026-02-31", "makes no sense"),
        ("٣", "makes no sense"),
        ("9" * 30, "makes no sense"),
        ("99999", "The log ends before"),
    ],
)
async def test_a_cookie_that_names_nothing_is_taken_away(untouched: Stack, cookie: str, says: str) -> None:
    headers = {
        **{name.encode(): value.encode() for name, value in PAGE.items()},
        b"Cookie": f"as_of={cookie}".encode(),
    }
    answer = await untouched.client.get("/", headers=headers)
    assert answer.status_code == 400
    assert says in answer.text
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert "as_of" in answer.headers["Set-Cookie"]


async def test_a_command_for_thousands_of_photos_is_seen_whole(stack: Stack) -> None:
    """Its events are more than are read at once; the ones of the next command are not shown."""
    first, second = new_id(), new_id()
    await stack.gateway.events.append(
        [
            record_event(
                CategoryAssigned(image_id=f"{number:032x}", category_id="dog"),
                event_id=new_id(),
                stream=f"image-{number:032x}",
                correlation_id=cause,
                causation_id=cause,
            )
            for cause, numbers in ((first, range(2500)), (second, range(2500, 2600)))
            for number in numbers
        ]
    )
    answer = await travel(stack, position="2")
    assert answer.cookies["as_of"].split(".")[0] == "2500"


@pytest.mark.parametrize(
    "fields",
    [{"day": "2026-02-31"}, {"day": "<b>"}, {"position": "x"}, {"position": "-5"}, {"position": "99999"}, {}],
)
async def test_a_moment_that_makes_no_sense_is_refused(untouched: Stack, fields: dict[str, str]) -> None:
    answer = await untouched.client.post("/history/travel", data={"next": "/", **fields}, headers=PAGE)
    assert answer.status_code == 422
    assert "as_of" not in answer.headers.get("Set-Cookie", "")


async def test_a_later_start_of_the_server_shows_the_same_moment(settings: Settings) -> None:
    async with running_stack(settings) as stack:
        await stack.done("scan")
        _, moment = await with_album(stack)
    async with running_stack(settings) as stack:
        await travel(stack, position=str(moment))
        assert "Before" in (await page(stack, "/albums")).text
    async with running_stack(settings) as stack:
        stack.client.cookies.set("as_of", str(moment))
        assert "Before" in (await page(stack, "/albums")).text


async def test_without_a_projector_the_page_says_so_in_the_end(
    scanned: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page waits, and after a while explains what is wrong and how to get back."""
    monkeypatch.setattr(gateway_past, "PATIENCE_S", 0.1)
    monkeypatch.setattr(scanned.gateway.past, "_name", lambda position: None)
    scanned.client.cookies.set("as_of", "1")
    first = await scanned.client.get("/", headers=PAGE)
    assert "Looking back" in first.text
    assert 'http-equiv="refresh"' in first.text
    part = await scanned.client.get("/", headers={**PAGE, "HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true"
    monkeypatch.setattr(gateway_past, "LIMIT_S", 0.0)
    late = await scanned.client.get("/", headers=PAGE)
    assert late.status_code == 503
    assert "could not be rebuilt in time" in late.text
    assert "Back to now" in late.text


async def test_the_history_tells_what_had_happened_by_then(scanned: Stack) -> None:
    """Of the library and of one album: no later entries, and neither an Undo that came later nor its effect."""
    album_id, moment = await with_album(scanned)
    creation = (await scanned.gateway.events.read_positions([moment]))[0].causation_id
    await position(scanned, "undo", {"command_id": str(creation)})
    await travel(scanned, position=str(moment))
    for path in ("/history", f"/history?album={album_id}"):
        then = (await page(scanned, path)).text
        assert "Created “Before”" in re.sub("<[^>]*>", "", then)
        assert "Album renamed" not in then
        assert "photos hidden" not in then
        assert "Album deleted" not in then
        assert f'value="{creation}"' in then, "nobody had undone it"
    assert "Back to “Before”" in then
    assert "<bdi>Before</bdi>" not in (await page(scanned, f"/history?before={moment - 1}")).text
    await scanned.client.post("/history/now", data={"next": "/"}, headers=PAGE)
    assert "Album deleted" in (await page(scanned, f"/history?album={album_id}")).text


async def test_what_had_not_happened_is_not_in_the_log_of_then(scanned: Stack) -> None:
    album_id, moment = await with_album(scanned)
    await travel(scanned, position=str(moment - 2))  # before the command
    assert (await page(scanned, f"/history/{moment}")).status_code == 404
    assert (await page(scanned, f"/history?album={album_id}")).status_code == 404
    assert (await page(scanned, f"/history/{moment - 2}")).status_code == 200


async def test_before_anything_happened_there_is_no_history(scanned: Stack) -> None:
    await travel(scanned, position="0")
    assert "No entries yet." in (await page(scanned, "/history")).text
