"""Adopting a model and going back, each with one command; categories created from labels."""

import re

import pytest

from services.domain.jobs.events import ImageClassified
from services.domain.models.events import ModelActivated, ModelRegistered
from services.domain.subject import Event
from services.kernel.bus.contract import Message
from services.kernel.bus.topology import RESULTS
from services.kernel.log.codec import encode
from services.kernel.log.ids import derived_id, new_id
from services.projector.projections.labels import category_of
from tests.support import photos
from tests.support.classifier import classifier_of
from tests.support.models import announce, registered
from tests.support.one_line import one_line
from tests.support.stack import Stack
from tests.support.waiting import eventually

GRANDMA = category_of("Grandma")


def message(event: Event, *parts: str) -> Message:
    return Message(
        message_id=derived_id(event.TYPE, *parts),
        type=event.TYPE,
        schema_version=event.VERSION,
        correlation_id=new_id(),
        body=encode(event),
    )


OWN = ["Dog", "Grandma"]


@pytest.fixture
async def models(stack: Stack) -> Stack:
    """Two models are registered, none is active."""
    await stack.done("scan")
    await announce(stack, registered("a"), registered("own", count=len(OWN), labels=OWN))
    return stack


async def active(stack: Stack) -> str | None:
    await stack.caught_up()
    return next((model["id"] for model in await stack.get("/api/models") if model["active"]), None)


async def given(stack: Stack, model_id: str) -> str:
    answer = await stack.post("activate-model", {"model_id": model_id})
    assert answer.status_code == 202, answer.text
    await stack.caught_up()
    return str(answer.json()["command_id"])


async def test_what_is_hidden_counts_for_no_model(models: Stack) -> None:
    images = [one["id"] for one in (await models.get("/api/images"))["items"]]
    for image_id in images[1:]:
        verdict = ImageClassified(
            image_id=image_id, model_id="own", weights_digest="d", preprocessing_id="p", classes=[(0, 0.9)]
        )
        await models.gateway.bus.publish(RESULTS, [message(verdict, image_id)])

    async def counts() -> tuple[int, int]:
        await models.caught_up()
        (own,) = [one for one in await models.get("/api/models") if one["id"] == "own"]
        return own["classified"], own["unclassified"]

    async def all_counted() -> bool:
        return await counts() == (len(images) - 1, 1)

    await eventually(all_counted, "all but the first are classified")
    await models.post("hide-images", {"images": images[:2]})
    assert await counts() == (len(images) - 2, 0)


async def test_a_model_that_another_of_its_name_had_replaced_comes_back(stack: Stack) -> None:
    """Its announcement has the id that it had the first time. Repeats, as by each worker that starts, add nothing."""

    async def digest() -> str | None:
        await stack.caught_up()
        (row,) = await stack.gateway.views.fetch("SELECT weights_digest FROM model WHERE model_id = 'own'")
        return str(row[0])

    first, second = (registered("own", digest=name, labels=OWN) for name in ("first", "second"))
    for event, count in (
        (first, 1),
        (first, 1),
        (second, 2),
        (first, 3),
        (first, 3),
        (second, 4),
        (second, 4),
    ):
        await stack.broker.publish(
            RESULTS, [message(event, event.weights_digest), message(registered("z"), new_id().hex)]
        )
        others = len([one for one in await stack.events(ModelRegistered) if one.model_id == "z"])

        async def taken(others: int = others) -> bool:
            return len([one for one in await stack.events(ModelRegistered) if one.model_id == "z"]) > others

        await eventually(taken, "what came after it is in the log")
        assert len([one for one in await stack.events(ModelRegistered) if one.model_id == "own"]) == count
        assert await digest() == event.weights_digest


async def test_adopted_and_gone_back_from(models: Stack) -> None:
    await given(models, "a")
    adopted = await given(models, "own")
    assert await active(models) == "own"
    back = await models.post("undo", {"command_id": adopted})
    assert back.status_code == 202, back.text
    assert await active(models) == "a"
    assert (await models.post("undo", {"command_id": back.json()["command_id"]})).status_code == 202
    assert await active(models) == "own", "an undo can be undone"
    assert await models.events(ModelActivated)


async def classified(stack: Stack, count: int) -> None:
    async with classifier_of(stack) as classifier:
        await classifier.answer(count)
        await eventually(lambda: _ended(stack), "the job has ended")
    await stack.caught_up()


async def _ended(stack: Stack) -> bool:
    return not any(job["status"] in ("running", "paused") for job in await stack.get("/api/jobs"))


async def coming(stack: Stack) -> list[str]:
    return [model["id"] for model in await stack.get("/api/models") if model["coming"]]


async def test_a_model_that_has_classified_nothing_does_so_first(models: Stack) -> None:
    """Until it is done, categories come from the one before."""
    await given(models, "a")
    answer = await models.post("activate-model", {"model_id": "own", "when": "classified"})
    await models.caught_up()
    state = await models.get(answer.json()["status_url"])
    assert (state["type"], state["status"], state["total"]) == ("activate_model", "running", 3)
    assert (await active(models), await coming(models)) == ("a", ["own"])
    text = (await models.client.get("/models", headers={"Accept": "text/html"})).text
    assert "will be used once it has classified all photos" in text
    await classified(models, 3)
    assert (await active(models), await coming(models)) == ("own", [])
    assert (await models.events(ModelActivated))[-1] == ModelActivated(model_id="own", previous="a")


async def test_one_that_has_classified_all_comes_into_use_at_once(models: Stack) -> None:
    await given(models, "a")
    await models.post("classify", {"model": "own"})
    await classified(models, 3)
    answer = await models.post("activate-model", {"model_id": "own", "when": "classified"})
    await models.caught_up()
    assert (await models.get(answer.json()["status_url"]))["status"] == "done"
    assert await active(models) == "own"


async def test_now_is_now(models: Stack) -> None:
    await given(models, "a")
    await models.post("activate-model", {"model_id": "own", "when": "now"})
    assert await active(models) == "own"
    assert (await models.post("activate-model", {"model_id": "a", "when": "later"})).status_code == 422


async def test_a_choice_in_the_meantime_and_a_stop_keep_the_model(models: Stack) -> None:
    await given(models, "a")
    await models.post("activate-model", {"model_id": "own", "when": "classified"})
    await given(models, "own")
    await given(models, "a")
    await classified(models, 3)
    assert await active(models) == "a"
    photos.write(models.settings.photos[0] / "new.jpg", 50)
    await models.done("scan")
    job = await models.post("activate-model", {"model_id": "own", "when": "classified"})
    await models.caught_up()
    await models.done("cancel-job", {"job_id": job.json()["command_id"]})
    assert (await active(models), await coming(models)) == ("a", [])


async def test_the_page_asks_when_only_if_photos_are_left(models: Stack) -> None:
    await given(models, "a")
    text = one_line((await models.client.get("/models", headers={"Accept": "text/html"})).text)
    assert "It still has 3 photos to classify." in text
    await models.post("classify", {"model": "own"})
    await classified(models, 3)
    text = one_line((await models.client.get("/models", headers={"Accept": "text/html"})).text)
    assert '<button class="quiet">Use this model</button>' in text
    assert "Classify first" not in text


async def test_no_share_is_told_of_few_answers(models: Stack) -> None:
    """Under twenty, each figure for itself."""
    for number in range(30):
        photos.write(models.settings.photos[0] / f"more/{number}.jpg", 100 + number)
    await models.done("scan")
    ids = [item["id"] for item in (await models.get("/api/images?limit=100"))["items"]]
    await given(models, "a")
    await models.post("classify")
    await classified(models, len(ids))

    async def text() -> str:
        return one_line((await models.client.get("/models", headers={"Accept": "text/html"})).text)

    await models.done("assign-category", {"images": ids[:2], "category_id": "cat"})
    await models.done("reject-category", {"images": ids[:19], "category_id": "dog"})
    assert "too few answers to say how often it is right" in await text()
    assert "%" not in re.sub(r"<[^>]*>", "", (await text()).split("<main")[1])
    await models.done("reject-category", {"images": ids[19:20], "category_id": "dog"})
    await models.done("assign-category", {"images": ids[20:30], "category_id": "dog"})
    assert re.search(r"33% of its answers are right", await text())
    assert "of what is there" not in await text()


async def test_a_later_choice_stays(models: Stack) -> None:
    await given(models, "a")
    adopted = await given(models, "own")
    await given(models, "a")
    answer = await models.post("undo", {"command_id": adopted})
    assert answer.status_code in (409, 422), answer.text
    assert await active(models) == "a"


async def test_the_first_choice_has_nothing_to_go_back_to(models: Stack) -> None:
    answer = await models.post("undo", {"command_id": await given(models, "a")})
    assert answer.is_client_error
    assert await active(models) == "a"


async def test_history_offers_to_go_back(models: Stack) -> None:
    await given(models, "a")
    adopted = await given(models, "own")
    assert adopted in (await models.client.get("/history")).text


async def test_a_category_of_a_label_can_be_given_renamed_and_deleted(models: Stack) -> None:
    """Like any other, though no command created it; and its name is taken."""
    ids = [item["id"] for item in (await models.get("/api/images"))["items"]]
    await given(models, "own")
    verdict = ImageClassified(
        image_id=ids[0],
        model_id="own",
        weights_digest="d",
        preprocessing_id="p",
        classes=[(1, 0.9), (0, 0.1)],
        labels=["Grandma", "Dog"],
    )
    await models.broker.publish(RESULTS, [message(verdict, ids[0])])

    async def shown() -> list[str]:
        await models.caught_up()
        return [item["id"] for item in (await models.get(f"/api/images?category={GRANDMA}"))["items"]]

    async def there() -> bool:
        found = {one["id"]: one for one in await models.get("/api/categories")}
        return GRANDMA in found and found[GRANDMA]["origin"] == "model"

    await eventually(there, "the category is there")
    assert await shown() == [ids[0]]
    assert (
        await models.post("assign-category", {"category_id": GRANDMA, "images": ids[1:2]})
    ).status_code == 202
    assert set(await shown()) == set(ids[:2])
    assert (
        await models.post("reject-category", {"category_id": GRANDMA, "images": ids[:1]})
    ).status_code == 202
    assert await shown() == [ids[1]]
    assert (await models.post("create-category", {"name": "grandma"})).is_client_error
    assert (await models.post("rename-category", {"category_id": GRANDMA, "name": "Oma"})).status_code == 202
    await models.caught_up()
    assert {one["id"]: one["name"] for one in await models.get("/api/categories")}[GRANDMA] == "Oma"
    assert (await models.post("delete-category", {"category_id": GRANDMA})).status_code == 202
    await models.caught_up()
    assert GRANDMA not in {one["id"] for one in await models.get("/api/categories")}
