"""At 320 pixels, or 1280 at 400 %, every page can be read without scrolling sideways (WCAG 2.2, 1.4.10)."""

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import PHONE, watched
from tests.support.album import Album
from tests.support.waiting import PATIENCE_S

PAGES = (
    *("/", "/?select=1", "/hidden", "/categories", "/albums", "/search", "/search?q=jpg", "/duplicates"),
    *(
        "/images/{image}",
        "/images/{image}/similar",
        "/places",
        "/months",
        "/years",
        "/cameras",
        "/people",
        "/keywords",
    ),
    *("/jobs", "/backups", "/models", "/models/compare", "/history", "/settings", "/offline"),
)
BEYOND = """rtl => {
    document.documentElement.dir = rtl ? "rtl" : "ltr";
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
}"""
"""Pixels by which the page is wider than the window."""


@pytest.fixture(scope="module")
def album(unchanged: Album) -> Album:
    return unchanged


async def test_no_page_scrolls_sideways(page: Page, url: str) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S) as client:
        image = (await client.get("/api/images", params={"limit": 1})).json()["items"][0]["id"]
    await page.set_viewport_size({"width": 320, "height": 640})
    wide = []
    for path in PAGES:
        await page.goto(path.format(image=image))
        wide += [f"{path} rtl={rtl}" for rtl in (False, True) if await page.evaluate(BEYOND, rtl) > 0]
    assert wide == []


@pytest.mark.parametrize("width", [320, 390])
async def test_the_name_of_a_card_is_not_cut_for_its_count(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 844})
    for path in ("/years", "/cameras"):
        await page.goto(path)
        name = page.locator(".cover b").first
        assert await name.evaluate("name => name.scrollWidth <= name.clientWidth"), path


async def test_the_banner_of_an_earlier_day_stays_in_sight_on_a_phone(chromium: Browser, url: str) -> None:
    context = await chromium.new_context(viewport=PHONE, base_url=url)
    seen = await watched(context, url)
    await seen.page.goto("/history")
    await seen.page.locator(".as-then button").first.click()
    await expect(seen.page.locator(".then")).to_contain_text("read-only")
    await seen.page.goto("/")
    await expect(seen.page.locator(".grid img").first).to_be_visible()
    await seen.page.mouse.wheel(0, 1500)
    await expect(seen.page.locator(".top h1")).not_to_be_in_viewport()
    await expect(seen.page.get_by_role("button", name="Back to now")).to_be_in_viewport(ratio=1)
    assert seen.faults == []
    await context.close()
