"""What stands above the timeline stays away once it is put away; the tour is offered once."""

import re
from datetime import date
from html import unescape

import httpx
import pytest

from services.domain.categories.decisions import CategoryAssigned
from services.domain.photos.hiding import ImagesHidden
from services.domain.photos.timeline import TimelineHides
from services.gateway.search.states import IN_TIMELINE, ONE_IN_TIMELINE
from services.kernel import clock
from tests.gateway.pages.seeded import image_id, taken
from tests.support.stack import Stack

DAY = taken(0).date()


@pytest.fixture(autouse=True)
def two_years_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: DAY.replace(year=DAY.year + 2))


def strip(page: str) -> str:
    match = re.search(r'<section class="on-this-day".*?</section>', page, re.DOTALL)
    return match[0] if match else ""


async def test_photos_of_this_day_stand_above_the_timeline(client: httpx.AsyncClient) -> None:
    shown = strip((await client.get("/")).text)
    assert "2 years ago" in shown
    href = re.search(r'href="(/search[^"]*)"', shown)
    assert href
    assert f'id="p-{image_id(0)}"' in (await client.get(unescape(href[1]))).text


@pytest.mark.parametrize("query", ["?at=2016-01", "?select=1", "?sort=taken_at"])
async def test_only_at_the_beginning_of_the_timeline(client: httpx.AsyncClient, query: str) -> None:
    assert strip((await client.get("/" + query)).text) == ""


async def test_only_on_the_very_day(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(DAY.year + 2, DAY.month, DAY.day - 1))
    assert "years ago" not in strip((await client.get("/")).text)


@pytest.mark.parametrize(
    "event",
    [ImagesHidden(image_ids=[image_id(0)]), TimelineHides(category_ids=["dog"])],
    ids=["hidden", "of a kind that is left out"],
)
async def test_only_what_the_timeline_shows(album: Stack, event: ImagesHidden | TimelineHides) -> None:
    assert "years ago" in strip((await album.client.get("/")).text)
    await album.tell(event)
    assert "years ago" not in strip((await album.client.get("/")).text)


async def test_of_one_photo_it_is_asked_as_of_all(album: Stack) -> None:
    """Archived ones, and those of a category or of a whole group, are left out."""
    shown = list[int]()
    await album.tell(CategoryAssigned(image_id=image_id(3), category_id="kind-archived"))
    for hides in ([], ["dog"], ["animals"], ["no-such"]):
        await album.tell(TimelineHides(category_ids=hides))
        views = album.gateway.views.look()
        of_all, of_one = [
            await views.fetch(f"SELECT image_id FROM image i WHERE {sql} ORDER BY 1")
            for sql in (IN_TIMELINE, ONE_IN_TIMELINE)
        ]
        assert of_all == of_one and (image_id(3),) not in of_one
        shown.append(len(of_one))
    assert shown[0] == shown[3] > shown[1] >= shown[2]


async def test_put_away_they_are_back_tomorrow(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = strip((await client.get("/")).text)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', shown))
    answer = await client.post("/settings/memories", data=fields)
    assert answer.status_code == 303 and answer.headers["Location"] == "/"
    assert "years ago" not in strip((await client.get("/")).text)
    monkeypatch.setattr(clock, "today", lambda: DAY.replace(year=DAY.year + 3))
    assert "years ago" in strip((await client.get("/")).text)


async def test_never_is_never(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await client.post("/settings/memories", data={"memories": "never"})
    monkeypatch.setattr(clock, "today", lambda: DAY.replace(year=DAY.year + 3))
    assert "years ago" not in strip((await client.get("/")).text)
    assert re.search(r'name="memories"\s+value="never"\s+checked', (await client.get("/settings")).text)
    assert (await client.post("/settings/memories", data={"memories": "later"})).status_code == 422


@pytest.fixture
def an_ordinary_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2019, 11, 11))


@pytest.mark.usefixtures("an_ordinary_day")
@pytest.mark.parametrize("way", ["looked at", "put away"])
async def test_the_tour_is_offered_once(client: httpx.AsyncClient, way: str) -> None:
    assert 'href="/tour"' in strip((await client.get("/")).text)
    if way == "looked at":
        assert (await client.get("/tour")).status_code == 200
    else:
        await client.post("/settings/tour", data={"tour": "seen", "next": "/"})
    assert strip((await client.get("/")).text) == ""


async def test_every_stop_of_the_tour_is_there(client: httpx.AsyncClient) -> None:
    page = (await client.get("/tour")).text.split('<ul class="tour', 1)[1]
    ways = [unescape(href) for href in re.findall(r'<a href="([^"]*)"', page)]
    assert len(ways) == 7
    for way in ways:
        assert (await client.get(way)).status_code == 200
