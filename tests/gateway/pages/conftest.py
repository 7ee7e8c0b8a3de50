import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from services.kernel.paths import preview_path
from services.kernel.settings import Settings
from tests.gateway.pages.seeded import COUNT, StubHistory, StubJobs, app_over, image_id, photo_bytes, seed
from tests.support.asgi import asgi


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    photos = tmp_path / "photos"
    (photos / "holiday").mkdir(parents=True)
    found = Settings(data=tmp_path / "data", previews=tmp_path / "previews", photos=(photos,))
    seed(found, photos)
    for number in range(1, COUNT, 50):
        (photos / "holiday" / f"IMG_{number:04}.jpg").write_bytes(photo_bytes(number))
        small = preview_path(found.previews, image_id(number))
        small.parent.mkdir(parents=True, exist_ok=True)
        small.write_bytes(b"\xff\xd8preview")
    return found


@pytest.fixture
def jobs() -> StubJobs:
    return StubJobs()


@pytest.fixture
def history() -> StubHistory:
    return StubHistory()


@pytest.fixture
def stopping() -> asyncio.Event:
    return asyncio.Event()


@pytest_asyncio.fixture
async def client(
    settings: Settings, jobs: StubJobs, history: StubHistory, stopping: asyncio.Event
) -> AsyncIterator[httpx.AsyncClient]:
    app = app_over(settings, jobs, history, stopping)
    ready, done = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        """In a task of its own: a lifespan must end in the task that it began in, and fixtures do not."""
        async with app.lifespan():
            ready.set()
            await done.wait()

    living = asyncio.create_task(live())
    await asyncio.wait_for(ready.wait(), 10)
    async with httpx.AsyncClient(
        transport=asgi(app), base_url="http://127.0.0.1", headers={"Accept": "text/html"}
    ) as opened:
        yield opened
    done.set()
    await living
