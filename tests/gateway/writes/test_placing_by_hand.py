"""Where photos were taken, as a person says it: by a city's name, a point, or another photo."""

import re
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from services.domain.imports.events import ImportStarted
from services.domain.photos.places import PlaceSet
from services.kernel.log.envelope import record_event
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
        ({"image": "f" * 32}, "image", "no location"),
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


@pytest.mark.parametrize(
    "at", ["", "41.9", "x,y", "41.9,12.5,3", "91,0", "0,181", "0,0", "41.9, 12.5", "nan,1"]
)
async def test_a_point_in_one_field(stack: Stack, at: str) -> None:
    """As a button of a form sends it."""
    ids = await imported(stack, 2)
    given = await stack.post("set-place", {"images": ids, "at": at})
    assert given.status_code == 422
    form = {"images": ",".join(ids), "city": "", "at": "-33.87,151.21", "next": "/"}
    for name in ("set-place", "edit-photos"):
        await stack.done("set-place", {"images": ids, **ROME})
        answer = await stack.client.post(f"/commands/{name}", data=form, headers={"HX-Request": "true"})
        assert answer.status_code < 300, answer.text
        await stack.caught_up()
        assert await found(stack, "place:australia") == ids


async def test_a_form_without_a_place_says_so(stack: Stack) -> None:
    """It would have been the place of the first of the photos."""
    ids = await imported(stack, 2)
    await stack.done("set-place", {"images": ids[:1], **ROME})
    form: dict[str, Any] = {"images": ids, "city": "", "next": "/"}
    answer = await stack.client.post("/commands/set-place", data=form, headers={"HX-Request": "true"})
    assert (answer.status_code, "Say a place" in answer.text) == (422, True)


async def shown(stack: Stack, path: str, language: str = "en") -> str:
    answer = await stack.client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == 200
    return answer.text


def offered(html: str) -> list[str]:
    """Names of the recent places on a page."""
    return re.findall(r'name="at" value="[^"]+"[^>]*>\s*<bdi>([^<]+)</bdi>', html)


async def test_places_that_were_given_are_offered_again(stack: Stack) -> None:
    """On the photo's page, in the selection bar and on the edit sheet; the last one first, each once, at most six."""
    ids = await imported(stack, 2)
    assert "Recent places" not in await shown(stack, f"/images/{ids[0]}")
    for name in ("Rome, Italy", "Vienna, Austria", "Rome, Italy"):
        await stack.done("set-place", {"images": ids[:1], "city": name})
    await stack.done("edit-photos", {"images": ids[:1], "latitude": -33.87, "longitude": 151.21})
    names = ["Sydney, Australia", "Rome, Italy", "Vienna, Austria"]
    sheet = await stack.client.post("/edit", data={"images": ids[0]}, headers={"Accept": "text/html"})
    for html in (await shown(stack, "/"), await shown(stack, f"/images/{ids[1]}"), sheet.text):
        assert offered(html) == names
    assert offered(await shown(stack, "/", "de")) == [
        "Sydney, Australien",
        "Rom, Italien",
        "Wien, Österreich",
    ]
    point = re.search(r'name="at" value="([^"]+)"[^>]*>\s*<bdi>Rome', await shown(stack, f"/images/{ids[1]}"))
    assert point
    await stack.done("set-place", {"images": ids[1:], "at": point[1]})
    assert await found(stack, "place:rome") == ids[1:]
    assert offered(await shown(stack, "/"))[0] == "Rome, Italy"
    for name in ("Paris", "London", "Madrid", "Oslo", "Berlin", "Dublin"):
        await stack.done("set-place", {"images": ids[:1], "city": name})
    assert [name.partition(",")[0] for name in offered(await shown(stack, "/"))] == [
        "Dublin",
        "Berlin",
        "Oslo",
        "Madrid",
        "London",
        "Paris",
    ]


async def test_the_places_of_an_import_are_no_choice_of_a_person(stack: Stack) -> None:
    ids, job = await imported(stack, 1), uuid4()
    events = [
        ImportStarted(job_id=str(job), source="/x"),
        PlaceSet(image_ids=ids, latitude=48.2, longitude=16.37),
    ]
    await stack.gateway.events.append(
        [record_event(one, event_id=uuid4(), correlation_id=job, causation_id=job) for one in events]
    )
    await stack.caught_up()
    assert await found(stack, "place:vienna") == ids
    assert offered(await shown(stack, "/")) == []


async def test_photos_are_put_on_the_map_from_the_page_of_places(stack: Stack) -> None:
    """Its link leads to the photos to choose from; their selection bar puts them there, also without JavaScript."""
    ids = await imported(stack, 3)
    await stack.done("set-place", {"images": ids[:1], **ROME})
    places = await shown(stack, "/places")
    link = re.search(r'href="(/\?select=1&amp;place=(4[12]\.\d+,12\.\d+))" data-put', places)
    assert link
    timeline = await shown(stack, link[1].replace("&amp;", "&"))
    assert "Select the photos that were taken here: Rome, Italy" in timeline
    assert f'name="at" value="{link[2]}"' in timeline
    assert "Place here: Rome, Italy" in timeline
    rest = re.search(r'href="(/search\?q=-has:place[^"]+)"', timeline)
    assert rest
    without = await shown(stack, rest[1].replace("&amp;", "&"))
    assert [one for one in ids if one in without] == ids[1:]
    assert "Place here: Rome, Italy" in without
    form: dict[str, Any] = {"images": ids[1:], "at": link[2], "next": "/"}
    await stack.client.post("/commands/set-place", data=form)
    await stack.caught_up()
    assert await found(stack, "place:rome") == ids


@pytest.mark.parametrize("place", ["x", "91,0", "0,0", "1,2,3", "nan,nan", "1e400,1", "<b>,1"])
async def test_an_address_with_no_place_is_like_one_without(stack: Stack, place: str) -> None:
    await imported(stack, 1)
    html = await shown(stack, f"/?{urlencode({'select': '1', 'place': place})}")
    assert ('name="at"' in html, "Place here: Rome" in html) == (False, False)
