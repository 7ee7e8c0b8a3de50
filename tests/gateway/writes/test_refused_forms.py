"""A form that is refused, sent without scripts: the answer leads back to its page, which says what is wrong."""

import re
from pathlib import Path

import msgspec
import pytest

from services.domain.registry import BY_NAME
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


async def test_it_is_said_on_the_page_that_one_was_on(stack: Stack) -> None:
    assert await refused(stack, "create-album", {"name": ""}) == "Enter a name first."
    assert await refused(stack, "create-album", {"name": "A", "images": ["", ","]}) == "Select photos first."
    assert await refused(stack, "hide-images", {"images": ""}, "/") == "Select photos first."
    assert await refused(stack, "hide-images", {"other": "x"}, "/") == "Select photos first."
    assert await refused(stack, "rename-album", {"album_id": "x", "name": "<b>"}) != ""
    assert await stack.log() == []


@pytest.mark.parametrize("came", ["http://elsewhere.example/", "", "http://[", "/albums"])
async def test_it_never_leads_to_another_host(stack: Stack, came: str) -> None:
    headers = {**FORM, **({"Referer": came} if came else {})}
    answer = await stack.client.post("/commands/create-album", data={"name": ""}, headers=headers)
    assert answer.status_code == 422 and "Enter a name first." in answer.text


async def test_programs_and_scripts_get_the_error_itself(stack: Stack) -> None:
    came = {"Referer": f"{stack.client.base_url}"}
    for headers in ({"HX-Request": "true", **FORM, **came}, {"Accept": "*/*", **came}):
        answer = await stack.client.post("/commands/create-album", data={"name": ""}, headers=headers)
        assert answer.status_code == 422
    json = await stack.client.post("/commands/create-album", json={"name": ""}, headers={**FORM, **came})
    assert json.status_code == 422


async def test_a_commands_address_in_a_browser_leads_to_the_photos(stack: Stack) -> None:
    """From the browser's history, or a reload. Programs are told that there is no such command given."""
    for name in BY_NAME:
        answer = await stack.client.get(f"/commands/{name}", headers=FORM)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/"), name
        assert (await stack.client.get(f"/commands/{name}", headers={"Accept": "*/*"})).status_code == 404
    assert (await stack.client.get("/commands/no-such", headers=FORM)).status_code == 404


def test_every_field_that_a_page_shows_has_its_label() -> None:
    fields = {info.encode_name for cls in BY_NAME.values() for info in msgspec.structs.fields(cls)}
    controls = re.findall(
        r'<(?:input(?! type="hidden")|select|textarea|button)\s[^>]*?\bname="(\w+)"|completed\("(\w+)"',
        "".join(path.read_text() for path in TEMPLATES.rglob("*.html")),
    )
    shown = {name for pair in controls for name in pair if name} & fields
    assert shown - {"again", "beside", "by", "frozen", "when"} <= set(
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
    stack: Stack, name: str, fields: dict[str, object]
) -> None:
    """Neither a field's own name nor a library's sentence."""
    said = await refused(stack, name, fields, "/")
    assert not re.search(r"_|Expected|regex|`|\$|\bstr\b|\bint\b|null", said), said
    assert not any(f"“{field}”" in said for field in fields), said
    assert await stack.log() == []
