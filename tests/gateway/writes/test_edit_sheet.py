"""The edit sheet: what the chosen photos have in common, what differs, and that only what is touched changes."""

from typing import Any

import pytest

from tests.support.imported import imported
from tests.support.stack import Stack


async def sheet(stack: Stack, ids: list[str], **fields: str) -> str:
    headers = {"Accept": "text/html"}
    answer = await stack.client.post("/edit", data={"images": ids, "next": "/", **fields}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.text


def value(html: str, name: str) -> str:
    return html.partition(f'name="{name}"')[2].partition('value="')[2].partition('"')[0]


async def test_it_shows_what_is_common_and_what_differs(stack: Stack) -> None:
    ids = await imported(stack, 3)
    await stack.done(
        "edit-photos", {"images": ids, "title": "Weir & <b>", "rating": 4, "add_keywords": ["Lake"]}
    )
    await stack.done("edit-photos", {"images": ids[:1], "caption": "One", "add_keywords": ["Boat"]})
    html = await sheet(stack, ids)
    assert value(html, "title") == value(html, "title_was") == "Weir &amp; &lt;b&gt;"
    assert value(html, "caption_was") == ""
    assert html.count('placeholder="different values"') == 1
    assert '<option value="">4</option>' in html
    assert "<bdi>Lake</bdi>," in html.replace("\n", "")
    assert "<bdi>Boat</bdi> (1)" in html


async def test_only_what_was_touched_changes(stack: Stack) -> None:
    """All in one command, with one Undo."""
    ids = await imported(stack, 2)
    await stack.done("set-caption", {"images": ids[:1], "caption": "One"})
    form: dict[str, Any] = {"images": ",".join(ids), "next": "/", "title": "", "title_was": "", "caption": ""}
    form |= {
        "caption_was": "",
        "rating": "",
        "spread": "distances",
        "taken_at": "1999-05-04T10:00",
        "city": "Rome",
    }
    form |= {
        "category_id": "dog",
        "add_people": "Ada",
        "remove_people": "",
        "add_keywords": "",
        "remove_keywords": "",
    }
    answer = await stack.client.post("/commands/edit-photos", data=form, headers={"HX-Request": "true"})
    assert "Changed 2 photos" in answer.headers["HX-Trigger"]
    one, two = (await stack.get(f"/api/images/{ids[0]}"), await stack.get(f"/api/images/{ids[1]}"))
    assert (one["metadata"]["description"], two["metadata"]["description"]) == ("One", None)
    assert (one["taken_at"], two["taken_at"]) == ("1999-05-04T10:00:00", "1999-05-04T10:00:01")
    for photo in (one, two):
        assert photo["metadata"]["people"] == ["Ada"]
        assert photo["metadata"]["latitude"] == pytest.approx(41.9, abs=0.1)
        assert [label["id"] for label in photo["categories"] if label["source"] == "user"] == ["dog"]
    command = (await stack.log())[-1].causation_id
    await stack.done("undo", {"command_id": str(command)})
    one = await stack.get(f"/api/images/{ids[0]}")
    assert (one["metadata"]["people"], one["metadata"]["latitude"], one["taken_at"][:4]) == ([], None, "2020")
    assert one["metadata"]["description"] == "One"


@pytest.mark.parametrize("images", ["", "x", "f" * 32])
async def test_without_photos_there_is_no_sheet(stack: Stack, images: str) -> None:
    answer = await stack.client.post("/edit", data={"images": images}, headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert "Select photos first." in answer.text


async def test_it_leads_to_no_other_host(stack: Stack) -> None:
    html = await sheet(stack, await imported(stack, 1), next="//example.org/")
    assert "example.org" not in html


async def test_the_place_may_be_that_of_one_of_them_or_a_point(stack: Stack) -> None:
    """Each place of the chosen photos is offered, with a photo there; a click on the map fills in the point."""
    ids = await imported(stack, 3)
    await stack.done("set-place", {"images": ids[:1], "city": "Rome"})
    html = await sheet(stack, ids)
    assert f'<option value="{ids[0]}">Rome, Italy</option>' in html
    assert "data-picks" in html
    form: dict[str, Any] = {"images": ",".join(ids), "next": "/", "place_of": ids[0], "city": ""}
    form |= {"latitude": "", "longitude": ""}
    await stack.client.post("/commands/edit-photos", data=form, headers={"HX-Request": "true"})
    await stack.caught_up()
    for one in ids:
        assert (await stack.get(f"/api/images/{one}"))["metadata"]["latitude"] == pytest.approx(41.9, abs=0.1)
    form |= {"place_of": "", "latitude": "-33.87", "longitude": "151.21"}
    await stack.client.post("/commands/edit-photos", data=form, headers={"HX-Request": "true"})
    await stack.caught_up()
    assert (await stack.get("/api/images?q=place:australia"))["total"] == 3
    answer = await stack.post("edit-photos", {"images": ids, "latitude": 91, "longitude": 0})
    assert (answer.status_code, "latitude" in answer.text) == (422, True)
    answer = await stack.post("edit-photos", {"images": ids, "latitude": 1})
    assert (answer.status_code, "latitude" in answer.text) == (422, True)
