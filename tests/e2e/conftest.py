"""Chromium on a served library. Console output or a request to another host fails the test."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    FloatRect,
    Locator,
    Page,
    Playwright,
    Request,
    ViewportSize,
    async_playwright,
    expect,
)

from tests.support import photos
from tests.support.album import Album, command_line
from tests.support.tabs import Tabs

COUNT = 200
DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
PATIENCE_MS = 60_000
"""Slowness on a busy machine is no fault."""
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """Two hundred photos over four months, plus a broken one and one whose name would break a careless page. Made and
    scanned once for all workers: `data` is only copied, and nobody changes `photos`."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if hasattr(request.config, "workerinput") else base) / "library"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not (folder / "made").exists():
            _make(folder)
            (folder / "made").touch()
    return folder


def _make(folder: Path) -> None:
    for number in range(COUNT):
        size = (320, 240) if number % 3 else (240, 320)
        when = f"2021:0{number // 50 + 1}:{number % 25 + 1:02} 10:{number % 50:02}:00"
        exif = photos.exif(when, Make="Maker", Model="Box 1")
        photos.write(folder / "photos" / f"{number:03}.jpg", number, size=size, exif=exif)
    (folder / "photos" / "broken.jpg").write_bytes(b"broken")
    photos.write(
        folder / "photos" / "<img src=x onerror=alert(1)>.jpg", 99, exif=photos.exif("2021:05:01 10:00:00")
    )
    scan = command_line("scan", "--data", folder / "data", ALBUMEN_PHOTOS=str(folder / "photos"))
    assert scan.returncode == 0, scan.stderr


@contextmanager
def copied(library: Path, folder: Path) -> Iterator[Album]:
    data = shutil.copytree(library / "data", folder / "data")
    served = Album(library / "photos", data, None, "--no-classify")
    served.scans = 2
    served.start_all()
    yield served
    served.stop_all()


@pytest.fixture(scope="module")
def album(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Album]:
    """The module's copy."""
    with copied(library, tmp_path_factory.mktemp("album")) as served:
        yield served


@pytest.fixture(scope="session")
def unchanged(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Album]:
    """For all modules whose tests change nothing: starting an album takes two seconds of processor time."""
    with copied(library, tmp_path_factory.mktemp("unchanged")) as served:
        yield served


@pytest.fixture
async def url(album: Album) -> str:
    """Available once every photo is shown, and the scan with which Albumen starts is over."""
    async with await album.scanned() as client:
        return str(client.base_url).rstrip("/")


def binary() -> str:
    """Path of Chromium. Skips the test if it is not installed."""
    return shutil.which("chromium") or pytest.skip("Chromium is not installed (Debian: apt install chromium)")


@pytest.fixture
def _function_scoped_runner(_session_scoped_runner: asyncio.Runner) -> asyncio.Runner:
    """Overrides pytest-asyncio's fixture: all async code in this folder runs in one loop, the browser's."""
    return _session_scoped_runner


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as started:
        yield started


class Launched:
    """The worker's only browser: starting one takes a second, and there are two hundred tests."""

    def __init__(self, playwright: Playwright, binary: str) -> None:
        self._playwright, self._binary = playwright, binary
        self._browser: Browser | None = None

    async def browser(self) -> Browser:
        """Relaunches the browser if a test has closed it."""
        if self._browser is None or not self._browser.is_connected():
            self._browser = await self._playwright.chromium.launch(
                executable_path=self._binary, args=["--no-sandbox", "--disable-gpu"]
            )
        return self._browser

    async def close(self) -> None:
        if self._browser is not None:
            await self._browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def launched(playwright: Playwright) -> AsyncIterator[Launched]:
    one = Launched(playwright, shutil.which("chromium-headless-shell") or binary())
    yield one
    await one.close()


LONGER: Final = """{
  const set = setTimeout;
  globalThis.setTimeout = (act, time, ...given) => set(act, time >= 6000 ? 30 * time : time, ...given);
}"""
"""A toast with its Undo stays for minutes instead of seconds: a click takes longer on a busy machine."""


async def patient(context: BrowserContext) -> None:
    context.set_default_timeout(PATIENCE_MS)
    await context.add_init_script(LONGER)


TABS: Final = Tabs(patient)
FAILED: Final = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


NEW_CACHE: Final[Mapping[str, Any]] = {"service_workers": "block"}
"""As options of a context: one that was not there before, for tests of what is fetched."""


async def patient_context(browser: Browser, **options: Any) -> BrowserContext:
    return await TABS.new_context(browser, **options)


@pytest.fixture
async def chromium(
    launched: Launched, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> AsyncIterator[Browser]:
    """The shared browser; contexts left open by the test are closed."""
    monkeypatch.setattr(Browser, "new_context", patient_context)
    browser = await launched.browser()
    yield browser
    await TABS.end(browser, request.node.stash.get(FAILED, False))


LATE: Final = "Transition was aborted because of invalid state. Page already revealed"
"""Chromium says so four seconds after a click. A page whose first script hasn't come by then can't be told: nobody
listens there yet."""


BLOCKED: Final = "Service Worker registration blocked by Playwright"


class Watched:
    """A page and its faults: console output and requests to other hosts."""

    def __init__(self, page: Page, host: str) -> None:
        self.page, self.faults = page, list[str]()
        self._host, self._listens = host, False
        page.on("console", self._said)
        page.on("pageerror", self._failed)
        page.on("request", self._asked)
        page.on("requestfinished", self._came)

    def _said(self, line: ConsoleMessage) -> None:
        if line.type in FAULTS and BLOCKED not in line.text:
            self.faults.append(f"console: {line.text}")

    def _failed(self, error: Error) -> None:
        if self._listens or error.message != LATE:
            self.faults.append(f"error: {error}")

    def _asked(self, sent: Request) -> None:
        if sent.is_navigation_request():
            self._listens = False
        address = urlsplit(sent.url)
        if address.scheme in ("http", "https") and address.netloc != self._host:
            self.faults.append(f"request to {sent.url}")

    def _came(self, sent: Request) -> None:
        self._listens = self._listens or urlsplit(sent.url).path.endswith("/transitions.js")


FAULTS = ("error", "warning")


async def arrived(page: Page) -> None:
    """Wait until the scripts of a page are running; call once its URL or text is there.

    Until then keys are not handled, and forms are sent as without scripts, so no toast follows.
    """
    await page.wait_for_load_state()
    await expect(page.locator("[data-htmx-powered]").first).to_be_attached()


UNSETTLED: Final = ".grid[data-outline]:not(.whole) > .further, .whole > .tile:not([id])"
"""Matches until the script has taken over the grid and every tile near the window is loaded."""


async def fetched(page: Page, script: str) -> None:
    """Wait for a script that a page fetches only after the others, with `import()`."""
    await page.evaluate(
        """(name) => import(new URL(name, document.querySelector("script[src*='/app.js']").src)).then(() => null)""",
        script,
    )


async def box(of: Locator) -> FloatRect:
    """Where it is on the page, once it is shown: scripts show some things only after the page has come."""
    await expect(of).to_be_visible()
    found = await of.bounding_box()
    assert found
    return found


async def sent(page: Page, button: Locator) -> None:
    """Click, and wait for the answering page: navigating away earlier would cancel the form."""
    async with page.expect_navigation():
        await button.click()


async def watched(context: BrowserContext, url: str) -> Watched:
    return Watched(await context.new_page(), urlsplit(url).netloc)


@pytest.fixture
async def page(chromium: Browser, url: str) -> AsyncIterator[Page]:
    """At desktop size; its faults fail the test."""
    context = await chromium.new_context(locale="en-GB", viewport=DESKTOP, base_url=url)
    seen = await watched(context, url)
    yield seen.page
    assert seen.faults == []
    await context.close()


@pytest.fixture
async def unwatched(chromium: Browser, url: str) -> AsyncIterator[Page]:
    """A `page` for tests of what goes wrong, which appears in the console."""
    context = await chromium.new_context(locale="en-GB", viewport=DESKTOP, base_url=url)
    yield await context.new_page()
    await context.close()
