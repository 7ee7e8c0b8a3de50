"""Two models side by side: pages and JSON over a library in which both have seen most photos."""

import re

import httpx
import pytest
import pytest_asyncio

from services.domain.categories.decisions import CategoryAssigned, CategoryCleared, CategoryRejected
from services.domain.jobs.events import ImageClassified
from services.projector.projections.labels import category_of
from tests.gateway.pages.seeded import COUNT, image_id, verdict
from tests.support.one_line import one_line
from tests.support.stack import Stack

SEEN = range(0, COUNT - 20)
"""Photos of the second model; for photo 5 it has a failure instead of a verdict."""
LABELS = ["Dog", "Cat", "Our <garden>"]
"""Its own labels; two match built-in categories, the third becomes a new one."""
GARDEN = category_of(LABELS[2])


def first(number: int) -> str:
    """lite0's most certain category: see `seeded.classes`."""
    return "dog" if number % 2 == 0 else "cat" if number % 5 == 0 else ""


def second(number: int) -> str:
    return "dog" if number % 4 == 0 else GARDEN if number % 7 == 0 else ""


def looked(number: int) -> ImageClassified:
    """lite1's verdict: nothing certain unless it sees a dog or a garden."""
    surest = {"dog": [(0, 0.7)], GARDEN: [(2, 0.7)], "": []}[second(number)]
    seen = [*surest, (1, 0.2)]
    return verdict(number, *seen, model="lite1", labels=[LABELS[index] for index, _ in seen])


@pytest_asyncio.fixture(loop_scope="module")
async def both(album: Stack) -> list[int]:
    """The photos seen by both models."""
    seen = [number for number in SEEN if number != 5]
    await album.tell(*map(looked, seen))
    return seen


@pytest.fixture
def compared(album: Stack, both: list[int]) -> httpx.AsyncClient:
    return album.client


async def test_the_matrix_counts_every_photo_once(compared: httpx.AsyncClient, both: list[int]) -> None:
    found = (await compared.get("/api/models/compare?a=lite0&b=lite1")).json()
    assert found["photos"] == len(both)
    assert found["same"] == sum(first(number) == second(number) for number in both)
    group = {"dog": "animals", "cat": "animals", GARDEN: GARDEN, "": ""}
    ids = [heading["id"] for heading in found["groups"]]
    assert set(ids) == {"animals", GARDEN, ""}
    for row, counts in zip(ids, found["matrix"], strict=True):
        for column, count in zip(ids, counts, strict=True):
            assert count == sum((group[first(n)], group[second(n)]) == (row, column) for n in both)


async def test_every_difference_is_shown_once_newest_first(
    compared: httpx.AsyncClient, both: list[int]
) -> None:
    ids: list[str] = []
    url = "/models/compare?a=lite0&b=lite1"
    while True:
        text = (await compared.get(url)).text
        ids += re.findall(r'href="/images/([0-9a-f]{32})"', text)
        more = re.search(r'<a href="([^"]+)">More</a>', text)
        if not more:
            break
        url = more[1].replace("&amp;", "&")
    assert len(ids) == len(set(ids))
    assert set(ids) == {image_id(n) for n in both if first(n) != second(n)}
    tiles = (await compared.get("/api/images?limit=500")).json()["items"]
    order = [item["id"] for item in tiles]
    assert [order.index(image) for image in ids] == sorted(order.index(image) for image in ids)


async def test_the_page(compared: httpx.AsyncClient, both: list[int]) -> None:
    """Defaults to the two models that saw most; shows both verdicts beside each photo; one click adopts."""
    text = one_line((await compared.get("/models/compare")).text)
    assert "LITE0" in text and "LITE1" in text
    assert f"{sum(first(n) != second(n) for n in both)}" in text
    assert '<summary class="quiet">Use this model</summary>' in text, "it has not classified all photos"
    assert '<button name="when" value="classified">Classify first, then use it</button>' in text
    assert '<button class="quiet" name="when" value="now">Use it now</button>' in text
    assert '<input type="hidden" name="next" value="/models/compare">' in text
    assert (await compared.get("/models/compare?a=lite1")).status_code == 200
    assert "/models/compare" in (await compared.get("/models")).text


async def test_what_there_is_not(client: httpx.AsyncClient) -> None:
    assert "Nothing to compare yet" in (await client.get("/models/compare")).text
    assert (await client.get("/models/compare?a=nothing")).status_code == 404
    assert (await client.get("/api/models/compare?a=lite0&b=nothing")).status_code == 404
    assert (await client.get("/models/compare?a=lite0&b=lite1&after=x")).status_code == 422
    assert "No photo has been processed by both" in (await client.get("/models/compare?a=lite0&b=lite1")).text


@pytest.mark.usefixtures("both")
async def test_precision_and_recall_are_those_of_the_persons_decisions(album: Stack) -> None:
    """Only in categories that the model ever names: it can't find what it has no label for."""
    decisions = [(0, "dog", 1), (4, "dog", 1), (8, "dog", 0), (9, "dog", 1), (1, "cat", 1), (15, "cat", 0)]
    await album.tell(
        *(CategoryCleared(image_id=image_id(2), category_id=category) for category in ("dog", "animals")),
        *(
            (CategoryAssigned if assigned else CategoryRejected)(
                image_id=image_id(number), category_id=category
            )
            for number, category, assigned in decisions
        ),
        CategoryAssigned(image_id=image_id(3), category_id="gone"),
    )
    lite0, lite1, *_ = (await album.client.get("/api/models")).json()
    assert lite0["measured"] == {"right": 2, "wrong": 2, "missed": 2}
    assert lite1["measured"] == {"right": 2, "wrong": 1, "missed": 2}
    text = (await album.client.get("/models")).text
    assert "too few answers to say how often it is right" in text
    assert "% of what" not in text


async def test_a_verdict_has_the_models_own_words(compared: httpx.AsyncClient) -> None:
    """From its own labels, not ImageNet's class of the same number."""
    _, own = (await compared.get(f"/api/images/{image_id(7)}")).json()["models"]
    assert own["id"] == "lite1"
    assert own["classes"][0] == {"index": 2, "name": "Our <garden>", "p": 0.7}
    assert "Our &lt;garden&gt;" in (await compared.get(f"/images/{image_id(7)}")).text
