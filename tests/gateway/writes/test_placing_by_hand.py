"""Where photos were taken, as a person says it: by a city's name, a point, or another photo."""

from typing import Any

import pytest

from services.domain.photos.places import PlaceSet
from services.knowledge.cities import cities, city
from tests.support.imported import imported
from tests.support.stack import Stack

ROME: dict[str, Any] = {"city": "rome, italy"}


async def located(stack: Stack, image: str) -> tuple[float | None, float | None]:
    metadata = (await stack.get(f"/api/images/{image}"))["metadata"]
    return metadata["latitude"], metadata["longitude"]


async def found(stack: Stack, q: str) -> list[str]:
    return sorted(item["id"] for item in (await stack.get(f"/api/images?q={q}"))["items"])


async def test_a_place_is_shown_found_and_taken_back(stack: Stack) -> None:
    """For many in one event. The page names it; another photo can be said to be from there, too."""
    one, two, three = await imported(stack, 3)
    given = await stack.done("set-place", {"images": [one, two], **ROME})
    assert len(await stack.events(PlaceSet)) == 1
    assert await located(stack, one) == pytest.approx((41.9, 12.5), abs=0.1)
    assert await found(stack, "place:rome") == await found(stack, "near:41.9,12.5") == [one, two]
    assert await found(stack, "has:place") == [one, two]
    page = (await stack.client.get(f"/images/{one}", headers={"Accept": "text/html"})).text
    assert "Rome" in page
    assert "Placed 2 photos in Rome, Italy" in page
    await stack.done("set-place", {"images": [three], "image": one})
    assert await located(stack, three) == await located(stack, one)
    await stack.done("set-place", {"images": [one], "latitude": -33.87, "longitude": 151.21})
    assert await found(stack, "place:australia") == [one]
    await stack.done("undo", {"command_id": given["command_id"]})
    assert await found(stack, "place:rome") == [three]
    assert await located(stack, two) == (None, None)


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({}, "latitude", "Say a place"),
        ({"latitude": 1}, "latitude", "Say a place"),
        ({"latitude": 0, "longitude": 0}, "latitude", "Say a place"),
        ({"latitude": 91, "longitude": 0}, "latitude", ""),
        ({"city": "Xyzzyville"}, "city", "There is no city “Xyzzyville”"),
        ({"image": "f" * 32}, "image", "not known where"),
    ],
)
async def test_what_is_no_place_is_refused(
    stack: Stack, fields: dict[str, Any], field: str, says: str
) -> None:
    ids = await imported(stack, 1)
    answer = await stack.post("set-place", {"images": ids, **fields})
    assert (answer.status_code, answer.json()["extra"][0]["key"]) == (422, field)
    assert says in answer.json()["detail"]


async def test_cities_are_offered_while_one_types(stack: Stack) -> None:
    """By their English names, the largest first."""
    assert (
        'value="Munich, Germany"' in (await stack.client.get("/search/names", params={"city": "muni"})).text
    )
    assert "<option" not in (await stack.client.get("/search/names", params={"city": "qqq"})).text


def test_the_largest_city_of_a_name_counts() -> None:
    """Without case and accents; the country tells others apart."""
    matches = [city(name) for name in ("ROME", "paris", "munster, ger", "rome, x", "", ",")]
    labels = [one.label if one else None for one in matches]
    assert labels == ["Rome, Italy", "Paris, France", "Münster, Germany", None, None, None]
    springfields = [one.label for one in cities("springfield", 50)]
    assert springfields[0] == "Springfield, United States"
    assert len(springfields) == len(set(springfields))
