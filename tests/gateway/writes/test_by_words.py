"""Searches in one's own words: what the gateway asks a words model, and what it shows of the answers.

The test plays the model: the first photo is near to the first axis, and so on; a sentence is what the test says it is.
"""

from typing import Any

import httpx
import msgspec
import numpy as np
import pytest

from services.domain.jobs.encoding import ImageEncoded
from services.gateway.running import by_words
from services.gateway.running.unseen import next_classification
from services.kernel.bus.jobs import SentenceEncoded
from services.kernel.bus.topology import CLASSIFY_INTERACTIVE, DEAD, RESULTS
from services.kernel.log import codec
from services.knowledge import vectors
from tests.support.classifier import classifier_of, ended, verdict
from tests.support.models import registered
from tests.support.stack import Stack
from tests.support.waiting import PATIENCE_S, eventually
from tests.support.words_model import DIMENSIONS, MODEL, Model, answering, axis, register, seen, send


@pytest.fixture
async def photos(scanned: Stack) -> list[str]:
    return await seen(scanned, *vectors.encoded_vectors(np.array([axis(0), axis(1), axis(2)])))


async def like(stack: Stack, q: str, **parameters: Any) -> dict[str, Any]:
    answer = await stack.client.get("/api/images/like", params={"q": q, **parameters})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(answer: dict[str, Any]) -> list[str]:
    return [item["id"] for item in answer["items"]]


async def text(stack: Stack, path: str, q: str, **parameters: str) -> str:
    answer = await stack.client.get(path, params={"q": q, **parameters})
    assert answer.status_code == 200
    return answer.text


async def test_photos_in_the_order_of_their_likeness(scanned: Stack, photos: list[str]) -> None:
    """Asked once for each sentence; nothing of it is in the log."""
    head = await scanned.gateway.events.head()
    async with answering(scanned, axis(2, (0, 0.5))) as model:
        answer = await like(scanned, "zebras at dawn")
        assert ids(answer) == [photos[2], photos[0], photos[1]]
        assert (answer["model"], answer["sentence"], answer["whole"]) == (MODEL, "zebras at dawn", True)
        assert ids(await like(scanned, "zebras at dawn", limit=1)) == [photos[2]]
        assert model.sentences == ["zebras at dawn"]
    assert await scanned.gateway.events.head() == head


async def test_below_what_matches_and_only_what_fits_the_rest(scanned: Stack, photos: list[str]) -> None:
    """Keys, times and what is excluded hold for these photos, too; the matches themselves are not repeated."""
    await scanned.done("set-favorite", {"images": [photos[0]]})
    await scanned.done("set-title", {"images": [photos[1]], "title": "Zebras"})
    async with answering(scanned, axis(1)) as model:
        assert set(ids(await like(scanned, "zebras"))) == {photos[0], photos[2]}
        assert ids(await like(scanned, "stripes is:favorite")) == [photos[0]]
        assert ids(await like(scanned, "stripes -is:favorite")) == [photos[1], photos[2]]
        day = (await scanned.get(f"/api/images/{photos[2]}"))["taken_at"][:10]
        assert ids(await like(scanned, f"stripes date:{day}")) == [photos[2]]
        assert ids(await like(scanned, "stripes 2019")) == []
        assert set(model.sentences) == {"zebras", "stripes"}
        for q in ("is:favorite", "2020", "-zebras", " "):
            assert (await like(scanned, q))["model"] is None, q
        await scanned.done("hide-images", {"images": [photos[1]]})
        assert set(ids(await like(scanned, "stripes"))) == {photos[0], photos[2]}


async def test_vectors_of_a_former_version_are_not_compared(scanned: Stack, photos: list[str]) -> None:
    """Though they have as many numbers. Photos count again once the new version has seen them."""
    async with answering(scanned, axis(2)):
        assert set(ids(await like(scanned, "zebras"))) == set(photos)
    await scanned.tell(registered(MODEL, "Colours", kind="words", digest="e", side=32, count=DIMENSIONS))
    (code,) = vectors.encoded_vectors(np.array([axis(2)], np.float32))
    again = ImageEncoded(
        image_id=photos[0], model_id=MODEL, weights_digest="e", preprocessing_id="p", code=code
    )
    await scanned.tell(again)
    async with answering(scanned, axis(2), weights_digest="e"):
        assert ids(await like(scanned, "zebras")) == [photos[0]]


async def test_the_page_shows_them_as_what_they_are(scanned: Stack, photos: list[str]) -> None:
    """With scripts they are fetched afterwards; without, a link leads there."""
    page = await text(scanned, "/search", "zebra crossing")
    assert 'hx-get="/search/like?q=zebra%20crossing"' in page
    assert 'href="/search?q=zebra%20crossing&amp;like=1"' in page
    assert "/search/like" not in await text(scanned, "/search", "is:favorite")
    async with answering(scanned, axis(1), whole=False):
        part = await text(scanned, "/search/like", "zebra crossing")
        whole = await text(scanned, "/search", "zebra crossing", like="1")
    for shown in (part, whole):
        assert "Looks most like “zebra crossing”" in shown
        assert "These do not match the search. Colours finds them" in shown
        assert "It has read only the beginning." in shown
    places = [part.index(f'href="/images/{one}"') for one in (photos[1], photos[0])]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "q", ['<b>zebra</b> & "co"', "東京の桜", "снег", "🎂", "zebra " * 2000, "z" * 10_000, "\x00z", "%_'"]
)
async def test_any_text(scanned: Stack, photos: list[str], q: str) -> None:
    """Markup is text, and of a very long search the beginning counts."""
    async with answering(scanned, axis(1)) as model:
        part = await text(scanned, "/search/like", q)
        assert "<b>" not in part
        if model.sentences:
            assert len(model.sentences[0]) <= 500
            assert f'href="/images/{photos[0]}"' in part


async def test_without_a_model(scanned: Stack) -> None:
    """Also with one that has seen no photo yet, pages are as before."""
    for _ in range(2):
        assert "/search/like" not in await text(scanned, "/search", "zebra")
        assert "kin" not in await text(scanned, "/search/like", "zebra")
        assert await like(scanned, "zebra") == {"items": [], "model": None, "sentence": "", "whole": True}
        await register(scanned)


async def test_a_model_that_does_not_answer(
    scanned: Stack, photos: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said so, and an answer that comes too late serves whoever asks again."""
    monkeypatch.setattr(by_words, "ANSWERED_S", 0.01)
    assert "has not answered yet" in await text(scanned, "/search/like", "zebra")
    late = await scanned.client.get("/api/images/like", params={"q": "zebra"})
    assert late.status_code == 503
    monkeypatch.setattr(by_words, "ANSWERED_S", PATIENCE_S)
    async with answering(scanned, axis(0)) as model:
        await eventually(lambda: _count(model, 2), "both questions are answered")
        assert ids(await like(scanned, "zebra"))[0] == photos[0]
    assert len(model.sentences) <= 3


async def _count(model: Model, count: int) -> bool:
    return len(model.sentences) >= count


async def test_a_model_that_fails(scanned: Stack, photos: list[str]) -> None:
    """Its reason is shown, and it is asked again the next time."""
    async with answering(scanned, [], reason="Colours gave no numbers.") as model:
        for _ in range(2):
            assert "Colours gave no numbers." in await text(scanned, "/search/like", "zebra")
        assert len(model.sentences) == 2
    async with answering(scanned, [1.0, 2.0]):
        assert ids(await like(scanned, "other dimensions")) == []


async def test_codes_that_are_no_vectors(scanned: Stack) -> None:
    """Also of another model that was once called so: the other photos are there."""
    good, other = vectors.encoded_vectors(np.array([axis(1)]))[0], vectors.encoded_vectors(np.ones((1, 9)))[0]
    (_, right, _) = await seen(scanned, "no vector", good, other)
    async with answering(scanned, axis(1)):
        assert ids(await like(scanned, "zebra")) == [right]


async def test_vectors_of_a_former_model_of_the_name(scanned: Stack) -> None:
    """Nothing is found by them until the model has seen the photos again."""
    await seen(scanned, *vectors.encoded_vectors(np.ones((3, 9))))
    async with answering(scanned, axis(1)):
        assert ids(await like(scanned, "zebra")) == []


async def test_a_later_vector_replaces_the_earlier_one(scanned: Stack, photos: list[str]) -> None:
    async with answering(scanned, axis(3)):
        await like(scanned, "zebra")
    answer = await scanned.post("classify", {"model": MODEL, "images": [photos[1]]})
    async with classifier_of(scanned, CLASSIFY_INTERACTIVE) as classifier:
        delivery, job = await classifier.take()
        (code,) = vectors.encoded_vectors(np.array([axis(3)]))
        event = ImageEncoded(
            image_id=job.image_id, model_id=MODEL, weights_digest="d", preprocessing_id="p", code=code
        )
        await scanned.broker.publish(RESULTS, [verdict(job, delivery.message, event)])
        await delivery.ack()
    await ended(scanned, answer)
    assert ids(await like(scanned, "zebra"))[0] == photos[1]


async def test_what_is_no_answer(scanned: Stack) -> None:
    for body in (b"{", b'{"model_id":1}', b"[" * 10_000):
        await send(scanned, SentenceEncoded.TYPE, body)

    async def dead() -> bool:
        return await scanned.broker.depth(DEAD) == 3

    await eventually(dead, "they are set aside")


async def test_it_sees_photos_by_itself_and_gives_no_categories(scanned: Stack) -> None:
    await register(scanned)
    assert (await next_classification(scanned.gateway.work, scanned.settings)) is not None
    answer = await scanned.post("classify")
    async with classifier_of(scanned) as classifier:
        await classifier.answer(3)
    await ended(scanned, answer)
    settings = msgspec.structs.replace(scanned.settings, detect=False)
    command = await next_classification(scanned.gateway.work, settings)
    assert command is not None
    assert command.model == MODEL
    refused = await scanned.post("activate-model", {"model_id": MODEL})
    assert refused.status_code == 422
    assert "compares photos with words" in refused.json()["detail"]
    page: httpx.Response = await scanned.client.get("/models")
    assert "Compares photos with words" in page.text
    assert "16 dimensions" in page.text


async def test_wrong_limits(scanned: Stack) -> None:
    for limit in (0, 501):
        answer = await scanned.client.get("/api/images/like", params={"q": "zebra", "limit": limit})
        assert answer.status_code == 422


def test_the_log_keeps_600_bytes_a_photo_at_most() -> None:
    """For the 512 dimensions of most such models."""
    (code,) = vectors.encoded_vectors(np.random.default_rng(1).normal(size=(1, 512)))
    event = ImageEncoded(
        image_id="0" * 32,
        model_id="clip-vit-base-32",
        weights_digest="0" * 64,
        preprocessing_id="preview512-middle-1",
        code=code,
    )
    assert len(codec.encode(event)) <= 600
