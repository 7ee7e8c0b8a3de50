"""Classify jobs as the gateway sees them: what it sends and receives, and that nothing is lost or done twice.

The test plays the classifier (`tests/support/classifier.py`).
"""

from uuid import uuid4

import pytest

from services.domain.albums.events import AlbumCreated
from services.domain.jobs.events import ClassificationRequested, ImageClassified, JobFinished
from services.domain.models.events import ModelActivated
from services.gateway.running.automatic import Automatic
from services.kernel.bus.contract import Message
from services.kernel.bus.topology import CLASSIFY_INTERACTIVE, RESULTS
from services.kernel.log import codec
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.classifier import MODEL, classifier_of, ended, status, verdict
from tests.support.models import announcement, registered
from tests.support.stack import Stack
from tests.support.stack import stack as running_stack
from tests.support.waiting import eventually


async def test_a_job_is_sent_answered_and_ends(scanned: Stack) -> None:
    answer = await scanned.post("classify")
    async with classifier_of(scanned) as classifier:
        jobs = await classifier.answer(3)
    assert {job.job_id for job in jobs} == {answer.json()["command_id"]}
    result = await ended(scanned, answer)
    assert (result["total"], result["done"], result["failed"]) == (3, 3, 0)
    items = (await scanned.get("/api/images?category=dog"))["items"]
    assert len(items) == 3
    assert items[0]["categories"][0]["source"] == "model"
    assert await scanned.events(ModelActivated) == [ModelActivated(model_id=MODEL)]


async def test_results_that_come_twice_count_once(scanned: Stack) -> None:
    answer = await scanned.post("classify")
    async with classifier_of(scanned) as classifier:
        await classifier.answer(3, times=3)
    await ended(scanned, answer)
    assert len(await scanned.events(ImageClassified)) == 3
    assert len(await scanned.events(JobFinished)) == 1


async def test_results_wait_while_nothing_can_be_saved(scanned: Stack) -> None:
    """They are not returned to the queue again and again, and are saved seconds after it is possible again."""
    answer = await scanned.post("classify")
    data = scanned.settings.data
    async with classifier_of(scanned) as classifier:
        taken = [await classifier.take() for _ in range(3)]
        data.rename(data.with_name("away"))
        try:
            await scanned.broker.publish(RESULTS, [verdict(job, delivery.message) for delivery, job in taken])
            await eventually(
                lambda: "log_failing" in [one.code for one in scanned.gateway.health.conditions], "it is said"
            )
        finally:
            data.with_name("away").rename(data)
        result = await ended(scanned, answer)
    assert (result["done"], result["failed"]) == (3, 0)
    assert await scanned.broker.dead_letters(10) == []


async def test_a_failed_photo_is_told_and_does_not_hold_up_the_job(scanned: Stack) -> None:
    answer = await scanned.post("classify")
    async with classifier_of(scanned) as classifier:
        job = await classifier.fail("The preview is damaged.")
        await classifier.answer(2)
    result = await ended(scanned, answer)
    assert (result["done"], result["failed"]) == (2, 1)
    assert result["failures"][0]["reason"] == "The preview is damaged."
    assert result["failures"][0]["image_id"] == job.image_id


async def test_unclassified_means_only_those(scanned: Stack) -> None:
    async with classifier_of(scanned) as classifier:
        first = await scanned.post("classify")
        await classifier.answer(3)
        await ended(scanned, first)
        photos.write(scanned.settings.photos[0] / "new.jpg", 50)
        await scanned.done("scan")
        second = await scanned.post("classify")
        await classifier.answer(1)
        assert (await ended(scanned, second))["done"] == 1
        again = await scanned.post("classify", {"images": "all"})
        await classifier.answer(4)
        assert (await ended(scanned, again))["done"] == 4


async def test_a_few_photos_go_to_the_queue_that_people_wait_for(scanned: Stack) -> None:
    image = (await scanned.get("/api/images"))["items"][0]["id"]
    answer = await scanned.post("classify", {"images": [image]})
    async with classifier_of(scanned, CLASSIFY_INTERACTIVE) as classifier:
        (job,) = await classifier.answer(1)
    assert job.image_id == image
    assert (await ended(scanned, answer))["done"] == 1


async def test_a_restart_in_the_middle_sends_only_what_is_left(settings: Settings) -> None:
    async with running_stack(settings) as stack:
        await stack.done("scan")
        answer = await stack.post("classify")
        async with classifier_of(stack) as classifier:
            (first,) = await classifier.answer(1)

            async def there() -> bool:
                return len(await stack.events(ImageClassified)) == 1

            await eventually(there, "the first result is in the log")
            await stack.caught_up()
    async with running_stack(settings) as stack, classifier_of(stack) as classifier:
        rest = await classifier.answer(2)
        assert first.image_id not in {job.image_id for job in rest}
        assert (await ended(stack, answer))["done"] == 3
        assert classifier.asked.empty()


async def test_a_job_that_nobody_answers_says_so(scanned: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.gateway.running.classification.SILENT_S", 0.0)
    answer = await scanned.post("classify")

    async def told() -> bool:
        return "Waiting for a classifier" in ((await status(scanned, answer))["note"] or "")

    await eventually(told, "the job says what it waits for")
    async with classifier_of(scanned) as classifier:
        await classifier.answer(3)
    assert (await ended(scanned, answer))["note"] is None


async def test_a_cancelled_job_is_not_sent_again(scanned: Stack) -> None:
    answer = await scanned.post("classify")
    await scanned.post("cancel-job", {"job_id": answer.json()["command_id"]})

    async def cancelled() -> bool:
        return bool((await status(scanned, answer))["status"] == "cancelled")

    await eventually(cancelled, "the job is cancelled")
    assert await scanned.events(JobFinished) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"image_id": "x"}', codec.encode(AlbumCreated(album_id="a", name="A"))],
    ids=["empty", "cut", "fields missing", "another event"],
)
async def test_a_message_that_is_no_result_goes_to_the_dead_letters(scanned: Stack, body: bytes) -> None:
    """Nobody can use the bus to append events that a classifier may not report."""
    kind = AlbumCreated.TYPE if b"album_id" in body else ImageClassified.TYPE
    alien = Message(message_id=uuid4(), type=kind, schema_version=1, correlation_id=uuid4(), body=body)
    before = await scanned.log()
    await scanned.broker.publish(RESULTS, [alien])

    async def dead() -> bool:
        return [letter.message for letter in await scanned.broker.dead_letters(9)] == [alien]

    await eventually(dead, "it is dead")
    assert await scanned.log() == before
    answer = await scanned.post("classify")
    async with classifier_of(scanned) as classifier:
        await classifier.answer(3)
    await ended(scanned, answer)


async def test_models_register_themselves(scanned: Stack) -> None:
    sent = announcement(registered("efficientnet-lite1", "EfficientNet-Lite1", side=240))
    await scanned.broker.publish(RESULTS, [sent, sent])

    async def known() -> bool:
        ids = {model["id"] for model in await scanned.get("/api/models")}
        return ids == {"efficientnet-lite1", "rules", "taught", "described"}

    await eventually(known, "the model is listed")
    await scanned.done("activate-model", {"model_id": "efficientnet-lite1"})
    model, *_ = await scanned.get("/api/models")
    assert model["active"] is True
    answer = await scanned.post("classify")
    async with classifier_of(scanned) as classifier:
        assert {job.model_id for job in await classifier.answer(3)} == {"efficientnet-lite1"}
    await ended(scanned, answer)


async def test_new_photos_are_classified_without_being_asked(settings: Settings) -> None:
    async with (
        running_stack(settings, Automatic(scan=True, classify=True)) as stack,
        classifier_of(stack) as classifier,
    ):
        await classifier.answer(3)

        async def finished() -> bool:
            """More than one job, if the first began before the scan had ended."""
            begun, ended = await stack.events(ClassificationRequested), await stack.events(JobFinished)
            return 1 <= len(begun) == len(ended) and len(await stack.events(ImageClassified)) == 3

        await eventually(finished, "all have ended")
