from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.kernel.settings import Settings
from tests.support import photos
from tests.support.reading_here import read_here
from tests.support.stack import Stack
from tests.support.stack import stack as running_stack

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of `untouched` run in the event loop of their module, like the album that they share."""
    for item in items:
        if HERE in item.path.parents and "untouched" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest.fixture(autouse=True)
def _reading(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules about how photos are listed and read have the marker `workers`."""
    if request.node.get_closest_marker("workers") is None:
        read_here(monkeypatch)


def three_photos(folder: Path) -> Settings:
    root = folder / "photos"
    for number in range(3):
        photos.write(root / f"{number}.jpg", number, exif=photos.exif(f"2020:01:0{number + 1} 10:00:00"))
    return Settings(data=folder / "data", previews=folder / "previews", photos=(root,), workers=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Three photos in a folder, not scanned yet."""
    return three_photos(tmp_path)


@pytest.fixture
async def stack(settings: Settings) -> AsyncIterator[Stack]:
    async with running_stack(settings) as running:
        yield running


@pytest.fixture
async def scanned(stack: Stack) -> Stack:
    await stack.done("scan")
    return stack


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def _scanned_once(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with running_stack(three_photos(tmp_path_factory.mktemp("untouched"))) as running:
        with pytest.MonkeyPatch.context() as patch:
            read_here(patch)
            await running.done("scan")
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def untouched(_scanned_once: Stack) -> AsyncIterator[Stack]:
    """The scanned album of all tests of a module whose requests are refused or only ask: each must leave no trace in
    the log."""
    head = await _scanned_once.gateway.events.head()
    yield _scanned_once
    _scanned_once.client.cookies.clear()
    assert await _scanned_once.gateway.events.head() == head, "it left a trace in the log"
