"""What a job says of its progress is about that job: others change neither its total nor, once it has ended, what came
of it."""

from typing import Any

import httpx

from services.domain.jobs.events import ImageClassified, JobCancelled
from services.kernel.bus.topology import CLASSIFY_BULK
from services.projector.rebuild import rebuild
from tests.support.classifier import Classifier, classifier_of, ended, status
from tests.support.one_line import one_line
from tests.support.stack import Stack
from tests.support.waiting import eventually

Figures = tuple[str, int, int, int]


async def figures(stack: Stack, job: httpx.Response) -> Figures:
    await stack.caught_up()
    now = await status(stack, job)
    return now["status"], now["total"], now["done"], now["failed"]


async def answered(stack: Stack, classifier: Classifier, count: int) -> None:
    before = len(await stack.events(ImageClassified))
    await classifier.answer(count)

    async def there() -> bool:
        return len(await stack.events(ImageClassified)) == before + count

    await eventually(there, "the results are in the log")
    await stack.caught_up()


async def empty(stack: Stack) -> bool:
    return await stack.broker.depth(CLASSIFY_BULK) == 0


async def stopped(stack: Stack, job: httpx.Response) -> None:
    await stack.done("cancel-job", {"job_id": job.json()["command_id"]})


async def test_a_stopped_job_says_how_much_of_what_it_had_done(scanned: Stack) -> None:
    """However much other jobs do of it afterwards, and after a rebuild."""
    job = await scanned.post("classify")
    async with classifier_of(scanned, prefetch=1) as classifier:
        await answered(scanned, classifier, 1)
        held, _ = await classifier.take()
        await stopped(scanned, job)
        await eventually(lambda: empty(scanned), "what nobody has taken is withdrawn")
        await held.ack()  # no answer: it might count for the other job, or come after that has asked, too
        assert await figures(scanned, job) == ("cancelled", 3, 1, 0)
        page = one_line((await scanned.client.get("/jobs", headers={"Accept": "text/html"})).text)
        assert "<p>1 of 3</p>" in page
        again = await scanned.post("classify", {"images": "all"})
        await classifier.answer(3)
        await ended(scanned, again)
    assert await figures(scanned, job) == ("cancelled", 3, 1, 0)
    assert await figures(scanned, again) == ("done", 3, 3, 0)
    rebuild(scanned.settings)
    assert await figures(scanned, job) == ("cancelled", 3, 1, 0)


async def test_what_has_ended_no_longer_changes(scanned: Stack) -> None:
    """Neither what it did nor what it failed at."""
    job = await scanned.post("classify")
    async with classifier_of(scanned) as classifier:
        await classifier.fail("The preview is damaged.")
        await classifier.answer(2)
        await ended(scanned, job)
        again = await scanned.post("classify", {"images": "all"})
        await classifier.answer(3)
        await ended(scanned, again)
    assert await figures(scanned, job) == ("done", 3, 2, 1)


async def test_a_total_stays_when_another_job_starts_and_does_some_of_it(scanned: Stack) -> None:
    ids = [item["id"] for item in (await scanned.get("/api/images"))["items"]]
    bodies: list[dict[str, Any]] = [{"images": "unclassified"}, {"images": "all"}, {"images": ids}]
    jobs = [await scanned.post("classify", body) for body in bodies]
    for job in jobs:
        assert await figures(scanned, job) == ("running", 3, 0, 0)
    for job in jobs:
        await scanned.done("pause-job", {"job_id": job.json()["command_id"]})
    one = await scanned.post("classify", {"images": ids[:1]})
    async with classifier_of(scanned, "classify.interactive") as classifier:
        await answered(scanned, classifier, 1)
        await ended(scanned, one)
    for job in jobs:
        assert await figures(scanned, job) == ("paused", 3, 1, 0)
    assert await figures(scanned, one) == ("done", 1, 1, 0)
    for job in jobs:
        await stopped(scanned, job)
        assert await figures(scanned, job) == ("cancelled", 3, 1, 0)


async def test_photos_that_were_classified_before_are_no_part_of_it(scanned: Stack) -> None:
    """Not even once another job classifies them again."""
    ids = [item["id"] for item in (await scanned.get("/api/images"))["items"]]
    first = await scanned.post("classify", {"images": ids[:1]})
    async with classifier_of(scanned, "classify.interactive") as classifier:
        await classifier.answer(1)
        await ended(scanned, first)
        job = await scanned.post("classify")
        assert await figures(scanned, job) == ("running", 2, 0, 0)
        await scanned.done("pause-job", {"job_id": job.json()["command_id"]})
        again = await scanned.post("classify", {"images": ids[:2]})
        await classifier.answer(2)
        await ended(scanned, again)
    assert await figures(scanned, job) == ("paused", 2, 1, 0)


async def test_a_job_that_an_early_version_stopped_says_what_it_did(scanned: Stack) -> None:
    job = await scanned.post("classify")
    async with classifier_of(scanned, prefetch=1) as classifier:
        await answered(scanned, classifier, 1)
        await scanned.tell(JobCancelled(job_id=job.json()["command_id"]))
    assert await figures(scanned, job) == ("cancelled", 1, 1, 0)
