"""The album for page tests: one library per session, created once and copied, served by the real gateway. `client`
reads an album shared by all tests of a module, so nobody may change it; a test that makes changes uses `album`, which
is its own."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
import pytest_asyncio

from services.kernel.settings import Settings
from tests.gateway.pages import seeded
from tests.support import log
from tests.support.stack import Stack, stack

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests run in the event loop of their module, like the album they share."""
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest.fixture(scope="session")
def laid_down(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Never opened, only copied. The photos folder stays the same, because the log contains its path. A module may
    override this."""
    return log.laid_down(tmp_path_factory.mktemp("library"), seeded.library)


def copied(laid_down: Settings, to: Path) -> Settings:
    settings = msgspec.structs.replace(laid_down, data=to / "data", previews=to / "previews")
    shutil.copytree(laid_down.data, settings.data)
    seeded.put_files(settings)
    return settings


@pytest.fixture
def settings(laid_down: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Settings of the test's own copy. Changes to the photos are reverted afterwards."""
    own = copied(laid_down, tmp_path)
    yield own
    seeded.put_files(own)


@pytest_asyncio.fixture(loop_scope="module")
async def album(settings: Settings) -> AsyncIterator[Stack]:
    """An album that the test may change."""
    async with stack(settings) as running:
        running.client.headers["Accept"] = "text/html"
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(laid_down: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """The module's album; only `client` may use it."""
    async with stack(copied(laid_down, tmp_path_factory.mktemp("shared"))) as running:
        head = await running.gateway.events.head()
        await running.gateway.rail.look(running.gateway.jobs)  # one page is like the next from the first on
        yield running
        assert await running.gateway.events.head() == head, "a test changed the album that others read"


@pytest_asyncio.fixture(loop_scope="module")
async def client(shared: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """A separate browser: cookies are not shared."""
    async with shared.browser() as browser:
        yield browser
