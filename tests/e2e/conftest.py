"""Chromium on a served library. A word on the page's console or a request to elsewhere fails the test."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.support import photos
from tests.support.album import Album
from tests.support.waiting import eventually

COUNT = 200
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hundred photos of four months, one of them broken, one with a name that would harm a careless page."""
    folder = tmp_path_factory.mktemp("library")
    for number in range(COUNT):
        size = (320, 240) if number % 3 else (240, 320)
        when = f"2021:0{number // 50 + 1}:{number % 25 + 1:02} 10:{number % 50:02}:00"
        taken = photos.exif(when, Make="Maker", Model="Box 1")
        photos.write(folder / "photos" / f"{number:03}.jpg", number, size=size, exif=taken)
    (folder / "photos" / "broken.jpg").write_bytes(b"broken")
    photos.write(
        folder / "photos" / "<img src=x onerror=alert(1)>.jpg", 99, exif=photos.exif("2021:05:01 10:00:00")
    )
    return folder


@pytest.fixture(scope="module")
def album(library: Path) -> Iterator[Album]:
    served = Album(library / "photos", library / "data", None, "--no-classify")
    served.start_all()
    yield served
    served.stop_all()


@pytest.fixture
async def url(album: Album) -> str:
    """Once every photo is shown."""
    async with await album.ready() as client:

        async def scanned() -> bool:
            return bool((await client.get("/api/images")).json()["total"] == COUNT + 1)

        await eventually(scanned, "all photos are shown", 60)
        return str(client.base_url).rstrip("/")


def binary() -> str:
    """Chromium's. Skips the test where there is none."""
    return shutil.which("chromium") or pytest.skip("Chromium is not installed (Debian: apt install chromium)")


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=binary(), args=["--no-sandbox"])
        yield browser
        await browser.close()


class Watched:
    """A page, and what it did that it must not do."""

    def __init__(self, page: Page, host: str) -> None:
        self.page, self.faults = page, list[str]()
        page.on(
            "console",
            lambda said: self.faults.append(f"console: {said.text}") if said.type in FAULTS else None,
        )
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", lambda sent: self._elsewhere(sent.url, host))

    def _elsewhere(self, url: str, host: str) -> None:
        if urlsplit(url).scheme in ("http", "https") and urlsplit(url).netloc != host:
            self.faults.append(f"request to {url}")


FAULTS = ("error", "warning")


async def watched(context: BrowserContext, url: str) -> Watched:
    return Watched(await context.new_page(), urlsplit(url).netloc)


@pytest.fixture
async def page(chromium: Browser, url: str) -> AsyncIterator[Page]:
    """At desktop size; its faults fail the test."""
    context = await chromium.new_context(locale="en-GB", viewport=DESKTOP, base_url=url)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    seen = await watched(context, url)
    yield seen.page
    assert seen.faults == []
    await context.close()
