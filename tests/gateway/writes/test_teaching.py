"""A person's own category that learns from examples, and similar photos."""

import re
from typing import Any

import pytest

from services.domain.categories.learning import CategoryLearned, CategoryTaught
from services.gateway.queries import lessons
from services.gateway.queries.active_learning import DAILY
from tests.support.seen import MODEL, image_id, library
from tests.support.stack import Stack
from tests.support.waiting import eventually

REX, GARDEN = range(0, 14), range(20, 30)
EXAMPLES = [image_id(number) for number in range(3)]


async def given(stack: Stack, name: str, body: dict[str, Any]) -> str:
    answer = await stack.post(name, body)
    assert answer.status_code == 202, answer.text
    await stack.caught_up()
    return str(answer.json()["command_id"])


@pytest.fixture
async def rex(stack: Stack) -> str:
    """The id of a category that has not been taught yet."""
    await library(stack, {1: REX, 2: GARDEN}, range(100, 160))
    await given(stack, "create-category", {"name": "Rex"})
    return str(next(c["id"] for c in await stack.get("/api/categories") if c["name"] == "Rex"))


async def learned(stack: Stack, times: int) -> list[CategoryLearned]:
    found: list[CategoryLearned] = []

    async def so_often() -> bool:
        found[:] = [
            event for event in await stack.events(CategoryLearned) if isinstance(event, CategoryLearned)
        ]
        return len(found) >= times

    await eventually(so_often, f"it has learned {times} times")
    await stack.caught_up()
    return found


async def shown(stack: Stack, category: str) -> dict[str, str]:
    """Image id -> source of the label."""
    items = (await stack.get(f"/api/images?category={category}&limit=500"))["items"]
    return {
        item["id"]: label["source"]
        for item in items
        for label in item["categories"]
        if label["id"] == category
    }


async def test_it_finds_the_rest_from_three_examples(stack: Stack, rex: str) -> None:
    examples = [image_id(n) for n in list(REX)[:3]]
    await given(stack, "assign-category", {"category_id": rex, "images": examples})
    assert await stack.events(CategoryLearned) == [], "nobody has asked it to"
    await given(stack, "teach-category", {"category_id": rex})
    (event,) = await learned(stack, 1)
    assert (event.model_id, event.examples, event.refused) == (MODEL, 3, 0)
    found = await shown(stack, rex)
    assert found == {image_id(n): "user" if image_id(n) in examples else "taught" for n in REX}
    page = (await stack.client.get(f"/categories/{rex}/teach")).text
    assert "Is this “Rex”?" in page
    assert sum(image_id(n) in page for n in list(REX)[3:]) >= DAILY - 1
    assert "have little in common" not in page


async def test_two_examples_are_too_few(stack: Stack, rex: str) -> None:
    await given(stack, "teach-category", {"category_id": rex})
    stack.client.headers["Accept"] = "text/html"
    assert "It needs 3 more examples" in (await stack.client.get(f"/categories/{rex}/teach")).text
    await given(stack, "assign-category", {"category_id": rex, "images": EXAMPLES[:2]})
    assert "It needs 1 more example<" in re.sub(
        r"\s*<", "<", (await stack.client.get(f"/categories/{rex}/teach")).text
    )
    assert await shown(stack, rex) == dict.fromkeys(EXAMPLES[:2], "user")
    assert await stack.events(CategoryLearned) == []


async def test_it_says_when_examples_have_nothing_in_common(stack: Stack, rex: str) -> None:
    """It looks for more all the same."""
    strangers = [image_id(number) for number in (101, 105, 117, 133, 149)]
    await given(stack, "assign-category", {"category_id": rex, "images": strangers})
    await given(stack, "teach-category", {"category_id": rex})
    await learned(stack, 1)
    page = (await stack.client.get(f"/categories/{rex}/teach")).text
    assert "These 5 examples have little in common" in page


async def test_answers_are_heard_and_may_be_taken_back(stack: Stack, rex: str) -> None:
    """A no outranks the learned label, and every answer updates it, including an undone one."""
    await given(stack, "teach-category", {"category_id": rex})
    await given(stack, "assign-category", {"category_id": rex, "images": EXAMPLES})
    await learned(stack, 1)
    wrong = image_id(5)
    assert (await shown(stack, rex))[wrong] == "taught"
    refusal = await given(stack, "reject-category", {"category_id": rex, "images": [wrong]})
    events = await learned(stack, 2)
    assert (events[-1].examples, events[-1].refused) == (3, 1)
    assert wrong not in await shown(stack, rex)
    await given(stack, "undo", {"command_id": refusal})
    events = await learned(stack, 3)
    assert (events[-1].examples, events[-1].refused) == (3, 0)
    assert (await shown(stack, rex))[wrong] == "taught"


async def test_one_that_is_told_to_stop_keeps_only_what_the_person_said(stack: Stack, rex: str) -> None:
    await given(stack, "assign-category", {"category_id": rex, "images": EXAMPLES})
    await given(stack, "teach-category", {"category_id": rex})
    await learned(stack, 1)
    assert len(await shown(stack, rex)) > 3
    stop = await given(stack, "teach-category", {"category_id": rex, "taught": False})
    assert set(await shown(stack, rex)) == {*EXAMPLES}
    await given(stack, "undo", {"command_id": stop})
    await learned(stack, 2)
    assert len(await shown(stack, rex)) > 3
    assert [t.taught for t in await stack.events(CategoryTaught) if isinstance(t, CategoryTaught)] == [
        True,
        False,
        True,
    ]


async def test_a_photo_that_comes_later_is_found_too(stack: Stack, rex: str) -> None:
    await given(stack, "assign-category", {"category_id": rex, "images": EXAMPLES})
    await given(stack, "teach-category", {"category_id": rex})
    await learned(stack, 1)
    await library(stack, {1: range(500, 502)}, range(600, 603))
    assert {image_id(500), image_id(501)} <= set(await shown(stack, rex))
    assert not {image_id(n) for n in range(600, 603)} & set(await shown(stack, rex))


async def test_what_was_learned_is_learned_after_a_rebuild(stack: Stack, rex: str) -> None:
    """The tables depend on the log alone."""
    from services.projector.rebuild import rebuild

    await given(stack, "assign-category", {"category_id": rex, "images": EXAMPLES})
    await given(stack, "teach-category", {"category_id": rex})
    await learned(stack, 1)
    before = await shown(stack, rex)
    rebuild(stack.settings)
    assert await shown(stack, rex) == before


async def test_what_can_not_be_taught(stack: Stack, rex: str) -> None:
    assert (await stack.post("teach-category", {"category_id": "nothing"})).status_code == 404
    assert (await stack.post("teach-category", {"category_id": rex, "taught": "perhaps"})).status_code == 422
    assert (await stack.client.get("/categories/nothing/teach")).status_code == 404
    assert (await stack.client.get("/categories/animals/teach")).status_code == 404, "a group"


async def test_more_like_this(stack: Stack, rex: str) -> None:
    """Nearest first, never itself, and including photos added later."""
    found = await stack.get(f"/api/images/{image_id(20)}/similar?limit=9")
    assert {item["id"] for item in found["items"]} == {image_id(n) for n in GARDEN if n != 20}
    likeness = [item["likeness"] for item in found["items"]]
    assert likeness == sorted(likeness, reverse=True)
    assert likeness[-1] > 0.5
    await library(stack, {2: range(700, 701)}, range(0))
    found = await stack.get(f"/api/images/{image_id(20)}/similar?limit=10")
    assert image_id(700) in {item["id"] for item in found["items"]}
    await given(stack, "hide-images", {"images": [image_id(21)]})
    found = await stack.get(f"/api/images/{image_id(20)}/similar")
    assert image_id(21) not in {item["id"] for item in found["items"]}
    page = (await stack.client.get(f"/images/{image_id(20)}/similar")).text
    assert image_id(700) in page


async def test_like_what(stack: Stack) -> None:
    """A photo that no model has seen says so; an unknown one is 404; the limit is bounded."""
    await stack.done("scan")
    one = (await stack.get("/api/images"))["items"][0]["id"]
    assert (await stack.get(f"/api/images/{one}/similar")) == {"items": [], "seen": False}
    assert "has not seen this one" in (await stack.client.get(f"/images/{one}/similar")).text
    assert (await stack.client.get(f"/api/images/{'0' * 32}/similar")).status_code == 404
    for limit in ("0", "501", "-1"):
        assert (await stack.client.get(f"/api/images/{one}/similar?limit={limit}")).status_code == 422


async def test_what_it_found_is_suggested_on_its_page_and_in_the_list(stack: Stack, rex: str) -> None:
    """As many as nobody has answered; every answer takes one away."""
    examples = [image_id(n) for n in list(REX)[:3]]
    await given(stack, "assign-category", {"category_id": rex, "images": examples})
    pages = (f"/categories/{rex}", "/categories")
    stack.client.headers["Accept"] = "text/html"
    for path in pages:
        assert "Suggestions" not in (await stack.client.get(path)).text
    await given(stack, "teach-category", {"category_id": rex})
    await learned(stack, 1)
    waiting = (await lessons.suggestions(stack.gateway.views.look()))[rex]
    assert waiting >= len(REX) - 3
    for path in pages:
        page = re.sub("</span>\\s*<b>", " ", (await stack.client.get(path)).text)
        assert f"Suggestions {waiting}" in page and f'href="/categories/{rex}/teach"' in page
    await given(stack, "assign-category", {"category_id": rex, "images": [image_id(4)]})
    await learned(stack, 2)
    left = (await lessons.suggestions(stack.gateway.views.look()))[rex]
    assert f"Suggestions {left}" in (await stack.client.get(pages[1])).text
    photo = (await stack.client.get(f"/images/{image_id(5)}")).text
    assert re.search(rf'class="why"\s+href="/categories/{rex}/teach"\s+aria-label="Why Rex\?"', photo)
