"""However slow the page is, a click on a photo and the keys after it take effect: now, or as soon as they can."""

import asyncio
import re

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.e2e.conftest import box
from tests.support.album import Album

pytestmark = pytest.mark.browser
OPENED = re.compile(r"/images/[0-9a-f]{32}(\?|$)")


@pytest.fixture(scope="module")
def album(unchanged: Album) -> Album:
    return unchanged


class Held:
    """Holds back requests to an address until let go."""

    def __init__(self) -> None:
        self.asked, self._go = asyncio.Event(), asyncio.Event()

    @classmethod
    async def of(cls, page: Page, address: str | re.Pattern[str]) -> "Held":
        held = cls()
        await page.route(address, held._wait)
        return held

    async def _wait(self, route: Route) -> None:
        self.asked.set()
        await self._go.wait()
        await route.continue_()

    def let_go(self) -> None:
        self._go.set()


def tile(page: Page, number: int) -> Locator:
    return page.locator(".tile a").nth(number)


async def pressed(page: Page, at: Locator) -> None:
    """Press the mouse button in its middle and keep it down."""
    there = await box(at)
    await page.mouse.move(there["x"] + there["width"] / 2, there["y"] + there["height"] / 2)
    await page.mouse.down()


async def test_keys_between_a_click_and_the_viewer_are_kept_for_it(page: Page) -> None:
    """Info, and two photos on, while the viewer's script is still loading."""
    script = await Held.of(page, "**/viewer.js")
    await page.goto("/")
    last = await tile(page, 5).get_attribute("href")
    await tile(page, 3).click()
    for key in ("i", "ArrowRight", "ArrowRight"):
        await page.keyboard.press(key)
    script.let_go()
    await expect(page).to_have_url(re.compile(f"{last}$"))
    await expect(page.locator("#panel h1")).to_contain_text("2021")


async def test_keys_on_a_photos_own_page_are_kept_for_the_viewer(page: Page) -> None:
    image = (await (await page.request.get("/api/images?limit=1")).json())["items"][0]["id"]
    script = await Held.of(page, "**/viewer.js")
    await page.goto(f"/images/{image}", wait_until="commit")
    await script.asked.wait()
    await page.keyboard.press("s")
    script.let_go()
    await expect(page.get_by_label("Slideshow")).to_have_attribute("aria-pressed", "true")


async def test_keys_while_the_last_photo_still_closes_are_for_the_next(page: Page) -> None:
    await page.goto("/")
    await tile(page, 3).click()
    await expect(page.locator("#viewer")).to_be_visible()
    address = await tile(page, 6).get_attribute("href")
    await page.evaluate(
        """() => document.addEventListener("viewer:closed", () => {
          document.querySelectorAll(".tile a")[5].click();
          document.body.dispatchEvent(
            new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true, cancelable: true}));
        }, {once: true})"""
    )
    await page.keyboard.press("Escape")
    await expect(page).to_have_url(re.compile(f"{address}$"))
    await expect(page.locator("#viewer")).to_be_visible()


async def test_escape_counts_though_the_photo_still_grows(page: Page) -> None:
    await page.goto("/")
    await page.evaluate(
        """() => document.addEventListener("viewer:opened", () => setTimeout(() => document.activeElement.dispatchEvent(
          new KeyboardEvent("keydown", {key: "Escape", bubbles: true, cancelable: true}))), {once: true})"""
    )
    await tile(page, 3).click()
    await expect(page.locator("#viewer")).to_have_count(0)
    await expect(tile(page, 3)).to_be_focused()
    await expect(page).to_have_url(re.compile("/$"))


async def test_escape_gives_up_what_has_not_come(page: Page) -> None:
    script = await Held.of(page, "**/viewer.js")
    await page.goto("/")
    address = await tile(page, 4).get_attribute("href")
    await tile(page, 3).click()
    await page.keyboard.press("Escape")
    await tile(page, 4).click()
    script.let_go()
    await expect(page).to_have_url(re.compile(f"{address}$"))
    await expect(page.locator("#viewer")).to_be_visible()


async def test_a_click_before_the_scripts_have_come_is_a_link(page: Page) -> None:
    script = await Held.of(page, "**/app.js")
    await page.goto("/", wait_until="commit")
    await tile(page, 3).click(no_wait_after=True)
    await page.wait_for_url(OPENED, wait_until="commit")
    script.let_go()
    await expect(page.locator("aside.info h1")).to_contain_text("2021")


async def test_a_click_is_a_link_where_the_viewer_does_not_come(unwatched: Page) -> None:
    """The browser logs the failed request to the console."""
    page = unwatched
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.route("**/viewer.js", lambda route: route.abort())
    await page.goto("/")
    await tile(page, 3).click()
    await expect(page).to_have_url(OPENED)
    await expect(page.locator("aside.info h1")).to_contain_text("2021")
    assert errors == []


async def test_a_photo_that_was_pressed_opens_though_the_page_comes_anew_before_it_is_let_go(
    page: Page,
) -> None:
    await page.goto("/")
    address = await tile(page, 3).get_attribute("href")
    await pressed(page, tile(page, 3))
    await page.evaluate("htmx.ajax('GET', location.href, {target: '#page', swap: 'outerHTML'})")
    await page.mouse.up()
    await expect(page).to_have_url(re.compile(f"{address}$"))
    await expect(page.locator("#viewer")).to_be_visible()


async def test_a_photo_that_was_pressed_opens_though_another_is_under_the_mouse_then(page: Page) -> None:
    """For example when the page scrolls back to its former position."""
    await page.goto("/")
    await expect(page.locator(".grid.whole")).to_be_visible()
    address = await tile(page, 3).get_attribute("href")
    await pressed(page, tile(page, 3))
    await page.evaluate("scrollBy({top: 400, behavior: 'instant'})")
    await page.mouse.up()
    await expect(page).to_have_url(re.compile(f"{address}$"))


async def test_one_that_is_drawn_away_from_is_not_clicked(page: Page) -> None:
    await page.goto("/")
    await pressed(page, tile(page, 3))
    await page.evaluate("htmx.ajax('GET', location.href, {target: '#page', swap: 'outerHTML'})")
    await page.mouse.move(5, 700, steps=3)
    await page.mouse.up()
    await tile(page, 4).hover()
    await expect(page.locator("#viewer")).to_have_count(0)


@pytest.mark.parametrize("release", ["before", "after"])
async def test_a_click_on_a_photo_that_has_not_come_opens_it_once_it_has(page: Page, release: str) -> None:
    """`release`: whether the button is released before or after the photo loads."""
    photos = await Held.of(page, "**/?*after=*")
    await page.goto("/")
    await expect(page.locator(".grid.whole")).to_be_visible()
    await page.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
    await photos.asked.wait()
    ghost = page.locator(".tile:not([id])").last
    await expect(ghost).to_be_in_viewport()  # the page is there, and not only on its way
    await pressed(page, ghost)
    if release == "before":
        await page.mouse.up()
        photos.let_go()
    else:
        photos.let_go()
        await expect(page.locator(".tile:not([id])")).to_have_count(0)
        await page.mouse.up()
    await expect(page).to_have_url(OPENED)
    await expect(page.locator("#viewer")).to_be_visible()


async def test_what_is_known_follows_though_two_photos_are_called_alike(page: Page) -> None:
    """Every photo of a day at the beach is called `Beach. 3 July 2019`."""

    async def alike(route: Route) -> None:
        answer = await route.fetch()
        text = re.sub(r'"alt":"[^"]*"', '"alt":"Beach. 3 July 2019"', await answer.text())
        await route.fulfill(response=answer, body=text)

    await page.route("**/around*", alike)
    await page.goto("/")
    await tile(page, 3).click()
    await expect(page.get_by_label("Next photo")).to_be_visible()
    await page.keyboard.press("i")
    code = page.locator("#panel code").first
    await expect(code).to_be_visible()
    first = await code.inner_text()
    await expect(page).to_have_title("Beach. 3 July 2019")
    await page.keyboard.press("ArrowRight")
    await expect(code).not_to_have_text(first)
