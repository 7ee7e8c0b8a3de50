"""Which photos a classify command selects: those of an album, of a search, or the failed ones."""

from typing import Any

import pytest

from services.domain.jobs.events import ClassificationRequested
from services.kernel.bus.topology import CLASSIFY_INTERACTIVE
from tests.support.classifier import MODEL, classifier_of, ended, status
from tests.support.stack import Stack


async def requested(stack: Stack) -> ClassificationRequested:
    event = (await stack.events(ClassificationRequested))[-1]
    assert isinstance(event, ClassificationRequested)
    return event


async def test_an_album_and_a_search(scanned: Stack) -> None:
    """As of the time of the command: photos added later are not in the job."""
    ids = [item["id"] for item in (await scanned.get("/api/images"))["items"]]
    await scanned.done("create-album", {"name": "Lake", "images": ids[:2]})
    (album,) = await scanned.get("/api/albums")
    answer = await scanned.post("classify", {"album": album["id"]})
    assert answer.status_code == 202, answer.text
    request = await requested(scanned)
    assert (request.scope, sorted(request.images)) == ("images", sorted(ids[:2]))
    await scanned.done("add-to-album", {"album_id": album["id"], "images": ids})
    async with classifier_of(scanned, CLASSIFY_INTERACTIVE) as classifier:
        await classifier.answer(2)
        assert (await ended(scanned, answer))["total"] == 2
        found = (await scanned.get("/api/images?q=2.jpg"))["items"]
        searched = await scanned.post("classify", {"q": "2.jpg"})
        assert (await requested(scanned)).images == [item["id"] for item in found] == ids[:1]
        await classifier.answer(1)
        await ended(scanned, searched)


async def test_what_is_hidden_is_not_meant(scanned: Stack) -> None:
    ids = [item["id"] for item in (await scanned.get("/api/images"))["items"]]
    await scanned.done("hide-images", {"images": ids[:1]})
    await scanned.post("classify", {"q": "jpg"})
    assert (await requested(scanned)).images == ids[1:]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"album": "gone"}, 404, "album"),
        ({"q": "nothing-like-this"}, 422, "q"),
        ({"q": "  "}, 422, "q"),
        ({"q": ""}, 422, "q"),
        ({"album": "a", "q": "b"}, 422, "q"),
        ({"images": "unclassified", "q": "b"}, 422, "q"),
        ({"images": "all", "album": "a"}, 422, "album"),
        ({"images": None}, 422, "images"),
        ({"images": []}, 422, "images"),
    ],
)
async def test_what_is_unclear_or_finds_nothing_is_refused(
    untouched: Stack, body: dict[str, Any], code: int, field: str
) -> None:
    answer = await untouched.post("classify", body)
    assert (answer.status_code, answer.json()["extra"][0]["key"]) == (code, field)
    assert answer.json()["detail"].endswith(".")
    assert await untouched.events(ClassificationRequested) == []


async def test_an_empty_album_is_refused(scanned: Stack) -> None:
    await scanned.done("create-album", {"name": "Empty"})
    (album,) = await scanned.get("/api/albums")
    answer = await scanned.post("classify", {"album": album["id"]})
    assert (answer.status_code, "No photo" in answer.json()["detail"]) == (422, True)


async def test_what_failed_is_tried_again(scanned: Stack) -> None:
    """A result clears the failure, and then there is nothing to retry."""
    first = await scanned.post("classify")
    async with classifier_of(scanned) as classifier:
        broken = [await classifier.fail("The preview is damaged.") for _ in range(2)]
        await classifier.answer(1)
        await ended(scanned, first)
    retried = await scanned.post("retry-failed", {"job_id": first.json()["command_id"]})
    assert retried.status_code == 202, retried.text
    request = await requested(scanned)
    assert (request.model_id, sorted(request.images)) == (MODEL, sorted(job.image_id for job in broken))
    async with classifier_of(scanned, CLASSIFY_INTERACTIVE) as classifier:
        await classifier.fail("The preview is damaged.")
        await classifier.answer(1)
        result = await ended(scanned, retried)
    assert (result["type"], result["done"], result["failed"]) == ("retry_failed", 1, 1)
    assert (await status(scanned, first))["failures"] == []
    assert (await scanned.post("retry-failed", {"job_id": first.json()["command_id"]})).status_code == 422
    last = await scanned.post("retry-failed")
    assert last.status_code == 202, last.text
    async with classifier_of(scanned, CLASSIFY_INTERACTIVE) as classifier:
        await classifier.answer(1)
        await ended(scanned, last)
    page = (await scanned.client.get("/jobs", headers={"Accept": "text/html"})).text
    assert "damaged" not in page
    nothing = await scanned.post("retry-failed")
    assert (nothing.status_code, "no more photos" in nothing.json()["detail"]) == (422, True)


@pytest.mark.parametrize("job_id", ["gone", "01a20ff7-9d69-7a54-9fcb-7028108b8179"])
async def test_a_job_that_never_was(scanned: Stack, job_id: str) -> None:
    for what in ("retry-failed", "pause-job", "resume-job"):
        answer = await scanned.post(what, {"job_id": job_id})
        assert (answer.status_code, answer.json()["extra"][0]["key"]) == (404, "job_id")
