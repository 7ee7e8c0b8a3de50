"""Back, as on a phone: it closes what is open before it leaves the page."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import PHONE, arrived, watched
from tests.support.album import Album

pytestmark = pytest.mark.browser
CHOSEN = ".pick input:checked"
MENU = ".selbar details[data-key=a]"


@pytest.fixture(scope="module")
def album(unchanged: Album) -> Album:
    return unchanged


@pytest.fixture
async def phone(chromium: Browser, url: str) -> AsyncIterator[Page]:
    """On the timeline, after the albums."""
    context = await chromium.new_context(
        locale="en-GB", viewport=PHONE, base_url=url, has_touch=True, is_mobile=True
    )
    seen = await watched(context, url)
    await seen.page.goto("/albums")
    await seen.page.goto("/")
    await arrived(seen.page)
    yield seen.page
    assert seen.faults == []
    await context.close()


async def select(page: Page) -> None:
    await page.locator("[data-select]").tap()
    await page.locator(".tile a").nth(1).tap()
    await expect(page.locator(CHOSEN)).to_have_count(1)


async def back(page: Page, layers: int) -> None:
    """Browsers tell a moment later that something was opened."""
    await page.wait_for_function("(layers) => history.state?.layer === layers", arg=layers)
    await page.go_back()


async def test_first_the_menu_then_the_selection_then_the_page(phone: Page) -> None:
    """Where one was on the page, one stays."""
    await select(phone)
    await phone.evaluate("scrollTo({top: 500, behavior: 'instant'})")
    await phone.locator(f"{MENU} > summary").tap()
    await back(phone, 2)
    await expect(phone.locator("details[open]")).to_have_count(0)
    await expect(phone.locator("[data-selected]")).to_have_text("1 photo")
    await back(phone, 1)
    await expect(phone.locator(".selbar")).to_be_hidden()
    assert await phone.evaluate("scrollY") == 500
    await phone.go_back()
    await expect(phone.locator("h1")).to_have_text("Albums")


async def test_what_was_closed_otherwise_costs_no_press(phone: Page) -> None:
    await select(phone)
    await phone.locator(f"{MENU} > summary").tap()
    await expect(phone.locator(f"{MENU}[open]")).to_have_count(1)
    await phone.locator(f"{MENU} > summary").tap()
    await phone.locator("[data-clear]").tap()
    await expect(phone.locator(CHOSEN)).to_have_count(0)
    await select(phone)
    await phone.go_back()
    await expect(phone.locator(CHOSEN)).to_have_count(0)
    await expect(phone).to_have_url("/")
    await phone.go_back()
    await expect(phone.locator("h1")).to_have_text("Albums")


async def test_what_is_behind_more(phone: Page) -> None:
    await phone.locator(".more-button").tap()
    await back(phone, 1)
    await expect(phone.locator("#more:popover-open")).to_have_count(0)
    await expect(phone).to_have_url("/")


async def test_the_help(phone: Page) -> None:
    await phone.keyboard.press("?")
    await back(phone, 1)
    await expect(phone.locator("#keys")).to_be_hidden()
    await expect(phone).to_have_url("/")


async def test_in_the_viewer_first_its_menu(phone: Page) -> None:
    await phone.locator(".tile a").first.tap()
    await expect(phone.locator("#viewer")).to_be_visible()
    await phone.locator("[data-do=album]").tap()
    await expect(phone.locator("#panel details[open]").first).to_be_visible()
    await phone.go_back()
    await expect(phone.locator("#panel details[open]")).to_have_count(0)
    await expect(phone.locator("#viewer")).to_be_visible()
    await phone.go_back()
    await expect(phone.locator("#viewer")).to_have_count(0)
    await expect(phone).to_have_url("/")
    await select(phone)
    await phone.go_back()
    await expect(phone.locator(CHOSEN)).to_have_count(0)
    await phone.go_back()
    await expect(phone.locator("h1")).to_have_text("Albums")
