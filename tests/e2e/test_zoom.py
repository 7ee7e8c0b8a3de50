"""Days, months, years: switching between them keeps the place."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import arrived
from tests.support.album import Album

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def album(unchanged: Album) -> Album:
    return unchanged


async def test_away_and_back_to_where_one_was(page: Page) -> None:
    """From the middle of the grid by keys to its month and year; by clicks back to that month."""
    await page.goto("/")
    await expect(page.locator(".grid.whole")).to_be_visible()
    await page.evaluate("document.querySelector('.scrubber a[data-month=\"2021-02\"]').click()")
    await expect(page.locator(".scrubber [aria-current]")).to_have_attribute("data-month", "2021-02")
    await page.keyboard.press("-")
    await expect(page).to_have_url(re.compile(r"/months#m-2021-02$"))
    await expect(page.locator("#m-2021-02")).to_be_in_viewport()
    await arrived(page)
    await page.keyboard.press("-")
    await expect(page).to_have_url(re.compile(r"/years#y-2021$"))
    await page.locator("#y-2021 > .cover").click()
    await expect(page).to_have_url(re.compile(r"/months#y-2021$"))
    await page.locator("#m-2021-02 a").click()
    await expect(page).to_have_url(re.compile(r"/\?at=2021-02$"))
    await expect(page.get_by_role("heading", name="February 2021")).to_be_in_viewport()


async def test_the_nearest_level_comes_back_by_key(page: Page) -> None:
    await page.goto("/months#y-2021")
    await page.keyboard.press("+")
    await expect(page).to_have_url(re.compile(r"/\?at=2021-05$"))
    await arrived(page)
    await page.keyboard.press("+")
    await expect(page).to_have_url(re.compile(r"/\?at=2021-05$"))
