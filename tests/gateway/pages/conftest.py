"""The album that page tests read: one library for the whole session, laid down once and copied; the real gateway over
it. `client` reads an album that all tests of a module share, so nobody changes it; a test that changes something asks
for `album`, which is its own."""

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
    """Tests run in the loop of their module, as the album does that they share."""
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest.fixture(scope="session")
def laid_down(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Never opened, only copied. The folder of the photos stays the same: the log names it. A module may lay down
    another one."""
    return log.laid_down(tmp_path_factory.mktemp("library"), seeded.library)


def copied(laid_down: Settings, to: Path) -> Settings:
    settings = msgspec.structs.replace(laid_down, data=to / "data", previews=to / "previews")
    shutil.copytree(laid_down.data, settings.data)
    seeded.put_files(settings)
    return settings


@pytest.fixture
def settings(laid_down: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Of the test's own copy. What it does to the photos is taken back."""
    own = copied(laid_down, tmp_path)
    yield own
    seeded.put_files(own)


@pytest_asyncio.fixture(loop_scope="module")
async def album(settings: Settings) -> AsyncIterator[Stack]:
    """One that the test may change."""
    async with stack(settings) as running:
        running.client.headers["Accept"] = "text/html"
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(laid_down: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """The module's, which only `client` may use."""
    async with stack(copied(laid_down, tmp_path_factory.mktemp("shared"))) as running:
        head = await running.gateway.events.head()
        yield running
        assert await running.gateway.events.head() == head, "a test changed the album that others read"


@pytest_asyncio.fixture(loop_scope="module")
async def client(shared: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of its own: cookies are not shared."""
    async with shared.browser() as opened:
        yield opened
