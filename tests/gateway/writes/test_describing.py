"""Categories described in words: what becomes of a person's sentences, and what they are told meanwhile.

The test plays the model: the first photo is near to the first axis, and so on.
"""

import html
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from services.domain.categories.described import CategoryDescribed, DescriptionEncoded
from services.gateway.running import describing
from services.kernel.log import codec
from services.knowledge import vectors
from services.knowledge.captions import NEUTRAL
from tests.support.models import registered
from tests.support.stack import Stack
from tests.support.waiting import PATIENCE_S, eventually
from tests.support.words_model import DIMENSIONS, MODEL, answering, axis, register, seen, send

CAKE = "a birthday cake on a table"


def means(sentence: str) -> list[float]:
    """A cake is the first axis, a lake the second, and all else the fourth."""
    return axis(0 if "cake" in sentence else 1 if "lake" in sentence else 3)


@pytest.fixture
async def photos(scanned: Stack) -> list[str]:
    return await seen(scanned, *vectors.encoded_vectors(np.array([axis(0), axis(1), axis(2)])))


async def created(stack: Stack, name: str = "Cakes", **fields: Any) -> str:
    """The category's id."""
    await stack.done("create-category", {"name": name, **fields})
    return str(next(one["id"] for one in await stack.get("/api/categories") if one["name"] == name))


async def read(stack: Stack, times: int) -> list[DescriptionEncoded]:
    found: list[DescriptionEncoded] = []

    async def so_often() -> bool:
        found[:] = await stack.events(DescriptionEncoded)
        return len(found) >= times

    await eventually(so_often, f"descriptions were read {times} times")
    await stack.caught_up()
    return found


async def shown(stack: Stack, category: str) -> dict[str, str]:
    """Photo -> why it is shown there."""
    items = (await stack.get(f"/api/images?category={category}"))["items"]
    return {
        item["id"]: label["source"]
        for item in items
        for label in item["categories"]
        if label["id"] == category
    }


async def text(stack: Stack, path: str) -> str:
    """What a person reads there."""
    answer = await stack.client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def test_photos_that_look_like_the_sentence_appear_and_leave_with_it(
    scanned: Stack, photos: list[str]
) -> None:
    async with answering(scanned, means) as model:
        category = await created(scanned, sentences=[f"  {CAKE} ", CAKE])
        (event,) = await read(scanned, 1)
        assert model.sentences == [CAKE, *NEUTRAL]
        assert (event.category_id, event.model_id, event.weights_digest) == (category, MODEL, "d")
        assert (event.sentences, len(event.vectors), len(event.neutral)) == ([CAKE], 1, len(NEUTRAL))
        assert {len(one) for one in (*event.vectors, *event.neutral)} == {DIMENSIONS}
        assert await shown(scanned, category) == {photos[0]: "described"}
        (own,) = [one for one in await scanned.get("/api/categories") if one["sentences"]]
        assert (own["id"], own["sentences"]) == (category, [CAKE])
        change = await scanned.done("describe-category", {"category_id": category, "sentences": ["a lake"]})
        await read(scanned, 2)
        assert model.sentences[len(NEUTRAL) + 1 :] == ["a lake"], "neutral captions are remembered"
        assert await shown(scanned, category) == {photos[1]: "described"}
        await scanned.done("undo", {"command_id": change["command_id"]})
        await read(scanned, 3)
        assert await shown(scanned, category) == {photos[0]: "described"}
        await scanned.done("describe-category", {"category_id": category, "sentences": []})
        assert await shown(scanned, category) == {}
    described = [one.sentences for one in await scanned.events(CategoryDescribed)]
    assert described == [[CAKE], ["a lake"], [CAKE], []]


async def test_what_the_pages_say_of_it(scanned: Stack, photos: list[str]) -> None:
    async with answering(scanned, means):
        category = await created(scanned, sentences=[CAKE, "a lake", "a hill"])
        await read(scanned, 1)
    page = await text(scanned, f"/categories/{category}")
    assert f"Finds photos like “{CAKE}” and 2 more sentences" in page
    assert "has not read it yet" not in page
    teach = await text(scanned, f"/categories/{category}/teach")
    assert f"{CAKE} a lake a hill" in teach
    assert "Colours compares all photos with it. From three yes and three no on" in teach
    why = await text(scanned, f"/images/{photos[0]}?words=1")
    assert re.search(rf"Your descriptions Cakes It looks like “{CAKE}”: (100|9\d) ?%", why), why
    assert "Your descriptions" not in await text(scanned, f"/images/{photos[2]}")
    assert f"Described “Cakes” as “{CAKE}”, and in 2 more sentences" in await text(scanned, "/history")
    assert "Categories that you described in words" in await text(scanned, "/models")


async def test_answers_are_counted_and_asked_for(scanned: Stack, photos: list[str]) -> None:
    async with answering(scanned, means):
        category = await created(scanned, sentences=[CAKE])
        await read(scanned, 1)
    await scanned.done("reject-category", {"category_id": category, "images": [photos[0]]})
    assert await shown(scanned, category) == {}
    await scanned.done("assign-category", {"category_id": category, "images": [photos[2]]})
    assert await shown(scanned, category) == {photos[2]: "user"}


async def test_a_form_has_a_sentence_a_line(scanned: Stack, photos: list[str]) -> None:
    """As a page without scripts sends it: with the line ends of forms, and an empty field takes the sentences away."""
    assert (
        'name="sentences"' in (await scanned.client.get("/categories", headers={"Accept": "text/html"})).text
    )
    form = {"name": "Cakes", "sentences": f"{CAKE}\r\n\r\n  a lake\r\n", "next": "/categories"}
    answer = await scanned.client.post("/commands/create-category", data=form)
    assert answer.status_code in (200, 302, 303), answer.text
    await scanned.caught_up()
    (event,) = await scanned.events(CategoryDescribed)
    assert event.sentences == [CAKE, "a lake"]
    form = {"category_id": event.category_id, "sentences": "", "next": "/categories"}
    answer = await scanned.client.post("/commands/describe-category", data=form)
    assert answer.status_code in (200, 302, 303), answer.text
    assert [one.sentences for one in await scanned.events(CategoryDescribed)][1:] == [[]]


@pytest.mark.parametrize(
    "sentence",
    ["<b>cake</b> & 'co'", "東京の桜", "снег", "🎂", "%(name)s {{ 1 + 1 }}", "z" * 500, "\\ \" ' ; --"],
)
async def test_any_text(scanned: Stack, photos: list[str], sentence: str) -> None:
    """Markup is text."""
    async with answering(scanned, means, whole=False):
        category = await created(scanned, sentences=[sentence])
        (event,) = await read(scanned, 1)
    assert event.sentences == [sentence]
    for path in (f"/categories/{category}", f"/categories/{category}/teach", "/history"):
        answer = await scanned.client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200
        assert "<b>cake" not in answer.text
        assert sentence in html.unescape(answer.text)
    assert "It has read only the beginning." in await text(scanned, f"/categories/{category}/teach")


@pytest.mark.parametrize(
    "sentences",
    [
        ["z" * 10_000],
        [""],
        ["   "],
        ["\x00cake"],
        ["cake\u2028lake"],
        ["\u200b"],
        ["cake"] * 11,
        "cake",
        [1],
        [None],
    ],
)
async def test_what_is_no_sentence(scanned: Stack, photos: list[str], sentences: Any) -> None:
    """Nothing is created, and the field is named."""
    head = await scanned.gateway.events.head()
    for name, fields in (
        ("create-category", {"name": "Cakes"}),
        ("describe-category", {"category_id": "dog"}),
    ):
        answer = await scanned.post(name, fields | {"sentences": sentences})
        assert answer.status_code == 422, answer.text
        assert "sentence" in answer.text
    assert await scanned.gateway.events.head() == head


async def test_without_a_words_model(scanned: Stack) -> None:
    page = await text(scanned, "/categories")
    assert "albumen models fetch NAME --from FOLDER" in page and "Describe it in words" not in page
    answer = await scanned.post("create-category", {"name": "Cakes", "sentences": [CAKE]})
    assert answer.status_code == 422
    assert "Only a words model can read sentences" in answer.json()["detail"]
    await register(scanned)
    answer = await scanned.post("create-category", {"name": "Cakes", "kind": "group", "sentences": [CAKE]})
    assert answer.status_code == 422
    assert "group" in answer.json()["detail"]
    assert await scanned.events(CategoryDescribed) == []


async def test_a_model_that_does_not_answer_is_asked_again(
    scanned: Stack, photos: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Meanwhile the category keeps what former words found, and says what it waits for."""
    async with answering(scanned, means):
        category = await created(scanned, sentences=[CAKE])
        await read(scanned, 1)
    monkeypatch.setattr(describing, "ANSWERED_S", 0.01)
    monkeypatch.setattr(describing, "RETRIED_S", 0.05)
    await scanned.done("describe-category", {"category_id": category, "sentences": ["a lake"]})
    assert await shown(scanned, category) == {photos[0]: "described"}
    assert "Colours has not read it yet." in await text(scanned, f"/categories/{category}")
    assert "Colours has not read this yet." in await text(scanned, f"/categories/{category}/teach")
    monkeypatch.setattr(describing, "ANSWERED_S", PATIENCE_S)
    async with answering(scanned, means):
        await read(scanned, 2)
    assert await shown(scanned, category) == {photos[1]: "described"}


async def test_a_model_that_fails_costs_nothing(
    scanned: Stack, photos: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(describing, "RETRIED_S", 0.05)
    async with answering(scanned, [], reason="There is no model “colours”.") as model:
        category = await created(scanned, sentences=[CAKE])

        async def asked() -> bool:
            return len(model.sentences) >= 2

        await eventually(asked, "it is asked again")
    assert await scanned.events(DescriptionEncoded) == []
    assert "has not read it yet" in await text(scanned, f"/categories/{category}")


async def replaced(stack: Stack, digest: str) -> None:
    event = registered(MODEL, "Colours", kind="words", side=32, count=DIMENSIONS, digest=digest)
    await send(stack, event.TYPE, codec.encode(event))

    async def known() -> bool:
        return any(one["weights_digest"] == digest for one in await stack.get("/api/models"))

    await eventually(known, "the other version is known")


def of_version(digest: str) -> dict[str, Any]:
    return {"weights_digest": digest}


@pytest.mark.parametrize("answers", [means, lambda sentence: [*means(sentence), 0.5]])
async def test_another_version_of_the_model_reads_it_anew(
    scanned: Stack, photos: list[str], answers: Callable[[str], list[float]]
) -> None:
    """Nothing that the former version answered is used for it, and photos appear once it has looked at them."""
    async with answering(scanned, means):
        category = await created(scanned, sentences=[CAKE])
        await read(scanned, 1)
    async with answering(scanned, answers, **of_version("e")) as model:
        await replaced(scanned, "e")
        (_, event) = await read(scanned, 2)
        assert model.sentences == [CAKE, *NEUTRAL]
    assert event.weights_digest == "e"
    assert await shown(scanned, category) == {}
    assert "Not compared with it yet: 3 photos" in await text(scanned, f"/categories/{category}")
    assert "Colours has not looked at 3 photos" in await text(scanned, f"/categories/{category}/teach")
