"""A category's questions, chosen by what their answers teach; what the answers say of its threshold."""

import re

import httpx

from services.domain.categories.decisions import CategoryAssigned, CategoryRejected
from services.domain.files.events import FileAdded
from services.domain.subject import Event
from services.gateway.queries.active_learning import DAILY, questions
from tests.gateway.pages.seeded import COUNT, DOG, MODELS, dog_score, image_id, verdict
from tests.support.stack import Stack

PAGE = "/categories/dog/teach"
DOGS = [number for number in range(0, COUNT, 2) if number != 2]
"""The person has rejected photo 2."""
UNSURE = [number for number in DOGS if dog_score(number) < 0.6]
SURE = [number for number in DOGS if dog_score(number) >= 0.7]


async def asked(album: Stack, day: int = 1, category: str = "dog") -> list[str]:
    return [one.image_id for one in await questions(album.gateway.views.look(), category, day)]


async def text(client: httpx.AsyncClient) -> str:
    return re.sub(r"\s+", " ", (await client.get(PAGE, headers={"Accept": "text/html"})).text)


def answers(right: list[int], wrong: list[int]) -> list[Event]:
    yes = [CategoryAssigned(image_id=image_id(number), category_id="dog") for number in right]
    no = [CategoryRejected(image_id=image_id(number), category_id="dog") for number in wrong]
    return [*yes, *no]


async def test_every_category_asks_without_being_taught(client: httpx.AsyncClient) -> None:
    page = await text(client)
    assert "Is this “Dog”?" in page
    assert "Let it find the rest" in page
    shown = (await client.get("/categories/dog", headers={"Accept": "text/html"})).text
    assert f"Suggestions {DAILY}" in re.sub(r"</span>\s*<b>", " ", shown)


async def test_the_unsure_ones_come_first(album: Stack) -> None:
    """The days share all questions, and each asks the least sure of its own."""
    first = await asked(album)
    assert len(first) == DAILY
    sure = {image_id(number) for number in DOGS if dog_score(number) > 0.8}
    assert len(sure & {*first}) <= 2


async def test_a_photo_that_models_disagree_on_is_asked_about(album: Stack) -> None:
    """Also one that the model in use sees nothing in; not once both agree."""
    stranger = image_id(1)

    async def days() -> list[int]:
        """On which it is the first."""
        return [day for day in range(32) if (await asked(album, day))[0] == stranger]

    assert not await days()
    await album.tell(verdict(1, (DOG, 0.9), model=MODELS[1]))
    assert await days()
    await album.tell(verdict(1, (DOG, 0.9), model=MODELS[0]))
    assert not await days()


async def test_other_days_ask_about_other_photos(album: Stack) -> None:
    days = [{*await asked(album, day)} for day in range(4)]
    assert len(set.union(*days)) == sum(len(day) for day in days)


async def test_what_was_answered_or_is_hidden_is_not_asked(album: Stack) -> None:
    before = await asked(album)
    await album.tell(
        CategoryAssigned(image_id=before[0], category_id="dog"),
        CategoryRejected(image_id=before[1], category_id="dog"),
    )
    after = await asked(album)
    assert not {*before[:2]} & {*after}
    assert len(after) == DAILY


async def test_what_rules_decide_is_not_asked(album: Stack) -> None:
    """However unsure a model is of it."""
    assert await asked(album, category="nothing") == []
    await album.tell(*(verdict(number, (0, 0.4), labels=["Screenshot"]) for number in (1, 3)))
    assert {*await asked(album, category="kind-screenshot")} == {image_id(1), image_id(3)}
    root = str(album.settings.photos[0])
    name = "Screenshot_20200101-101010.png"
    await album.tell(FileAdded(image_id=image_id(1), root=root, path=name, size=1, mtime_ns=1))
    assert await asked(album, category="kind-screenshot") == [image_id(3)]


async def test_precision_is_shown_once_twenty_answers_are_there(album: Stack) -> None:
    given = answers(SURE[:15], SURE[15:19])  # and photo 2
    await album.tell(*given[:-1])
    assert "What your answers say" not in await text(album.client)
    await album.tell(given[-1])
    page = await text(album.client)
    assert "You have checked 20 photos scoring 35% or more: <b>75%</b> belong here." in page
    assert "would fit your answers better" not in page, "no threshold is better"


async def test_a_threshold_that_the_answers_contradict_is_moved_on_request(album: Stack) -> None:
    await album.tell(*answers(SURE[:15], UNSURE[:8]))
    page = await text(album.client)
    highest = max(dog_score(number) for number in UNSURE[:8])
    goes = [number for number in DOGS if dog_score(number) <= highest and number not in UNSURE[:8]]
    assert f"from <b>{round(highest * 100) + 1}%</b> on would fit your answers better than from 35%" in page
    assert f"{len(goes)} photos would be left out:" in page
    strip = page[page.index("would be left out:") : page.index("</form>", page.index("would be left out:"))]
    assert {*re.findall(r'href="/images/(\w+)"', strip)} <= {image_id(number) for number in goes}
    form = dict(re.findall(r'name="(category_id|threshold|next)" value="([^"]*)"', strip))
    body = {"category_id": form["category_id"], "threshold": float(form["threshold"])}
    moved = await album.post("set-threshold", body)
    assert moved.status_code == 202
    await album.caught_up()
    assert "would fit your answers better" not in await text(album.client)
    listed = await album.get("/api/images?category=dog&limit=500")
    assert not {image_id(number) for number in goes} & {one["id"] for one in listed["items"]}
    await album.post("undo", {"command_id": moved.json()["command_id"]})
    await album.caught_up()
    assert "would fit your answers better" in await text(album.client)


async def test_a_category_of_the_persons_own_has_no_threshold_to_move(album: Stack) -> None:
    page = (await album.client.get("/categories/own/teach", headers={"Accept": "text/html"})).text
    assert "What your answers say" not in page
    assert "Is this" not in page
