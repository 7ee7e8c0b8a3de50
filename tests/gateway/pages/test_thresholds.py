"""Previewing the effect of another threshold before choosing it."""

import re

import httpx
import pytest

from services.domain.categories.decisions import CategoryAssigned
from services.domain.categories.events import ThresholdSet
from services.domain.files.events import FileMissing
from services.domain.photos.hiding import ImagesHidden
from tests.gateway.pages.seeded import COUNT, dog_score, image_id, path
from tests.support.stack import Stack

SCORES = {n: dog_score(n) for n in range(0, COUNT, 2) if n != 2}
"""Dogs are the even photos, of which the person rejected photo 2; the threshold is 0.35."""


def shown(threshold: float) -> int:
    return sum(score >= threshold for score in SCORES.values())


async def asked(client: httpx.AsyncClient, value: object) -> str:
    answer = await client.get("/categories/dog/threshold", params={"value": str(value)})
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize("value", [0.1, 0.35, 0.5, 0.6, 0.645, 0.88, 1])
async def test_how_many_come_and_go(client: httpx.AsyncClient, value: float) -> None:
    text = await asked(client, value)
    more = shown(value) - shown(0.35)
    assert f"<b>{shown(value)} photo" in text
    assert ("than now" in text) == (more != 0)
    assert more == 0 or f"{abs(more)} {'more' if more > 0 else 'fewer'} than now" in text


async def test_a_lower_one_shows_more(album: Stack) -> None:
    await album.tell(ThresholdSet(category_id="dog", threshold=0.8))
    assert f"{shown(0.6) - shown(0.8)} more than now" in await asked(album.client, 0.6)
    listed = (await album.client.get("/api/images", params={"category": "dog"})).json()["total"]
    assert listed == shown(0.8)


async def test_what_the_person_said_is_not_up_for_scores(album: Stack) -> None:
    """An assigned photo stays whatever the threshold; a hidden one counts on neither side."""
    assigned = CategoryAssigned(image_id=image_id(4), category_id="dog")
    await album.tell(assigned, ImagesHidden(image_ids=[image_id(38)]))
    assert "<b>1 photo</b> from 100% on, 97 fewer" in await asked(album.client, 1)
    assert image_id(38) not in await asked(album.client, 0.8)


async def test_the_nearest_on_both_sides(client: httpx.AsyncClient) -> None:
    above, below = (await asked(client, 0.7)).split("Only just out")
    scores = [int(number) for number in re.findall(r"<span>(\d+)%", above)]
    assert len(scores) == 6
    assert (scores, min(scores)) == (sorted(scores, reverse=True), 70)
    scores = [int(number) for number in re.findall(r"<span>(\d+)%", below)]
    assert len(scores) == 6
    assert (scores, max(scores)) == (sorted(scores, reverse=True), 68)


async def test_the_nearest_though_most_near_ones_can_t_be_shown(album: Stack) -> None:
    """All but the highest-scoring photos are on a disconnected disk."""
    root = str(album.settings.photos[0])
    away = [number for number in range(0, COUNT, 2) if dog_score(number) < 0.86]
    await album.tell(*(FileMissing(image_id=image_id(n), root=root, path=path(n)) for n in away))
    text = await asked(album.client, 0.35)
    assert text.count("/preview") == 6
    assert "Only just out" not in text


@pytest.mark.parametrize("value", ["", "high", "nan", "inf", "0.09", "1.01", "-1", "0.5.5"])
async def test_what_is_no_threshold(client: httpx.AsyncClient, value: str) -> None:
    assert (await client.get("/categories/dog/threshold", params={"value": value})).status_code == 422


@pytest.mark.parametrize("category", ["none", "gone"])
async def test_a_category_that_is_not_there(client: httpx.AsyncClient, category: str) -> None:
    assert (await client.get(f"/categories/{category}/threshold?value=0.5")).status_code == 404


async def test_the_slider_sends_its_own_name(client: httpx.AsyncClient) -> None:
    answer = await client.get("/categories/dog/threshold?threshold=0.6&next=/x")
    assert f"<b>{shown(0.6)} photos</b> from 60% on" in answer.text
    page = (await client.get("/categories/dog")).text
    assert 'type="range"' in page
    assert 'action="/commands/set-threshold"' in page


async def test_where_nothing_is_graded_there_is_no_slider(client: httpx.AsyncClient) -> None:
    for page in ("/categories/own", "/categories/animals"):
        assert 'type="range"' not in (await client.get(page)).text
