"""A form that is refused, sent without scripts: the answer leads back to its page, which says what is wrong."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.domain.registry import BY_NAME
from services.gateway.pages.questions import Questions
from services.gateway.web.labels import LABELS
from services.gateway.web.reasons import PATTERNS
from tests.support.stack import Stack

TEMPLATES = Path(__file__).resolve().parents[3] / "web" / "templates"
FORM = {"Accept": "text/html"}


async def refused(
    stack: Stack, name: str, fields: dict[str, object], where: str = "/albums?sort=name"
) -> str:
    """The sentence that the next page shows, once."""
    stack.client.cookies.clear()
    address = f"{stack.client.base_url}".rstrip("/") + where
    headers = {**FORM, "Referer": address}
    answer = await stack.client.post(f"/commands/{name}", data=fields, headers=headers)
    assert (answer.status_code, answer.headers["Location"]) == (303, where)
    page = (await stack.client.get(where, headers=FORM)).text
    (sentence,) = re.findall(r'<p class="toast" dir="auto">(.*?)</p>', page)
    assert "toast" not in (await stack.client.get(where, headers=FORM)).text.partition('id="toasts"')[2][:120]
    return str(sentence)


async def test_it_is_said_on_the_page_that_one_was_on(untouched: Stack) -> None:
    assert await refused(untouched, "create-album", {"name": ""}) == "Enter a name first."
    assert (
        await refused(untouched, "create-album", {"name": "A", "images": ["", ","]}) == "Select photos first."
    )
    assert await refused(untouched, "hide-images", {"images": ""}, "/") == "Select photos first."
    assert await refused(untouched, "hide-images", {"other": "x"}, "/") == "Select photos first."
    assert await refused(untouched, "rename-album", {"album_id": "x", "name": "<b>"}) != ""


@pytest.mark.parametrize("came", ["http://elsewhere.example/", "", "http://[", "/albums"])
async def test_it_never_leads_to_another_host(untouched: Stack, came: str) -> None:
    headers = {**FORM, **({"Referer": came} if came else {})}
    answer = await untouched.client.post("/commands/create-album", data={"name": ""}, headers=headers)
    assert answer.status_code == 422 and "Enter a name first." in answer.text


async def test_programs_and_scripts_get_the_error_itself(untouched: Stack) -> None:
    came = {"Referer": f"{untouched.client.base_url}"}
    for headers in ({"HX-Request": "true", **FORM, **came}, {"Accept": "*/*", **came}):
        answer = await untouched.client.post("/commands/create-album", data={"name": ""}, headers=headers)
        assert answer.status_code == 422
    json = await untouched.client.post("/commands/create-album", json={"name": ""}, headers={**FORM, **came})
    assert json.status_code == 422


async def test_a_commands_address_in_a_browser_leads_to_the_photos(untouched: Stack) -> None:
    """From the browser's history, or a reload. Programs are told that there is no such command given."""
    for name in BY_NAME:
        answer = await untouched.client.get(f"/commands/{name}", headers=FORM)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/"), name
        assert (await untouched.client.get(f"/commands/{name}", headers={"Accept": "*/*"})).status_code == 404
    assert (await untouched.client.get("/commands/no-such", headers=FORM)).status_code == 404


async def asked(stack: Stack, command: str, **fields: str) -> str:
    """The address of the question."""
    answer = await stack.client.post(f"/commands/{command}", data=fields, headers=FORM)
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/asked/"), answer.text
    return str(answer.headers["Location"])


def fields_of(page: str) -> dict[str, str]:
    form = page.partition('action="/commands/')[2].partition("</form>")[0]
    inputs = re.findall(r'<input[^>]* name="(\w+)" value="([^"]*)"', form)
    texts = re.findall(r'<textarea name="(\w+)"[^>]*>([^<]*)<', form)
    return {field: unescape(value) for field, value in [*inputs, *texts]}


@pytest.mark.parametrize("name", ["rename-album", "describe-album"])
async def test_a_question_has_a_page_that_can_be_loaded_again(stack: Stack, name: str) -> None:
    """Somebody else's change, meanwhile: what was typed is in the page, each time, and is done if one wants it."""
    field, written = ("name", "<b>Sea</b>") if name == "rename-album" else ("description", "x" * 10_000)
    answer = await stack.post("create-album", {"name": "Lake"})
    await stack.caught_up()
    (album,) = await stack.get("/api/albums")
    await stack.post(name, {"album_id": album["id"], field: "Pond"})
    await stack.caught_up()
    before = await stack.log()
    seen, back = str(answer.json()["position"]), f"/albums/{album['id']}"
    where = await asked(stack, name, **{"album_id": album["id"], "seen": seen, "next": back, field: written})
    for _ in range(2):
        answer = await stack.client.get(where, headers=FORM)
        assert (answer.status_code, fields_of(answer.text)[field]) == (200, written)
        assert "Pond" in answer.text and f'href="{back}"' in answer.text and "<b>" not in answer.text[2000:]
    assert await stack.log() == before
    done = await stack.client.post(f"/commands/{name}", data=fields_of(answer.text), headers=FORM)
    assert (done.status_code, done.headers["Location"]) == (303, back)
    assert (await stack.get(f"/api/albums/{album['id']}"))[field] == written


async def test_a_doubtful_value_is_asked_about_on_such_a_page(scanned: Stack) -> None:
    image = (await scanned.get("/api/images"))["items"][0]["id"]
    where = await asked(scanned, "correct-date", images=image, taken_at="0001-01-01", next="/")
    page = (await scanned.client.get(where, headers=FORM)).text
    assert fields_of(page)["sure"] == "1"
    done = await scanned.client.post("/commands/correct-date", data=fields_of(page), headers=FORM)
    assert done.status_code == 303
    await scanned.caught_up()
    assert (await scanned.get(f"/api/images/{image}"))["taken_at"].startswith("0001-01-01")


async def test_a_question_of_earlier_is_over(stack: Stack) -> None:
    answer = await stack.client.get("/asked/nothing", headers=FORM)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    page = (await stack.client.get("/", headers=FORM)).text
    assert "This question was asked too long ago. Nothing was changed: try again." in page


def test_questions_take_little_room() -> None:
    questions = Questions()

    def context(size: int) -> dict[str, Any]:
        return {"kept": [("images", "x" * (size - 6))], "value": ""}

    keys = [questions.add(context(100)) for _ in range(65)]
    assert [key for key in keys if key and questions.get(key)] == keys[1:]
    assert questions.add(context(4_000_001)) is None
    large = questions.add(context(3_999_900))
    assert large and questions.get(large)
    assert sum(bool(key and questions.get(key)) for key in keys) == 1


def test_every_field_that_a_page_shows_has_its_label() -> None:
    fields = {info.encode_name for cls in BY_NAME.values() for info in msgspec.structs.fields(cls)}
    controls = re.findall(
        r'<(?:input(?! type="hidden")|select|textarea|button)\s[^>]*?\bname="(\w+)"|completed\("(\w+)"',
        "".join(path.read_text() for path in TEMPLATES.rglob("*.html")),
    )
    shown = {name for pair in controls for name in pair if name} & fields
    assert shown - {"again", "beside", "by", "every", "frozen", "path", "when"} <= set(
        LABELS
    )  # check boxes, and buttons with a fixed value
    assert set(LABELS) <= fields


def test_every_pattern_of_a_field_has_words() -> None:
    """What msgspec says of a pattern is the pattern."""
    patterns = set(re.findall(r"'pattern': ('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", repr(_schemas())))
    assert patterns and patterns <= set(PATTERNS)


def _schemas() -> object:
    return msgspec.json.schema_components(BY_NAME.values())


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("correct-date", {"images": "a", "offset": "2"}),
        ("correct-date", {"images": "a", "taken_at": "x" * 41}),
        ("correct-date", {"images": "a", "shift_days": "x"}),
        ("correct-date", {"images": "a", "spread": "x"}),
        ("correct-date", {"images": "a", "zone_from": "x" * 99}),
        ("set-rating", {"images": "a", "rating": "9"}),
        ("set-title", {"images": "a", "title": "a\0"}),
        ("edit-photos", {"images": "a", "latitude": "91"}),
        ("edit-photos", {"images": "a", "add_keywords": "a\0"}),
        ("set-threshold", {"category_id": "dog", "threshold": "x"}),
        ("set-album-order", {"album_id": "x", "order": "by colour"}),
        ("set-favorite", {"images": "a", "favorite": "perhaps"}),
        ("share-album", {"album_id": "x", "secret_hash": "x"}),
        ("export-library", {"folder": ""}),
        ("undo", {"other": "x"}),
        ("undo", {"command_id": "\0"}),
    ],
)
async def test_no_word_of_the_machine_reaches_a_person(
    untouched: Stack, name: str, fields: dict[str, object]
) -> None:
    """Neither a field's own name nor a library's sentence."""
    said = await refused(untouched, name, fields, "/")
    assert not re.search(r"_|Expected|regex|`|\$|\bstr\b|\bint\b|null", said), said
    assert not any(f"“{field}”" in said for field in fields), said
