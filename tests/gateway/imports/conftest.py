from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.kernel.settings import Settings
from tests.support import photos
from tests.support.reading_here import read_here
from tests.support.stack import Stack
from tests.support.stack import stack as running_stack


@pytest.fixture(autouse=True)
def _reading(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules about how photos are listed and read have the marker `workers`."""
    if request.node.get_closest_marker("workers") is None:
        read_here(monkeypatch)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """`Rome/IMG_1.jpg` to `IMG_3.jpg`, and a second `IMG_3.jpg` in another folder; not scanned yet."""
    root = tmp_path / "photos"
    for number in range(1, 4):
        exif = photos.exif(f"2020:01:0{number} 10:00:00")
        photos.write(root / "Rome" / f"IMG_{number}.jpg", number, exif=exif)
    photos.write(root / "Oslo" / "IMG_3.jpg", 9, exif=photos.exif("2021:01:01 10:00:00"))
    return Settings(data=tmp_path / "data", previews=tmp_path / "previews", photos=(root,), workers=1)


@pytest.fixture
async def stack(settings: Settings) -> AsyncIterator[Stack]:
    async with running_stack(settings) as running:
        yield running


@pytest.fixture
async def scanned(stack: Stack) -> Stack:
    await stack.done("scan")
    return stack
