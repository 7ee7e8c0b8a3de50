"""In every language, pages fit a window of 320 pixels: nothing scrolls sideways, no button and no entry is cut."""

import pytest
from playwright.async_api import Browser

from services.gateway.i18n.catalogues import LANGUAGES
from tests.e2e.conftest import watched
from tests.support.album import Album

pytestmark = pytest.mark.browser
PAGES = ("/", "/settings", "/categories", "/search", "/models")
CUT = """() => {
    const cut = [...document.querySelectorAll("button, summary, nav a, nav span, th, select")].filter(
        one => one.offsetParent && getComputedStyle(one).display !== "inline"
            && one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1
    );
    const { scrollWidth, clientWidth } = document.documentElement;
    return [...cut.map(one => one.textContent.trim()), ...(scrollWidth > clientWidth ? ["the page"] : [])];
}"""
"""Texts of what is wider than its box, or than the window."""


@pytest.fixture(scope="module")
def album(unchanged: Album) -> Album:
    return unchanged


@pytest.mark.parametrize("language", LANGUAGES)
async def test_nothing_is_cut(chromium: Browser, url: str, language: str) -> None:
    context = await chromium.new_context(
        viewport={"width": 320, "height": 640}, base_url=url, locale=language
    )
    seen = await watched(context, url)
    cut = {}
    for path in PAGES:
        await seen.page.goto(path)
        assert await seen.page.locator("html").get_attribute("lang") == language
        if texts := await seen.page.evaluate(CUT):
            cut[path] = texts
    assert cut == {}
    assert seen.faults == []
    await context.close()


async def test_what_is_cut_is_found(chromium: Browser, url: str) -> None:
    context = await chromium.new_context(viewport={"width": 320, "height": 640}, base_url=url)
    page = await context.new_page()
    await page.goto("/settings")
    await page.locator("button", has_text="Rescan").first.evaluate(
        "one => { one.style.width = '20px'; one.style.overflow = 'hidden'; one.style.whiteSpace = 'nowrap'; }"
    )
    assert "Rescan" in await page.evaluate(CUT)
    await context.close()
