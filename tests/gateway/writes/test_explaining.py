"""Where in a photo did a model see a class? The test plays the classifier."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from services.domain.jobs.events import ImageClassified
from services.domain.models.events import ModelActivated
from services.domain.photos.explaining import ClassHeat, ImageExplained
from services.domain.subject import Event
from services.gateway.pages.heat import LOOK
from services.kernel.bus.contract import BusUnavailable, Message
from services.kernel.bus.jobs import ExplainJob
from services.kernel.bus.topology import CLASSIFY_INTERACTIVE, RESULTS
from services.kernel.log import codec
from services.kernel.log.envelope import record_event
from tests.support.models import registered
from tests.support.stack import Stack
from tests.support.waiting import PATIENCE_S

MODEL, OTHER = "efficientnet-lite0", "efficientnet-lite1"
GOLDEN, LABRADOR, TABBY = 207, 208, 281
CLASSES = [(GOLDEN, 0.5), (LABRADOR, 0.2), (TABBY, 0.15), (1, 0.03), (2, 0.02), (3, 0.01)]
HTML = {"Accept": "text/html"}


async def told(stack: Stack, stream: str, *events: Event) -> None:
    """Append events as if from a classifier."""
    records = [
        record_event(event, event_id=uuid4(), stream=stream, correlation_id=UUID(int=7)) for event in events
    ]
    await stack.gateway.events.append(records)
    await stack.caught_up()


@pytest.fixture
async def image(stack: Stack) -> str:
    """A photo classified by the active model."""
    await stack.done("scan")
    image_id = str((await stack.get("/api/images"))["items"][0]["id"])
    await told(stack, f"model-{MODEL}", registered(MODEL, digest="d1"), ModelActivated(model_id=MODEL))
    verdict = ImageClassified(
        image_id=image_id, model_id=MODEL, weights_digest="d1", preprocessing_id="p", classes=CLASSES
    )
    await told(stack, f"image-{image_id}", verdict)
    return image_id


async def taken(stack: Stack) -> tuple[Message, ExplainJob]:
    """The next job on the interactive queue."""
    async with asyncio.timeout(PATIENCE_S), stack.broker.consume(CLASSIFY_INTERACTIVE, 1) as deliveries:
        async for delivery in deliveries:
            await delivery.ack()
            return delivery.message, msgspec.json.decode(delivery.message.body, type=ExplainJob)
    raise AssertionError("the queue was closed")


async def answered(stack: Stack, request: Message, job: ExplainJob, weights: str = "d1") -> None:
    event = ImageExplained(
        image_id=job.image_id,
        model_id=job.model_id,
        weights_digest=weights,
        share=0.875,
        heat=[ClassHeat(index, 7, bytes([255] * 49)) for index in job.classes],
    )
    result = Message(
        message_id=uuid4(),
        type=event.TYPE,
        schema_version=1,
        correlation_id=request.correlation_id,
        body=codec.encode(event),
    )
    before = await stack.gateway.events.head()
    await stack.broker.publish(RESULTS, [result])
    async with stack.gateway.events.grown:
        while await stack.gateway.events.head() == before:
            await stack.gateway.events.grown.wait()
    await stack.caught_up()


async def page(stack: Stack, path: str) -> str:
    answer = await stack.client.get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_the_whole_way_from_the_question_to_the_picture(stack: Stack, image: str) -> None:
    """Requests the top five classes; the page waits, then shows the map; it may be cached until the weights change."""
    answer = await stack.post("explain", {"image": image})
    assert answer.status_code == 202, answer.text
    request, job = await taken(stack)
    assert job == ExplainJob(image_id=image, model_id=MODEL, classes=[GOLDEN, LABRADOR, TABBY, 1, 2])
    assert str(request.correlation_id) == answer.json()["command_id"]
    here = f"/images/{image}?where={GOLDEN}&model={MODEL}"
    waiting = await page(stack, here)
    assert 'hx-trigger="every 500ms"' in waiting
    await answered(stack, request, job)
    html = await page(stack, here)
    assert "every 500ms" not in html
    url = f"/images/{image}/heat/{GOLDEN}?model={MODEL}&amp;weights=d1&amp;look={LOOK}"
    assert url in html
    picture = await stack.client.get(url.replace("&amp;", "&"))
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/png")
    assert "immutable" in picture.headers["Cache-Control"]
    again = await stack.client.get(
        f"/images/{image}/heat/{GOLDEN}", headers={"If-None-Match": picture.headers["ETag"]}
    )
    assert (again.status_code, "immutable" in again.headers["Cache-Control"]) == (304, False)


async def test_nothing_is_sent_when_the_maps_are_there(stack: Stack, image: str) -> None:
    await stack.post("explain", {"image": image})
    await answered(stack, *await taken(stack))
    assert (await stack.post("explain", {"image": image, "model": MODEL})).status_code == 202
    assert await stack.broker.depth(CLASSIFY_INTERACTIVE) == 0
    await told(stack, f"model-{MODEL}", registered(MODEL, digest="d2"))
    assert (await stack.client.get(f"/images/{image}/heat/{GOLDEN}")).status_code == 404, "other weights"
    assert (await stack.post("explain", {"image": image})).status_code == 202
    assert await stack.broker.depth(CLASSIFY_INTERACTIVE) == 1


async def test_the_same_question_twice_is_one_command(stack: Stack, image: str) -> None:
    first = await stack.post("explain", {"image": image}, Idempotency_Key="k")
    again = await stack.post("explain", {"image": image}, Idempotency_Key="k")
    assert first.json() == again.json()


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "image"),
        ({"image": "no/id"}, 422, "image"),
        ({"image": "0" * 32}, 404, "image"),
        ({"image": None, "model": OTHER}, 422, "model"),
        ({"image": None, "model": "<b>"}, 422, "model"),
    ],
)
async def test_what_nobody_can_explain(
    stack: Stack, image: str, body: dict[str, Any], status: int, field: str
) -> None:
    """`None` stands for the existing photo."""
    before = await stack.gateway.events.head()
    answer = await stack.post(
        "explain", {k: image if k == "image" and v is None else v for k, v in body.items()}
    )
    assert (answer.status_code, answer.json()["extra"][0]["key"]) == (status, field)
    assert await stack.gateway.events.head() == before


async def test_a_bus_that_is_away_is_told(stack: Stack, image: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether its absence was already known or it disappeared at that very moment."""

    async def gone(queue: str, messages: list[Message]) -> None:
        raise BusUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(stack.gateway.bus, "publish", gone)
        answer = await stack.post("explain", {"image": image})
    assert (answer.status_code, "broker" in answer.json()["detail"]) == (503, True)
    before = await stack.gateway.events.head()
    with monkeypatch.context() as patched:
        patched.setattr(type(stack.gateway.bus), "connected", False)
        answer = await stack.post("explain", {"image": image})
    assert answer.status_code == 503
    assert await stack.gateway.events.head() == before


async def test_waiting_ends_with_a_sentence(stack: Stack, image: str) -> None:
    """Fifteen seconds, thirty polls; each triggers the next."""
    path = f"/images/{image}/where?where={GOLDEN}&model={MODEL}&category=dog&looks="
    assert "looks=6" in await page(stack, path + "5")
    last = await page(stack, path + "30")
    assert "every 500ms" not in last
    assert "No classifier has answered" in last
    assert 'action="/commands/explain"' in last
    assert f"where={GOLDEN}&amp;model={MODEL}&amp;category=dog" in last, "back to where it was opened from"


@pytest.mark.parametrize(
    "path",
    ["where?where=x&model=m&looks=1", "where?where=207", "where", "heat/207?model=none", "heat/99999999999"],
)
async def test_what_is_not_there(stack: Stack, image: str, path: str) -> None:
    assert (await stack.client.get(f"/images/{image}/{path}", headers=HTML)).status_code == 404


async def test_the_page_tells_what_is_behind_each_category(stack: Stack, image: str) -> None:
    """Calibrated, as the sum of its classes; a renamed category by its new name, a merged one under its target, a
    hidden one not at all."""
    text = await page(stack, f"/images/{image}")
    part = text[text.index("What the models saw") : text.index("<h2>History")]
    assert part.index("Dog") < part.index("Golden Retriever") < part.index("Labrador")
    assert "Show where" in part
    assert '<details class="verdict">' in part, "folded"
    await stack.done("rename-category", {"category_id": "dog", "name": "Hound"})
    await stack.done("merge-categories", {"category_id": "cat", "into": "dog"})
    text = await page(stack, f"/images/{image}")
    part = text[text.index("What the models saw") : text.index("<h2>History")]
    assert part.index("Hound") < part.index("tabby")
    assert ">Dog<" not in part
    assert ">Cat<" not in part
    await stack.done("hide-category", {"category_id": "dog"})
    text = await page(stack, f"/images/{image}")
    assert "Hound" not in text[text.index("What the models saw") : text.index("<h2>History")]
