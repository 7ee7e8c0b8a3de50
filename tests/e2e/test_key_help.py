"""Keyboard help: built from the key table itself, on every page and over a photo."""

import pytest
from playwright.async_api import Page, expect

from tests.support.album import Album

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def album(unchanged: Album) -> Album:
    return unchanged


async def rows(page: Page) -> list[tuple[str, str]]:
    """The keys and their actions, as listed in the open help."""
    dialog = page.locator("#keys")
    await expect(dialog).to_be_visible()
    terms, texts = dialog.locator("dt"), dialog.locator("dd")
    await expect(terms).to_have_count(await texts.count())
    return list(zip(await terms.all_inner_texts(), await texts.all_inner_texts(), strict=True))


async def test_it_tells_every_key(page: Page) -> None:
    await page.goto("/")
    await page.keyboard.press("?")
    listed = await rows(page)
    assert listed[0] == ("← → ↑ ↓", "From photo to photo")
    assert ("Ctrl a", "Select all") in listed
    assert ("Alt ← → ↑ ↓", "Move the selected photos") in listed
    assert ("s v", "Slideshow, full screen") in listed
    assert ("+ = -", "Days, months, years") in listed
    assert listed[-1] == ("?", "These shortcuts")
    await page.keyboard.press("Escape")
    await expect(page.locator("#keys")).to_be_hidden()
    await page.keyboard.press("?")
    assert await rows(page) == listed


async def test_over_a_photo_and_back_to_it(page: Page) -> None:
    """While open, only the help handles keys."""
    await page.goto("/")
    await page.locator(".tile a").nth(3).click()
    await expect(page.locator("#viewer")).to_be_visible()
    await page.keyboard.press("?")
    assert await rows(page)
    await page.keyboard.press("i")
    await page.keyboard.press("Escape")
    await expect(page.locator("#keys")).to_be_hidden()
    await expect(page.locator("#panel")).to_be_hidden()
    await expect(page.locator("#viewer")).to_be_visible()
    await page.keyboard.press("i")
    await expect(page.locator("#panel")).to_be_visible()
