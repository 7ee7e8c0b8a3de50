"""A person views the album as of an earlier day, can't change anything there, and comes back."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import PHONE, watched
from tests.support.album import client_of
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser


async def made_and_renamed(url: str, before: str, after: str) -> None:
    async with client_of(url) as client:
        (await client.post("/commands/create-album", json={"name": before})).raise_for_status()
        albums: dict[str, str] = {}

        async def shown(name: str) -> bool:
            albums.update({one["name"]: one["id"] for one in (await client.get("/api/albums")).json()})
            return name in albums

        await eventually(lambda: shown(before), "the album is there")
        renamed = {"album_id": albums[before], "name": after}
        (await client.post("/commands/rename-album", json=renamed)).raise_for_status()
        await eventually(lambda: shown(after), "it is renamed")


async def look_back(page: Page, done: str) -> None:
    """Go to the moment just after the history entry with these words."""
    await page.goto("/history")
    entry = page.locator(".history li", has_text=done).first
    await entry.locator(".as-then button").click()
    await expect(page.locator(".then")).to_contain_text("read-only")


async def test_an_album_has_its_old_name_and_its_new_one_again(page: Page, url: str) -> None:
    await made_and_renamed(url, "Harbour before", "Harbour after")
    await look_back(page, "“Harbour before”")
    await page.get_by_role("navigation", name="Albumen").get_by_role("link", name="Albums").click()
    await expect(page.get_by_text("Harbour before")).to_be_visible()
    await expect(page.locator(".then")).to_be_visible()
    await expect(page.get_by_text("Harbour after")).to_have_count(0)
    await expect(page.locator('form[action="/commands/create-album"]:visible')).to_have_count(0)
    await page.get_by_role("button", name="Back to now").click()
    await expect(page.get_by_text("Harbour after")).to_be_visible()
    await expect(page.locator(".then")).to_have_count(0)


async def test_photos_are_looked_at_but_not_changed(page: Page, url: str) -> None:
    """Only the download is left on the grid; over an open photo the banner stays."""
    await made_and_renamed(url, "Bay before", "Bay after")
    await look_back(page, "“Bay before”")
    await expect(page.locator(".grid img").first).to_be_visible()
    await expect(page.locator('[formaction^="/commands/"]:visible')).to_have_count(0)
    await page.goto((await page.locator('.grid a[href^="/images/"]').first.get_attribute("href")) or "")
    await expect(page.get_by_role("button", name="Back to now")).to_be_in_viewport()
    await expect(page.locator('form[action^="/commands/"]:visible')).to_have_count(0)


async def test_a_day_before_all_shows_an_empty_album_without_scripts(chromium: Browser, url: str) -> None:
    context = await chromium.new_context(
        java_script_enabled=False,
        viewport=PHONE,
        base_url=url,
    )
    seen = await watched(context, url)
    await seen.page.goto("/history")
    await seen.page.get_by_label("See the library as it was on").fill("1999-12-31")
    await seen.page.get_by_role("button", name="Go back to this day").click()
    await expect(seen.page.locator(".then")).to_contain_text("before your first photo")
    await expect(seen.page.get_by_role("heading", name="No photo to show")).to_be_visible()
    await seen.page.get_by_role("button", name="Back to now").click()
    await expect(seen.page.locator(".grid img").first).to_be_visible()
    assert seen.faults == []
    await context.close()
