"""The search field in a browser: completion by keyboard, results while typing, a smart album and its undo."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.support.album import Album, give

pytestmark = pytest.mark.browser


async def test_completion_by_keys_and_a_search_saved_as_an_album(page: Page) -> None:
    await page.goto("/search")
    field = page.get_by_role("searchbox")
    await field.press_sequentially("mak")
    await expect(page.locator("#completions a")).to_have_text(["Maker Box 1 camera"])
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(field).to_have_value('camera:"Maker Box 1" ')
    await expect(field).to_be_focused()
    await expect(page.locator(".result")).to_contain_text("photos")
    await field.press_sequentially("month:2021-02")
    await expect(page.locator(".result")).to_contain_text("50 photos")
    await expect(page).to_have_url(re.compile("q=camera"))
    await page.get_by_text("Save as album").click()
    await page.get_by_label("A smart album shows").fill("February")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".cover")).to_contain_text(["February"])
    await expect(page.locator(".cover .count")).to_have_text(["50"])
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("No albums yet")).to_be_visible()


async def test_a_list_is_narrowed_from_its_own_page(page: Page, album: Album) -> None:
    async with await album.ready() as client:
        items = (await client.get("/api/images?limit=120")).json()["items"]
        await give(client, "create-album", {"name": "Some", "images": [one["id"] for one in items]})
        [own] = [one for one in (await client.get("/api/albums")).json() if one["name"] == "Some"]
    await page.goto(f"/albums/{own['id']}")
    await page.get_by_label("Filter").click()
    facets = page.locator(".pop #facets")
    await expect(facets).to_contain_text("Cameras")
    await facets.locator("a.chip:not(.user)").first.click()
    await expect(page.locator(".understood .chip").first).to_contain_text("Some")
    await expect(page.locator("#facets .user")).to_have_count(1)
    await page.locator("#facets .user").click()
    await expect(page.locator(".understood .chip")).to_have_count(1)


async def test_an_unknown_word_is_explained_and_facets_narrow(page: Page) -> None:
    await page.goto("/search?q=camera:makr")
    await expect(page.locator(".notes")).to_contain_text("Did you mean “Maker”?")
    await page.goto("/search?q=jpg")
    await expect(page.locator("#facets")).to_contain_text("Cameras")
    await page.locator("#facets a").last.click()
    await expect(page.locator(".result")).to_contain_text("photo")
