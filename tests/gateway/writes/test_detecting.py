"""People and things in photos, as the gateway sees them: when it asks, what it takes in, and what is found by it.

The test plays the classifier and the detector (`tests/support/classifier.py`).
"""

import pytest

from services.domain.jobs.objects import ObjectBox, ObjectsDetected
from services.gateway.running.unseen import next_classification
from services.inference.registry import DETECTORS
from services.kernel.bus.contract import Message
from services.kernel.bus.jobs import ClassifyJob
from services.kernel.bus.topology import RESULTS
from tests.support.classifier import Classifier, classifier_of, ended, verdict
from tests.support.models import announce, registered
from tests.support.stack import Stack
from tests.support.waiting import eventually

DETECTOR, OURS = "finder", next(iter(DETECTORS))
MAN, WOMAN, SPECK = (
    ObjectBox(0, 0.9, 100, 200, 300, 400),
    ObjectBox(0, 0.5, 500, 200, 300, 400),
    ObjectBox(0, 0.8, 0, 0, 9, 40),
)
DOUBTFUL, DOG = ObjectBox(0, 0.35, 0, 0, 900, 900), ObjectBox(16, 0.7, 0, 500, 250, 500)


async def register(stack: Stack, detector: str) -> None:
    await announce(stack, registered(detector, "Finder", kind="boxes", side=512, count=80))


def detected(job: ClassifyJob, *boxes: ObjectBox) -> ObjectsDetected:
    return ObjectsDetected(
        image_id=job.image_id,
        model_id=job.model_id,
        weights_digest="d",
        preprocessing_id="p",
        boxes=list(boxes),
        rotation=job.rotation,
    )


async def detect(classifier: Classifier, stack: Stack, *boxes: ObjectBox) -> ClassifyJob:
    """Answers the next job with these."""
    delivery, job = await classifier.take()
    assert job.model_id in (DETECTOR, OURS)
    await stack.broker.publish(RESULTS, [verdict(job, delivery.message, detected(job, *boxes))] * 2)
    await delivery.ack()
    return job


async def looked(stack: Stack, *photos: tuple[ObjectBox, ...], detector: str = DETECTOR) -> list[str]:
    """Their ids, once a job has found these in them."""
    await register(stack, detector)
    answer = await stack.post("classify", {"model": detector})
    async with classifier_of(stack) as classifier:
        jobs = [await detect(classifier, stack, *boxes) for boxes in photos]
    assert (await ended(stack, answer))["done"] == len(photos)
    return [job.image_id for job in jobs]


async def test_what_is_found_can_be_read_and_searched_for(scanned: Stack) -> None:
    two, none, alone = await looked(scanned, (MAN, DOG, WOMAN, DOUBTFUL, SPECK), (DOG,), (MAN, SPECK))
    details = await scanned.get(f"/api/images/{two}")
    assert details["details"]["people"] == 2
    assert [(one["label"], one["score"]) for one in details["objects"]] == [
        ("person", 0.9),
        ("person", 0.8),
        ("dog", 0.7),
        ("person", 0.5),
    ]
    first = details["objects"][0]
    assert [first[name] for name in ("x", "y", "width", "height")] == [0.1, 0.2, 0.3, 0.4]
    assert details["models"] == [], "it gives no classes"
    for search, found in (
        ("people:2..5", {two}),
        ("people:0", {none}),
        ("people:1", {alone}),
        ("people:1..", {two, alone}),
        ("personen:2", {two}),
        ("people:anna", set()),
        ("person:2", set()),
        ("is:group", set()),
    ):
        items = (await scanned.get(f"/api/images?q={search}"))["items"]
        assert {item["id"] for item in items} == found, search


async def test_a_box_says_the_same_of_itself_and_of_the_category(scanned: Stack) -> None:
    """Also where its score is calibrated; of a dog, which adds to no category, nothing better is known."""
    (first, *_) = await looked(scanned, (WOMAN, DOG), (), (), detector=OURS)
    details = await scanned.get(f"/api/images/{first}")
    scores = {one["label"]: one["score"] for one in details["objects"]}
    assert {one["id"]: one["score"] for one in details["categories"]}["person"] == scores["person"]
    assert 0.6 < scores["person"] < 0.9
    assert scores["dog"] == 0.7


async def test_the_page_of_a_photo_lists_objects_and_shows_them_over_it(scanned: Stack) -> None:
    """By a link, so without scripts, too. Where nothing was found, there is nothing to show."""
    (first, empty, _) = await looked(scanned, (MAN, DOG), (), ())
    image = await scanned.get(f"/api/images/{first}")
    answer = await scanned.post("classify")
    async with classifier_of(scanned) as classifier:
        await classifier.answer(3)
    await ended(scanned, answer)
    page = (await scanned.client.get(f"/images/{first}")).text
    assert f'href="/images/{first}?objects=1"' in page
    assert "<rect x=" not in page
    boxes = (await scanned.client.get(f"/images/{first}?objects=1")).text
    place = f'<rect x="{image["width"] * 0.1:.0f}"'
    assert place in boxes
    assert "<title>Dog</title>" in boxes
    german = {"Accept-Language": "de"}
    boxes = (await scanned.client.get(f"/images/{first}?objects=1", headers=german)).text
    assert "<title>Hund</title>" in boxes
    assert '<th scope="row">Person</th>' in boxes
    without = (await scanned.client.get(f"/images/{empty}?objects=1")).text
    assert f'href="/images/{empty}?objects=1"' not in without
    assert "<rect x=" not in without


async def test_a_later_answer_replaces_the_earlier_one(scanned: Stack) -> None:
    (first, *_) = await looked(scanned, (MAN, WOMAN, DOG), (), ())
    answer = await scanned.post("classify", {"model": DETECTOR, "images": [first]})
    async with classifier_of(scanned, "classify.interactive") as classifier:
        await detect(classifier, scanned, MAN)
    await ended(scanned, answer)
    details = await scanned.get(f"/api/images/{first}")
    assert details["details"]["people"] == 1
    assert len(details["objects"]) == 1


async def test_objects_turn_with_the_picture(scanned: Stack) -> None:
    (first, *_) = await looked(scanned, (MAN,), (), ())
    await scanned.post("rotate", {"images": [first], "by": "right"})
    await scanned.caught_up()
    (found,) = (await scanned.get(f"/api/images/{first}"))["objects"]
    assert [found[name] for name in ("x", "y", "width", "height")] == [0.4, 0.1, 0.4, 0.3]


async def test_categories_never_come_from_a_detector(scanned: Stack) -> None:
    await register(scanned, DETECTOR)
    refused = await scanned.post("activate-model", {"model_id": DETECTOR})
    assert refused.status_code == 422
    assert "finds people and things" in refused.json()["detail"]


async def test_classes_come_first(scanned: Stack) -> None:
    """A detector's job waits until everything is classified, though it was there before."""
    await register(scanned, DETECTOR)
    looking = await scanned.post("classify", {"model": DETECTOR, "images": "all"})
    async with classifier_of(scanned, prefetch=1) as classifier:
        taken = await classifier.take()
        assert taken[1].model_id == DETECTOR
        classifying = await scanned.post("classify")
        await scanned.broker.publish(RESULTS, [verdict(taken[1], taken[0].message, detected(taken[1]))])
        await taken[0].ack()
        for _ in range(5):
            delivery, job = await classifier.take()
            event = detected(job) if job.model_id == DETECTOR else None
            await scanned.broker.publish(RESULTS, [verdict(job, delivery.message, event)])
            await delivery.ack()
        assert (await ended(scanned, classifying))["done"] == 3
    assert (await ended(scanned, looking))["done"] == 3


@pytest.mark.parametrize(
    "boxes", ["[[0,0.5,990,0,20,10]]", "[[0,NaN,0,0,20,10]]", "[[0,0.5,0,0,0,10]]", "many"]
)
async def test_impossible_boxes_are_no_result(scanned: Stack, boxes: str) -> None:
    """They end among the messages that nobody could handle; the photo keeps what is known of it."""
    await register(scanned, DETECTOR)
    await scanned.post("classify", {"model": DETECTOR})
    boxes = f"[{','.join(['[0,0.5,0,0,20,10]'] * 10_000)}]" if boxes == "many" else boxes
    async with classifier_of(scanned) as classifier:
        delivery, job = await classifier.take()
        good = verdict(job, delivery.message, detected(job))
        body = good.body.replace(b'"boxes":[]', b'"boxes":' + boxes.encode())
        assert body != good.body
        message = Message(
            message_id=good.message_id,
            type=good.type,
            schema_version=good.schema_version,
            correlation_id=good.correlation_id,
            body=body,
        )
        await scanned.broker.publish(RESULTS, [message, good])
        await delivery.ack()
        await eventually(lambda: _seen(scanned, job.image_id), "the good one is there")
    assert (await scanned.get(f"/api/images/{job.image_id}"))["objects"] == []
    assert len(await scanned.events(ObjectsDetected)) == 1


async def _seen(stack: Stack, image_id: str) -> bool:
    return bool((await stack.get(f"/api/images/{image_id}"))["details"]["people"] == 0)


async def test_it_looks_by_itself_once_photos_are_classified(scanned: Stack) -> None:
    await register(scanned, DETECTOR)
    work, settings = scanned.gateway.work, scanned.settings
    classify = await next_classification(work, settings)
    assert classify is not None
    assert not classify.model
    answer = await scanned.post("classify")
    await scanned.caught_up()
    assert await next_classification(work, settings) is None
    async with classifier_of(scanned) as classifier:
        await classifier.answer(3)
    await ended(scanned, answer)
    look = await next_classification(work, settings)
    assert look is not None
    assert look.model == DETECTOR
