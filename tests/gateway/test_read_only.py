"""While the log is not to be believed, every page shows what the read tables know, nothing can be changed, and the page
/log says what happened and asks how to go on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from services.domain.registry import COMMANDS
from services.gateway.closed.standing import Standing, Way
from services.kernel.log.setback import judge
from services.kernel.settings import Settings
from tests.gateway.pages import seeded
from tests.support.log import laid_down
from tests.support.stack import Stack, stack
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGES = (
    *(
        "/",
        "/years",
        "/months",
        "/categories",
        "/albums",
        "/search?q=x",
        "/jobs",
        "/jobs/problems",
        "/models",
    ),
    *("/duplicates", "/history", "/settings", "/log", "/hidden", "/places", "/api/albums", "/api/images"),
    *("/api/categories", "/api/models", "/api/jobs", "/metrics", "/healthz", "/schema/openapi.json"),
)


def replaced(folder: Path) -> Settings:
    """The log is gone, and one of another program is in its place: it must stay exactly as it is."""
    settings = laid_down(folder, seeded.library)
    settings.events_db.write_bytes(b"Dear diary, " * 999)
    return settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replaced(tmp_path)


@pytest.fixture(scope="module")
def shared_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return replaced(tmp_path_factory.mktemp("shared"))


@pytest.fixture
def ways() -> list[Way | None]:
    return []


@asynccontextmanager
async def closed(settings: Settings, ways: list[Way | None]) -> AsyncIterator[Stack]:
    """What a person chooses is added to `ways`."""
    before = {path: path.read_bytes() for path in settings.data.glob("events.db*")}
    standing = Standing(setback=judge(settings), restart=ways.append)
    assert standing.setback
    async with stack(settings, projector=False, standing=standing) as one:
        yield one
    assert {path: path.read_bytes() for path in settings.data.glob("events.db*")} == before


@pytest_asyncio.fixture(loop_scope="module")
async def running(settings: Settings, ways: list[Way | None]) -> AsyncIterator[Stack]:
    """For a test that makes a choice, or tries to."""
    async with closed(settings, ways) as one:
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(shared_settings: Settings) -> AsyncIterator[Stack]:
    """The module's: nothing can change it, so that a hundred tests can have the same."""
    ways: list[Way | None] = []
    async with closed(shared_settings, ways) as one:
        yield one
    assert ways == []


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_can_be_read(shared: Stack, path: str) -> None:
    async with shared.browser() as browser:
        answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    if answer.headers["content-type"].startswith("text/html"):
        assert "The file events.db is not an Albumen log." in answer.text
        assert 'href="/log"' in answer.text


async def test_every_photo_has_its_page(shared: Stack) -> None:
    async with shared.browser() as browser:
        for image in (await shared.get("/api/images?limit=5"))["items"]:
            assert (await browser.get(f"/images/{image['id']}")).status_code == 200


async def test_it_says_it_in_german(shared: Stack) -> None:
    async with shared.browser() as browser:
        text = (await browser.get("/log", headers={"Accept-Language": "de"})).text
    assert "Die Datei events.db ist kein Protokoll von Albumen." in text


@pytest.mark.parametrize("name", [command.NAME for command in COMMANDS.values()])
async def test_no_command_is_accepted(shared: Stack, name: str) -> None:
    answer = await shared.post(name, {})
    assert answer.status_code == 503
    assert "not an Albumen log" in answer.json()["detail"]


async def test_programs_are_told(shared: Stack) -> None:
    ready = await shared.client.get("/readyz")
    assert ready.status_code == 503
    assert [one["code"] for one in ready.json()["conditions"]] == ["log_damaged"]
    assert (await shared.client.get("/events")).status_code == 503
    assert (await shared.client.get("/events/stream")).status_code == 503
    assert 'albumen_condition{code="log_damaged"} 1.0' in (await shared.client.get("/metrics")).text


async def test_looking_back_is_refused_too(running: Stack) -> None:
    """It would be written down."""
    async with running.browser() as browser:
        answer = await browser.post("/history/travel", data={"day": "2020-01-01", "next": "/"})
    assert answer.status_code < 500 or answer.status_code == 503


async def test_a_person_is_asked_twice(running: Stack, ways: list[Way | None]) -> None:
    async with running.browser() as browser:
        page = await browser.get("/log")
        assert 'href="/log/begin-anew"' in page.text
        assert "--begin-anew" in page.text
        sure = await browser.get("/log/begin-anew")
        assert 'action="/log/begin-anew"' in sure.text
        assert ways == []
        answer = await browser.post("/log/begin-anew")
        assert (answer.status_code, answer.headers["location"]) == (303, "/log")
        await eventually(lambda: ways == ["begin-anew"], "it is told")


async def test_only_what_is_offered_can_be_chosen(running: Stack, ways: list[Way | None]) -> None:
    for way in ("accept", "restore", "explode"):
        assert (await running.client.get(f"/log/{way}")).status_code == 404
        assert (await running.client.post(f"/log/{way}")).status_code == 404
    assert ways == []


async def test_a_log_in_order_has_nothing_to_choose(tmp_path: Path) -> None:
    async with stack(Settings(data=tmp_path, previews=tmp_path)) as one, one.browser() as browser:
        text = (await browser.get("/log")).text
        assert "complete" in text
        assert (await browser.post("/log/begin-anew")).status_code == 404
