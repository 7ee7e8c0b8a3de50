"""Alt texts of photos: what is in them, and their day."""

import re
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from services.gateway.presentation.picture_choice import in_words
from services.gateway.queries import images
from services.gateway.tables.pool import Views
from tests.gateway.pages.seeded import CAT, dog_score, image_id, verdict
from tests.support.stack import Stack

OLDEST = "/?sort=taken_at"
DOG_AND_CAT, NOTHING, OWN = (image_id(number) for number in (10, 1, 0))


def alt(html: str, image: str) -> str:
    """The alt text of the photo's tile."""
    found = re.search(rf'id="p-{image}".*?<img [^>]*alt="([^"]*)"', html)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("language", "tells"),
    [("en-GB", "Dog, Cat. 5 December 2015"), ("de", "Hund, Katze. 5. Dezember 2015")],
)
async def test_a_tile_tells_what_is_on_it_and_its_day(
    client: httpx.AsyncClient, language: str, tells: str
) -> None:
    """The most certain category comes first."""
    page = (await client.get(OLDEST, headers={"Accept-Language": language})).text
    assert alt(page, DOG_AND_CAT) == tells


async def test_of_an_unknown_photo_the_moment_is_told(client: httpx.AsyncClient) -> None:
    assert alt((await client.get(OLDEST)).text, NOTHING) == "Photo of 21 November 2015, 21:30"


async def test_what_the_person_said_comes_first_and_becomes_no_markup(client: httpx.AsyncClient) -> None:
    assert alt((await client.get(OLDEST)).text, OWN).startswith("Own &lt;b&gt;words&lt;/b&gt;, Dog, Cat. ")


BIRD, FISH, FROG = 10, 0, 25
"""One class of each."""


@pytest.mark.parametrize(("number", "tells"), [(10, "Dog, Cat. "), (1, "Animals. "), (3, "Photo of ")])
async def test_a_group_is_told_where_nothing_closer_is_known(album: Stack, number: int, tells: str) -> None:
    """Three kinds of animal, none of them certain, add up to an animal; two are not enough."""
    few, many = [(BIRD, 0.3), (FISH, 0.15)], [(BIRD, 0.3), (FISH, 0.3), (FROG, 0.3)]
    seen = {10: [(207, dog_score(10)), (CAT, 0.4)], 1: many, 3: few}[number]
    await album.tell(verdict(number, *seen))
    assert alt((await album.client.get(OLDEST)).text, image_id(number)).startswith(tells)


async def test_the_photo_and_the_viewer_tell_what_its_tile_tells(client: httpx.AsyncClient) -> None:
    text = alt((await client.get(OLDEST)).text, DOG_AND_CAT)
    assert f'alt="{text}"' in (await client.get(f"/images/{DOG_AND_CAT}")).text
    around = await client.get(f"/images/{DOG_AND_CAT}/around")
    assert around.json()["here"]["alt"] == text


async def test_the_categories_of_a_page_are_asked_for_once(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    fetch = Views.fetch

    async def counting(views: Views, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        asked.append(sql)
        return await fetch(views, sql, parameters)

    monkeypatch.setattr(Views, "fetch", counting)
    page = (await client.get(OLDEST, headers={"X-New": "1"})).text  # not the answer kept for another test
    assert page.count('class="tile ') == 60
    assert asked.count(images._OWN) == 1


def test_three_categories_are_enough() -> None:
    assert in_words("2019-07-03T10:00:00", ["Beach", "Dog", "Sea", "Boat"]) == "Beach, Dog, Sea. 3 July 2019"
