"""Chromium on a served library. A word on the page's console or a request to elsewhere fails the test."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Playwright,
    ViewportSize,
    async_playwright,
    expect,
)

from tests.support import photos
from tests.support.album import Album

COUNT = 200
DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
expect.set_options(timeout=15_000)  # as a page waits: what takes long on a busy machine is no fault


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
    async with await album.scanned() as client:
        return str(client.base_url).rstrip("/")


def binary() -> str:
    """Chromium's. Skips the test where there is none."""
    return shutil.which("chromium") or pytest.skip("Chromium is not installed (Debian: apt install chromium)")


@pytest.fixture
def _function_scoped_runner(_session_scoped_runner: asyncio.Runner) -> asyncio.Runner:
    """pytest-asyncio's own fixture: what is asynchronous in this folder runs in one loop, that of the browser."""
    return _session_scoped_runner


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as started:
        yield started


class Launched:
    """The worker's one browser: a start takes a second, and there are two hundred tests."""

    def __init__(self, playwright: Playwright, binary: str) -> None:
        self._playwright, self._binary = playwright, binary
        self._browser: Browser | None = None

    async def browser(self) -> Browser:
        """Another one, should a test have ended it."""
        if self._browser is None or not self._browser.is_connected():
            self._browser = await self._playwright.chromium.launch(
                executable_path=self._binary, args=["--no-sandbox"]
            )
        return self._browser

    async def close(self) -> None:
        if self._browser is not None:
            await self._browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def launched(playwright: Playwright) -> AsyncIterator[Launched]:
    one = Launched(playwright, binary())
    yield one
    await one.close()


@pytest.fixture
async def chromium(launched: Launched) -> AsyncIterator[Browser]:
    """Without anything that another test left open."""
    browser = await launched.browser()
    yield browser
    for context in browser.contexts:
        await context.close()


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


async def arrived(page: Page) -> None:
    """On the page that a click led to, once its address or a text of it is there: until its scripts have come, too.

    Before that a key is heard by nobody, and a form is sent as it is without scripts: no toast follows.
    """
    await page.wait_for_load_state()
    await expect(page.locator("[data-htmx-powered]").first).to_be_attached()


async def sent(page: Page, button: Locator) -> None:
    """By a click, until the page that answers is there: who goes elsewhere before that calls the form back."""
    async with page.expect_navigation():
        await button.click()


async def watched(context: BrowserContext, url: str) -> Watched:
    return Watched(await context.new_page(), urlsplit(url).netloc)


@pytest.fixture
async def page(chromium: Browser, url: str) -> AsyncIterator[Page]:
    """At desktop size; its faults fail the test."""
    context = await chromium.new_context(locale="en-GB", viewport=DESKTOP, base_url=url)
    context.set_default_timeout(15_000)
    seen = await watched(context, url)
    yield seen.page
    assert seen.faults == []
    await context.close()
