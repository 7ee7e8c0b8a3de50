"""An album, and a scanner for it, in this process, over the embedded bus."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.gateway.scanners import scanner, sharing, uploads
from services.gateway.scanners.mounts import Mounts
from services.gateway.scanners.sharing import Sharing
from services.kernel.bus.contract import Bus
from services.kernel.bus.topology import SCAN_FILES
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.ports import free_port
from tests.support.reading_here import read_here
from tests.support.serving import served
from tests.support.stack import Stack, stack
from tests.support.waiting import eventually

COUNT = 24


@pytest.fixture(autouse=True)
def _all_but_one_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway reads one photo at a time itself, so there are some left for scanners however quick it is. Who pauses
    does so for a moment."""
    read_here(monkeypatch)
    monkeypatch.setattr(Sharing, "_places_here", 1)
    monkeypatch.setattr(sharing, "LOOK_S", 0.02)
    monkeypatch.setattr(scanner, "SESSION_PAUSES_S", (0.05,))
    monkeypatch.setattr(uploads, "TRIED_AGAIN_S", (0.02,))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for number in range(COUNT):
        photos.write(tmp_path / f"photos/{number}.jpg", number)
    return Settings(
        data=tmp_path / "data", previews=tmp_path / "previews", photos=(tmp_path / "photos",), workers=1
    )


@pytest.fixture
async def album(settings: Settings) -> AsyncIterator[Stack]:
    async with stack(settings) as running:
        yield running


@pytest.fixture
async def url(album: Stack) -> AsyncIterator[str]:
    """Where the album is reached."""
    async with served(album.app, free_port()) as address:
        yield address


@pytest.fixture
def elsewhere(tmp_path: Path, url: str) -> Settings:
    """Of a scanner."""
    return Settings(
        data=tmp_path / "elsewhere", previews=tmp_path / "elsewhere/previews", workers=1, gateway=url
    )


@asynccontextmanager
async def scanning(bus: Bus, settings: Settings, mounts: Mounts) -> AsyncIterator[asyncio.Task[None]]:
    """A scanner, once the bus sees it."""
    stop, before = asyncio.Event(), await bus.consumers(SCAN_FILES)
    running = asyncio.create_task(scanner.run(bus, settings, stop, mounts))
    try:
        await eventually(seen(bus, before + 1), "the scanner is there")
        yield running
    finally:
        stop.set()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def seen(bus: Bus, count: int) -> Callable[[], "asyncio.Future[bool]"]:
    async def check() -> bool:
        return await bus.consumers(SCAN_FILES) == count

    return lambda: asyncio.ensure_future(check())
