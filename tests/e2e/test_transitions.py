"""A view transition aborted by the browser is no fault of the page: nothing reaches the console."""

import asyncio
from collections.abc import AsyncIterator
from itertools import cycle

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Playwright, Route, expect

from tests.e2e.conftest import DESKTOP, PATIENCE_MS, binary, watched
from tests.support.album import Album
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser
HEARD = """addEventListener("unhandledrejection", ({reason}) => {
  sessionStorage.given_up = (sessionStorage.given_up ?? "") + reason.message + "\\n";
});"""
"""In each page of the tab: records aborted transitions without handling the rejection."""
CHROMIUM_WAITS_S = 4
"""How long Chromium waits for a page to be shown before it aborts the transition without firing an event."""


@pytest.fixture(scope="module")
def album(unchanged: Album) -> Album:
    return unchanged


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def caching(playwright: Playwright) -> AsyncIterator[Browser]:
    """With the back/forward cache, which the driver disables."""
    browser = await playwright.chromium.launch(
        executable_path=binary(),
        args=["--no-sandbox"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    await browser.close()


@pytest.fixture
async def page(caching: Browser, url: str) -> AsyncIterator[Page]:
    """With no service worker, so that routes see every request."""
    context = await caching.new_context(viewport=DESKTOP, base_url=url, service_workers="block")
    context.set_default_timeout(PATIENCE_MS)
    seen = await watched(context, url)
    await seen.page.add_init_script(HEARD)
    yield seen.page
    await context.close()
    assert seen.faults == []


async def has_given_up(page: Page, why: str) -> bool:
    return why in await page.evaluate("sessionStorage.given_up ?? ''")


async def given_up(page: Page, why: str) -> None:
    """Wait for Chromium's reason for aborting the transition: without it the test would prove nothing."""

    await eventually(lambda: has_given_up(page, why), f"a transition is given up: {why}")


async def uncached(page: Page) -> None:
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})


async def left_for(page: Page, path: str) -> None:
    """Click a link in the rail."""
    await page.locator(f".rail a[href='{path}']").click(no_wait_after=True)
    await page.wait_for_url(f"**{path}", wait_until="commit")


@pytest.mark.parametrize(
    ("began", "why"),
    [
        ("document.startViewTransition(); document.startViewTransition()", "New ViewTransition started"),
        ("document.startViewTransition().skipTransition()", "skipTransition() called"),
        ("document.startViewTransition(() => new Promise((done) => setTimeout(done, 6000)))", "timed out"),
        (
            "htmx.config.transitions = true;"
            "for (const _ of [1, 2]) htmx.ajax('GET', '/albums', {target: '#page', swap: 'outerHTML'});"
            "document.addEventListener('htmx:before:viewTransition', () =>"
            " setTimeout(() => document.startViewTransition()))",
            "New ViewTransition started",
        ),
    ],
    ids=["the next one", "skipped", "too slow", "of htmx"],
)
async def test_within_a_page(page: Page, began: str, why: str) -> None:
    await page.goto("/albums")
    await page.evaluate(f"() => {{ {began} }}")
    await given_up(page, why)


BEGUN = """() => new Promise((begun) => document.startViewTransition(() => new Promise((done) => {
  globalThis.go = done;
  begun();
})))"""
"""The transition's change of the page completes when `go()` is called; nothing is painted until then."""


async def test_the_window_is_resized_meanwhile(page: Page) -> None:
    """Again where that took longer than Chromium waits for the change of the page."""
    await page.goto("/albums")
    widths = cycle((800, 1000))

    async def resized() -> bool:
        await page.evaluate(BEGUN)
        await page.set_viewport_size({"width": next(widths), "height": 600})
        await page.evaluate("go()")
        return await has_given_up(page, "Viewport size changed")

    await eventually(resized, "a transition is given up because of the new size")


async def test_the_page_is_left_meanwhile_and_comes_back_as_it_was(page: Page) -> None:
    """Hidden midway and kept in the back/forward cache; it learns of the abort only when shown again. Again where that
    took longer than Chromium waits."""

    async def left() -> bool:
        await page.goto("/albums")
        await page.evaluate("addEventListener('pageshow', ({persisted}) => { globalThis.kept = persisted; })")
        await page.evaluate(BEGUN)
        await page.goto("/categories")
        await page.evaluate("setTimeout(() => history.back())")
        await expect(page.locator("h1")).to_have_text("Albums")
        await eventually(lambda: page.evaluate("globalThis.kept === true"), "the page comes back as it was")
        await eventually(lambda: page.evaluate("'given_up' in sessionStorage"), "the transition is given up")
        return await has_given_up(page, "Document hidden")

    await eventually(left, "a transition is given up because the page is hidden")


async def test_another_begins_as_the_page_is_left(page: Page) -> None:
    await page.goto("/albums")
    await page.evaluate("addEventListener('pageswap', () => document.startViewTransition())")
    await left_for(page, "/categories")
    await given_up(page, "Navigation transition active")


@pytest.mark.parametrize("part", ["album.css", "transitions.js"])
async def test_the_next_page_is_late(page: Page, part: str) -> None:
    """This part arrives after Chromium's timeout: no event announces that transition, as on a busy machine."""

    async def late(route: Route) -> None:
        await asyncio.sleep(CHROMIUM_WAITS_S + 1)
        await route.continue_()

    await page.goto("/albums")
    await uncached(page)
    await page.route(f"**/{part}", late)
    await left_for(page, "/categories")
    await given_up(page, "Page already revealed")


async def test_the_next_page_wants_none(page: Page) -> None:
    async def without(route: Route) -> None:
        answer = await route.fetch()
        text = await answer.text()
        assert "navigation: auto" in text
        await route.fulfill(response=answer, body=text.replace("navigation: auto", "navigation: none"))

    await page.goto("/albums")
    await uncached(page)
    await page.route("**/album.css", without)
    await left_for(page, "/categories")
    await given_up(page, "opt-in disabled")


@pytest.mark.parametrize("late", ["app.js", "album.css"])
async def test_the_next_click_comes_first(page: Page, late: str) -> None:
    """The next navigation starts while the page's script or style sheet is still loading."""
    go_on = asyncio.Event()

    async def held(route: Route) -> None:
        await go_on.wait()
        await route.continue_()

    await page.goto("/albums")
    await uncached(page)
    await page.route(f"**/{late}", held)
    await left_for(page, "/categories")
    await page.evaluate("setTimeout(() => location.assign('/years'))")
    await page.wait_for_url("**/years", wait_until="commit")
    go_on.set()
    await expect(page.locator(".years")).to_be_visible()
