import asyncio
import re

import httpx
import pytest

from tests.gateway.pages.seeded import HOSTILE, JOB, StubHistory, StubJobs, image_id

PAGES = [
    "/",
    "/?select=1",
    "/?sort=taken_at",
    "/?at=2016-03",
    "/?at=2016",
    "/search",
    "/search?q=dog",
    "/search?q=nothing-like-this",
    "/categories",
    "/categories/dog",
    "/categories/animals",
    "/categories/own",
    "/albums",
    "/albums/lake",
    "/albums/empty",
    f"/images/{image_id(0)}",
    f"/images/{image_id(6)}?album=lake",
    f"/images/{image_id(6)}?category=dog",
    f"/images/{image_id(7)}?q=holiday",
    "/jobs",
    "/models",
    "/history",
]


@pytest.mark.parametrize("path", PAGES)
async def test_one_url_serves_the_page_and_its_inside(
    client: httpx.AsyncClient, jobs: StubJobs, path: str
) -> None:
    """The whole page without htmx; only its main part when htmx asks; caches are told that they differ."""
    jobs.now = [JOB]
    whole = await client.get(path)
    inside = await client.get(path, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    full = await client.get(path, headers={"HX-Request": "true", "HX-Request-Type": "full"})
    assert (whole.status_code, inside.status_code, full.status_code) == (200, 200, 200), whole.text
    assert whole.text.startswith("<!doctype html>")
    assert full.text == whole.text
    assert inside.text.lstrip().startswith("<main")
    assert "HX-Request" in whole.headers["Vary"]
    assert "HX-Request" in inside.headers["Vary"]


@pytest.mark.parametrize("path", [*PAGES, "/jobs"])
async def test_names_of_files_and_categories_never_become_markup(
    client: httpx.AsyncClient, jobs: StubJobs, path: str
) -> None:
    """A file may be called anything; the page shows its name and runs nothing."""
    jobs.now = [JOB]
    text = (await client.get(path)).text
    assert "<script>alert" not in text
    assert "<b>words" not in text
    assert "<3>" not in text
    assert "<ends>" not in text


async def test_a_hostile_name_is_shown_as_it_is(client: httpx.AsyncClient) -> None:
    text = (await client.get(f"/images/{image_id(7)}")).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;.jpg" in text
    assert HOSTILE not in text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/categories/none", 404),
        ("/categories/gone", 404),
        ("/albums/none", 404),
        ("/images/none", 404),
        (f"/images/{'f' * 32}", 404),
        ("/?after=!!", 422),
        ("/?after=eyJhIjoxfQ", 422),
        ("/?sort=name", 422),
        ("/?sort=album", 422),
    ],
)
async def test_what_does_not_exist_is_said_in_a_sentence(
    client: httpx.AsyncClient, path: str, status: int
) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    assert "data-detail" in answer.text
    assert answer.text.count(".</p>") == 1


async def test_the_photo_page_leads_through_the_album_in_its_order(client: httpx.AsyncClient) -> None:
    """Opened from an album, next is the album's next photo; opened from the timeline, the next older one."""
    text = (await client.get(f"/images/{image_id(6)}?album=lake")).text
    assert f'href="/images/{image_id(4)}?album=lake" rel="prev"' in text
    assert f'href="/images/{image_id(8)}?album=lake" rel="next"' in text
    text = (await client.get(f"/images/{image_id(6)}")).text
    assert f'href="/images/{image_id(7)}" rel="prev"' in text
    assert 'rel="next"' in text


async def test_the_newest_photo_has_none_before_it(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/api/images", params={"limit": 1})).json()["items"][0]["id"]
    text = (await client.get(f"/images/{listed}")).text
    assert 'rel="prev"' not in text
    assert 'rel="next"' in text


async def test_the_history_asks_for_what_mentions_the_photo(
    client: httpx.AsyncClient, history: StubHistory
) -> None:
    await client.get(f"/images/{image_id(0)}")
    assert history.mentions == [20]


async def test_progress_ends_when_the_gateway_stops(
    client: httpx.AsyncClient, jobs: StubJobs, stopping: asyncio.Event
) -> None:
    """The stream says what runs in one line, offers photos that the page did not know, and ends at a stop."""
    jobs.now = [JOB]
    asking = asyncio.create_task(client.get("/jobs/progress", params={"seen": 190}))
    await asyncio.wait_for(jobs.asked.wait(), 5)
    stopping.set()  # ASGITransport answers when the stream has ended
    answer = await asyncio.wait_for(asking, 5)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "Classifying 3,214 of 15,000 · 212/s · 55 s left" in answer.text
    assert "10 photos more" in answer.text
    assert "event:" not in answer.text


async def test_earlier_history_continues_the_list(client: httpx.AsyncClient) -> None:
    first = (await client.get("/history")).text
    assert 'href="/history?before=150"' in first
    part = (await client.get("/history?before=150", headers={"HX-Request": "true"})).text
    assert "Event 149" in part
    assert "Event 150" not in part
    assert "<main" not in part


async def test_commands_lead_back_to_the_page_they_came_from(client: httpx.AsyncClient) -> None:
    text = (await client.get(f"/images/{image_id(0)}?album=lake")).text
    assert f'name="next" value="/images/{image_id(0)}?album=lake"' in text


async def test_files_of_the_pages_may_be_kept_for_ever(client: httpx.AsyncClient) -> None:
    """Their URL changes with their content."""
    text = (await client.get("/")).text
    address = text.split('rel="stylesheet" href="')[1].split('"')[0]
    assert re.fullmatch(r"/static/[0-9a-f]{10}/[a-z]+\.css", address)
    answer = await client.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
