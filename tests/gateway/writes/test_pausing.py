"""Jobs that are paused, resumed and cancelled, and small ones that overtake."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from services.domain.jobs.events import ClassificationRequested, ImageClassified, JobFinished
from services.gateway.running.automatic import Automatic
from services.inference.batching import Batcher
from services.kernel.bus.contract import Bus
from services.kernel.bus.jobs import ClassifyJob
from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.bus.rabbit import connect_rabbit
from services.kernel.bus.topology import CLASSIFY_BULK, RESULTS
from services.kernel.settings import Settings
from tests.support.classifier import Classifier, classifier_of, ended, status, verdict
from tests.support.stack import Stack
from tests.support.stack import stack as running_stack
from tests.support.waiting import PATIENCE_S, eventually


async def steer(stack: Stack, what: str, job: httpx.Response) -> str:
    """Give a job command; returns its id once its effect is in the read tables."""
    answer = await stack.post(what, {"job_id": job.json()["command_id"]})
    assert answer.status_code == 202, answer.text
    await stack.caught_up()
    return str(answer.json()["command_id"])


async def classified(stack: Stack, count: int) -> None:
    async def there() -> bool:
        return len(await stack.events(ImageClassified)) == count

    await eventually(there, f"{count} results are in the log")
    await stack.caught_up()


async def withdrawn(stack: Stack) -> None:
    async def empty() -> bool:
        return await stack.broker.depth(CLASSIFY_BULK) == 0

    await eventually(empty, "nothing of it waits in the queue")


async def test_a_paused_job_waits_and_goes_on(scanned: Stack) -> None:
    """Messages waiting in the queue are withdrawn; those a classifier already holds still count."""
    job = await scanned.post("classify")
    async with classifier_of(scanned, prefetch=1) as classifier:
        held = await classifier.take()
        await steer(scanned, "pause-job", job)
        await withdrawn(scanned)
        await classifier.reply(held)
        await classified(scanned, 1)
        state = await status(scanned, job)
        assert (state["status"], state["total"], state["done"]) == ("paused", 3, 1)
        assert (state["rate"], state["eta_s"]) == (None, None)
        assert await scanned.broker.depth(CLASSIFY_BULK) == 0
        assert classifier.asked.empty()
        await steer(scanned, "resume-job", job)
        rest = await classifier.answer(2)
        assert held[1].image_id not in {one.image_id for one in rest}
        assert (await ended(scanned, job))["done"] == 3
    assert len(await scanned.events(ImageClassified)) == 3


async def test_a_job_whose_last_photo_was_in_hand_ends_though_it_is_paused(scanned: Stack) -> None:
    job = await scanned.post("classify")
    async with classifier_of(scanned) as classifier:
        held = [await classifier.take() for _ in range(3)]
        await steer(scanned, "pause-job", job)
        for one in held:
            await classifier.reply(one)
        assert (await ended(scanned, job))["done"] == 3


async def test_a_pause_takes_nothing_from_another_job(scanned: Stack) -> None:
    """They share a queue; messages of the other job that are removed along the way are sent again."""
    first = await scanned.post("classify", {"images": "all"})
    other = await scanned.post("classify", {"images": "all"})

    async def both() -> bool:
        return await scanned.broker.depth(CLASSIFY_BULK) == 6

    await eventually(both, "both are sent")
    await steer(scanned, "pause-job", first)

    async def one() -> bool:
        return await scanned.broker.depth(CLASSIFY_BULK) == 3

    await eventually(one, "only the other is left")
    async with classifier_of(scanned) as classifier:
        jobs = await classifier.answer(3)
        assert {job.job_id for job in jobs} == {other.json()["command_id"]}
        assert (await ended(scanned, other))["done"] == 3


async def test_a_paused_job_can_be_cancelled(scanned: Stack) -> None:
    job = await scanned.post("classify")
    await steer(scanned, "pause-job", job)
    await steer(scanned, "cancel-job", job)
    assert (await status(scanned, job))["status"] == "cancelled"
    again = await scanned.post("resume-job", {"job_id": job.json()["command_id"]})
    assert (again.status_code, again.json()["extra"][0]["key"]) == (422, "job_id")
    assert "has ended" in again.json()["detail"]


async def test_a_cancelled_job_leaves_the_queue(scanned: Stack) -> None:
    job = await scanned.post("classify")

    async def sent() -> bool:
        return await scanned.broker.depth(CLASSIFY_BULK) == 3

    await eventually(sent, "it is sent")
    await steer(scanned, "cancel-job", job)
    await withdrawn(scanned)


async def test_undo_of_a_pause_goes_on(scanned: Stack) -> None:
    job = await scanned.post("classify")
    paused = await steer(scanned, "pause-job", job)
    assert (await scanned.post("undo", {"command_id": paused})).status_code == 202
    async with classifier_of(scanned) as classifier:
        await classifier.answer(3)
        await ended(scanned, job)
    again = await scanned.post("undo", {"command_id": paused})
    assert again.status_code == 422


async def test_a_paused_job_stays_paused_over_a_restart(settings: Settings) -> None:
    """And automatic classification, though enabled, starts nothing meanwhile."""
    async with running_stack(settings) as stack:
        await stack.done("scan")
        job = await stack.post("classify")
        await steer(stack, "pause-job", job)
    automatic = Automatic(classify=True)
    async with running_stack(settings, automatic) as stack, classifier_of(stack) as classifier:
        await stack.caught_up()
        await stack.done("create-album", {"name": "Something else happens"})
        assert (await status(stack, job))["status"] == "paused"
        assert len(await stack.events(ClassificationRequested)) == 1
        await steer(stack, "resume-job", job)
        await classifier.answer(3)
        assert (await ended(stack, job))["done"] == 3
        assert len(await stack.events(JobFinished)) == 1


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
async def bus(request: pytest.FixtureRequest) -> Bus:
    if request.param == "rabbitmq":
        return await connect_rabbit(request.getfixturevalue("amqp_url"), name="test")
    return EmbeddedBroker()


@asynccontextmanager
async def fed(bus: Bus) -> AsyncIterator[Batcher]:
    """A classifier's batcher, with batches of one photo."""
    batcher = Batcher(1)
    feeding = asyncio.create_task(batcher.feed(bus, 100))
    try:
        yield batcher
    finally:
        feeding.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await feeding


async def test_a_small_job_overtakes_a_big_one(
    settings: Settings, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the big job has filled its window, and its photos are in the classifier's hands. Results of the small job
    count for the big one, too."""
    monkeypatch.setattr("services.gateway.running.classification.WINDOW", 2)
    async with running_stack(settings, bus=bus) as stack, fed(bus) as batcher:
        await stack.done("scan")
        oldest = (await stack.get("/api/images?sort=taken_at"))["items"][0]["id"]
        big = await stack.post("classify", {"images": "all"})
        await eventually(lambda: batcher._bulk.qsize() == 2, "the big job is in the classifier's hands")
        small = await stack.post("classify", {"images": [oldest]})
        await eventually(lambda: batcher._interactive.qsize() == 1, "the small one has come, too")
        order = []
        for _ in range(3):
            async with asyncio.timeout(PATIENCE_S):
                (delivery,) = await batcher.take()
            job = Classifier.job_of(delivery)
            order.append((job.job_id, job.image_id))
            await bus.publish(RESULTS, [verdict(job, delivery.message)])
            await delivery.ack()
        assert order[0] == (small.json()["command_id"], oldest)
        assert {job_id for job_id, _ in order[1:]} == {big.json()["command_id"]}
        await ended(stack, small)
        await ended(stack, big)


async def test_what_is_big_stays_behind_to_its_end(scanned: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last few photos of a big job are not mistaken for a small job."""
    monkeypatch.setattr("services.gateway.running.classification.INTERACTIVE", 2)
    ids = [item["id"] for item in (await scanned.get("/api/images"))["items"]]
    job = await scanned.post("classify", {"images": ids})
    async with classifier_of(scanned, CLASSIFY_BULK) as classifier:
        jobs: list[ClassifyJob] = await classifier.answer(3)
        assert [one.image_id for one in jobs] == ids
        await ended(scanned, job)
