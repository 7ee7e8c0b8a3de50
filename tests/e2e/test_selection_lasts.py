"""What is selected stays selected for the tab: over searches, other pages, Back and reloads, until something is done
with it."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import arrived
from tests.e2e.fingers import DRAWN
from tests.e2e.test_nothing_is_lost import Held, pressed

pytestmark = pytest.mark.browser


async def number(page: Page, text: str) -> None:
    await expect(page.locator("[data-selected]")).to_have_text(text)


async def test_over_searches_other_pages_back_and_reload(page: Page) -> None:
    await page.goto("/")
    await arrived(page)
    for place in (0, 1):
        await page.locator(".tile .pick input").nth(place).check()
    await page.goto("/search?q=april 2021")
    await arrived(page)
    await number(page, "2 photos")
    await page.locator(".tile .pick input").nth(3).check()
    await number(page, "3 photos")
    await page.reload()
    await number(page, "3 photos")
    await page.goto("/albums")
    await page.go_back()
    await number(page, "3 photos")
    await page.goto("/bin")  # those in the bin are selected apart
    await expect(page.locator(".selection.chosen")).to_have_count(0)
    await page.goto("/?sort=taken_at")
    await number(page, "3 photos")
    await arrived(page)
    await page.go_back()  # leaves the page: the selection was not begun on it
    await expect(page).to_have_url("/bin")
    await page.go_forward()
    await arrived(page)
    await page.locator(".selbar").get_by_role("button", name="Favourite").click()
    await expect(page.locator(".toast")).to_contain_text("Added 3 photos to the favourites")
    await expect(page.locator(".selection.chosen")).to_have_count(0)
    await page.reload()
    await arrived(page)
    await expect(page.locator(".selection.chosen")).to_have_count(0)


async def test_select_all_and_months_in_short_and_long_lists(page: Page) -> None:
    for address, month in (("/", None), ("/search?q=march 2021", "50 photos")):
        await page.goto(address)
        await arrived(page)
        circles = page.locator(".month .pick-month input")
        await circles.first.check()
        if month:
            await number(page, month)
        await expect(page.locator(".tile .pick input").first).to_be_checked()
        await page.get_by_role("button", name="Select all").click()
        total = await (
            await page.request.get("/api/images", params={"limit": 1, "q": address.partition("q=")[2]})
        ).json()
        await number(page, f"{total['total']} photos")
        await page.keyboard.press("Escape")
        await expect(page.locator(".selection.chosen")).to_have_count(0)


async def test_a_circle_that_was_pressed_is_ticked_though_the_page_comes_anew_before_it_is_let_go(
    page: Page,
) -> None:
    await page.goto("/")
    await arrived(page)
    await page.locator(".tile .pick input").first.check()
    late = await Held.of(page, re.compile(r"/$"))
    await page.locator(".selbar").get_by_role("button", name="Favourite").click()
    await late.asked.wait()
    await expect(page.locator(".selection.chosen")).to_have_count(0)
    await pressed(page, page.locator(".tile .pick input").nth(2))
    async with page.expect_request_finished(lambda request: request.url == page.url):
        late.let_go()
    await page.evaluate(DRAWN)
    await page.mouse.up()
    await number(page, "1 photo")
    await expect(page.locator(".tile .pick input").nth(2)).to_be_checked()
    await expect(page.locator(".tile").first.locator(".marks")).to_be_visible()  # the page has come
