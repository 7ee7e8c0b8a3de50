import asyncio
import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import httpx
import pytest

from services.domain.albums.events import AlbumCreated, ImagesAddedToAlbum
from services.domain.categories.decisions import CategoryAssigned
from services.domain.jobs.events import ClassificationFailed, ClassificationRequested
from services.gateway.pages.rendering import create_environment
from services.gateway.running.job_status import JobStatus
from services.kernel.settings import Settings
from tests.gateway.pages.seeded import COUNT, HOSTILE, image_id, library, photo, verdict
from tests.support import log
from tests.support.given import By, by
from tests.support.stack import Stack
from tests.support.waiting import PATIENCE_S

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
    "/backups",
    "/models",
    "/history",
]


JOB = UUID("0190fefe-0000-7000-8000-000000000001")


def classifying() -> Iterator[By]:
    """An unfinished job of the second model: three photos classified, and a failure at the one with a hostile name."""
    request = ClassificationRequested(job_id=str(JOB), model_id="lite1", scope="all")
    seen = [verdict(number, (410, 0.2), model="lite1") for number in (10, 11, 12)]
    failed = ClassificationFailed(
        image_id=image_id(7), model_id="lite1", reason="It ends in the <b>middle</b>."
    )
    for event in (request, *seen, failed):
        yield by(JOB, event)


@pytest.fixture(scope="module")
def laid_down(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The library with a job in progress."""
    folder = tmp_path_factory.mktemp("classifying")
    return log.laid_down(folder, lambda root: [*library(root), *classifying()])


@pytest.mark.parametrize("path", PAGES)
async def test_one_url_serves_the_page_and_its_inside(client: httpx.AsyncClient, path: str) -> None:
    """The whole page without htmx, only its main part with it; `Vary` tells caches apart."""
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
    client: httpx.AsyncClient, path: str
) -> None:
    """Whatever a file is called, the page shows its name and runs nothing."""
    text = (await client.get(path)).text
    assert "<script>alert" not in text
    assert "<b>words" not in text
    assert "<3>" not in text
    assert "<ends>" not in text
    assert "<b>middle" not in text


async def test_a_job_tells_what_it_failed_at(client: httpx.AsyncClient) -> None:
    text = (await client.get("/jobs")).text
    assert "It ends in the &lt;b&gt;middle&lt;/b&gt;." in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;.jpg" in text


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
    """Opened from an album, Next is the album's next photo; opened from the timeline, the next older one."""
    text = (await client.get(f"/images/{image_id(6)}?album=lake")).text
    assert f'href="/images/{image_id(4)}?album=lake" rel="prev"' in text
    assert f'href="/images/{image_id(8)}?album=lake" rel="next"' in text
    text = (await client.get(f"/images/{image_id(6)}")).text
    assert f'href="/images/{image_id(8)}" rel="prev"' in text
    assert 'rel="next"' in text


async def test_the_newest_photo_has_none_before_it(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/api/images", params={"limit": 1})).json()["items"][0]["id"]
    text = (await client.get(f"/images/{listed}")).text
    assert 'rel="prev"' not in text
    assert 'rel="next"' in text


async def test_the_history_of_a_photo_has_what_mentions_it(client: httpx.AsyncClient) -> None:
    """Adding it to an album is an event in the album's own stream."""
    types = {
        number: {
            entry["type"] for entry in (await client.get(f"/api/images/{image_id(number)}")).json()["history"]
        }
        for number in (0, 1)
    }
    assert ImagesAddedToAlbum.TYPE in types[0]
    assert types[1] == types[0] - {ImagesAddedToAlbum.TYPE, CategoryAssigned.TYPE} != set()


async def test_progress_ends_when_the_gateway_stops(album: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream reports running jobs in one line, counts the timeline's photos, and ends on shutdown."""
    asked, running = asyncio.Event(), album.gateway.jobs.running

    async def watched() -> list[JobStatus]:
        asked.set()
        return await running()

    monkeypatch.setattr(album.gateway.jobs, "running", watched)
    asking = asyncio.create_task(album.client.get("/jobs/progress", params={"seen": 190}))
    await asyncio.wait_for(asked.wait(), PATIENCE_S)
    album.gateway.stopping.set()  # ASGITransport responds once the stream has ended
    answer = await asyncio.wait_for(asking, PATIENCE_S)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "Classifying 4 of 200" in answer.text
    assert "1 failed" in answer.text
    assert 'data-photos="200"' in answer.text
    assert "event:" not in answer.text


async def test_progress_notices_photos_though_nobody_asks_for_a_page(
    album: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stream is one request: it must not see the read tables as they were when it began."""
    asked: asyncio.Queue[None] = asyncio.Queue()
    running = album.gateway.jobs.running

    async def watched() -> list[JobStatus]:
        asked.put_nowait(None)
        return await running()

    monkeypatch.setattr(album.gateway.jobs, "running", watched)
    asking = asyncio.create_task(album.client.get("/jobs/progress", params={"seen": COUNT}))
    async with asyncio.timeout(PATIENCE_S):
        await asked.get()
        await asked.get()  # the first line is out
        await album.tell(*photo(COUNT + 1, album.settings.photos[0]))
        while not asked.empty():
            asked.get_nowait()
        await asked.get()
        await asked.get()
        album.gateway.stopping.set()
        assert f'data-photos="{COUNT + 1}"' in (await asking).text


def test_the_line_of_a_job_tells_how_fast_it_is_and_how_long_it_takes() -> None:
    job = JobStatus(
        command_id=str(JOB), type="classify_images", status="running", total=15000, done=3210, failed=4, rate=212.0,
        eta_s=55.4,
    )  # fmt: skip
    line = (
        create_environment()
        .get_template("partials/progress.html")
        .render(jobs=[job], photos=None, conditions=[], figures={})
    )
    assert "Classifying 3,214 of 15,000 · 212/s · 55 s left · 4 failed" in line


async def test_earlier_history_continues_the_list(album: Stack) -> None:
    """A hundred lines per page, each from a different command."""
    await album.tell(*(by(uuid4(), AlbumCreated(album_id=f"a{n}", name=f"Event {n}.")) for n in range(250)))
    first = (await album.client.get("/history")).text
    assert "Event 249." in first and "Event 150." in first
    assert "Event 149." not in first
    (more,) = re.findall(r'href="(/history\?before=\d+)"', first)
    part = (await album.client.get(more, headers={"HX-Request": "true"})).text
    assert "Event 149." in part
    assert "Event 150." not in part
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
