"""A library that shows nothing says why."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from services.gateway.status import JobStatus
from services.kernel.settings import Settings
from tests.gateway.pages.seeded import StubHistory, StubJobs, app_over, seed
from tests.support.asgi import asgi


class Running(StubJobs):
    def __init__(self, *jobs: JobStatus) -> None:
        super().__init__()
        self._jobs = list(jobs)

    async def running(self) -> list[JobStatus]:
        return self._jobs


@asynccontextmanager
async def served(
    settings: Settings, jobs: StubJobs | None = None, *said: tuple[str, tuple[object, ...]], count: int = 0
) -> AsyncIterator[httpx.AsyncClient]:
    seed(settings, settings.photos[0] if settings.photos else settings.data, count=count)
    with sqlite3.connect(settings.views / "views-1.db") as db:
        for sql, parameters in said:
            db.execute(sql, parameters)
    db.close()
    app = app_over(settings, jobs or Running(), StubHistory(), asyncio.Event())
    transport = asgi(app)
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", previews=tmp_path, photos=(tmp_path / "Pictures",))


async def test_no_folder(tmp_path: Path) -> None:
    async with served(Settings(data=tmp_path / "data", previews=tmp_path)) as client:
        page = (await client.get("/")).text
    assert "No folder with photos yet" in page and "./albumen up ~/Pictures" in page


async def test_a_scan_that_runs_says_what_it_found(settings: Settings) -> None:
    scan = JobStatus(command_id="x", type="scan_library", status="running", total=1234)
    async with served(settings, Running(scan)) as client:
        page = (await client.get("/")).text
    assert "1,234 files found" in page and str(settings.photos[0]) in page


async def test_a_folder_without_photos(settings: Settings) -> None:
    fields = "job_id, position, kind, status, started_us, finished_us"
    done = f"INSERT INTO job ({fields}) VALUES ('s', 1, 'scan', 'done', 1, 2)"
    async with served(settings, None, (done, ())) as client:
        page = (await client.get("/")).text
    assert "No photos here yet" in page and "Look again" in page


async def test_a_folder_that_is_gone(settings: Settings) -> None:
    gone = ("INSERT INTO source VALUES (?, 'The folder is gone.')", (str(settings.photos[0]),))
    async with served(settings, None, gone) as client:
        page = (await client.get("/")).text
    assert "The folder is gone." in page and "Nothing is lost" in page


async def test_all_photos_are_hidden(settings: Settings) -> None:
    async with served(settings, None, ("UPDATE image SET visible = 0", ()), count=5) as client:
        page = (await client.get("/")).text
    assert "5 photos are known" in page and 'href="/hidden"' in page


async def test_a_first_page_fills_while_the_scan_runs(settings: Settings) -> None:
    """Once it is full, or when nothing is looked for any more, new ones are offered only."""
    scan = JobStatus(command_id="x", type="scan_library", status="running", total=9)
    for jobs, seen, fills in ((Running(scan), 3, True), (Running(scan), 60, False), (Running(), 3, False)):
        stopping = asyncio.Event()
        seed_once = not (settings.views / "views-1.db").exists()
        if seed_once:
            seed(settings, settings.photos[0], count=70)
        app = app_over(settings, jobs, StubHistory(), stopping)
        transport = asgi(app)
        async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://h") as client:
            asyncio.get_running_loop().call_later(0.3, stopping.set)
            line = (await client.get(f"/jobs/progress?seen={seen}")).text
        assert ("hx-get" in line) is fills
        assert "more: show" in line
