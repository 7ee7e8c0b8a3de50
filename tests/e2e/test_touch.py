"""What a finger presses is large enough, and places have names on a phone that lies on its side and on a tablet."""

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from tests.e2e.conftest import PHONE
from tests.support.album import Album

pytestmark = pytest.mark.browser
SIDEWAYS = ViewportSize(width=844, height=390)
TABLET = ViewportSize(width=1024, height=768)
PAGES = (
    *(
        "/",
        "/months",
        "/years",
        "/categories",
        "/albums",
        "/search",
        "/search?q=jpg&facets=1",
        "/jobs",
        "/models",
    ),
    *(
        "/duplicates",
        "/bin",
        "/hidden",
        "/history",
        "/settings",
        "/places",
        "/people",
        "/keywords",
        "/access",
    ),
)
SMALL = """() => [...document.querySelectorAll(
  "a[href], button, summary, select, textarea, input:not([type=hidden]), label:has(> [type=checkbox], > [type=radio])"
)].filter((one) => {
  const text = one.matches("a") && one.closest("p, dd, td, .lines");
  const inside = one.matches("[type=checkbox], [type=radio]") && one.closest("label");
  const {width, height} = one.getBoundingClientRect();
  const seen = one.checkVisibility({visibilityProperty: true, opacityProperty: true}) && width > 2 && height > 2;
  const exempt = text || inside || one.closest(".scrubber, .skip, [aria-hidden=true]");
  return seen && !exempt && (height < 43.9 || width < 30);
}).map((one) => one.outerHTML.slice(0, 120))"""
HIDDEN = """() => [...document.querySelectorAll(".rail :is(a, button):not(.brand)")]
  .filter((one) => one.checkVisibility() && !one.hidden).filter((one) => {
    const name = one.querySelector("span"), {width} = name.getBoundingClientRect();
    const {top, bottom} = one.getBoundingClientRect();
    return width < 16 || name.scrollWidth > name.clientWidth + 1 && name.clientWidth || top < 0 || bottom > innerHeight;
  }).map((one) => one.textContent.trim())"""


@pytest.fixture(scope="module")
def album(unchanged: Album) -> Album:
    return unchanged


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
async def test_what_can_be_pressed_is_44_pixels_high(chromium: Browser, url: str, size: ViewportSize) -> None:
    context = await chromium.new_context(viewport=size, base_url=url, has_touch=True, is_mobile=True)
    page = await context.new_page()
    small = {}
    for path in PAGES:
        await page.goto(path)
        if found := await page.evaluate(SMALL):
            small[path] = found
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert small == {}
    await context.close()


@pytest.mark.parametrize("size", [SIDEWAYS, TABLET], ids=["sideways", "tablet"])
@pytest.mark.parametrize("language", ["en-GB", "de-DE"])
async def test_places_have_names(chromium: Browser, url: str, size: ViewportSize, language: str) -> None:
    context = await chromium.new_context(
        viewport=size, base_url=url, has_touch=True, is_mobile=True, locale=language
    )
    page = await context.new_page()
    await page.goto("/")
    assert await page.evaluate(HIDDEN) == []
    more = page.locator(".more-button")
    if size == SIDEWAYS:
        await more.tap()
        last = page.locator("#more a").last
        await last.scroll_into_view_if_needed()
        await expect(last).to_be_in_viewport()
        await last.tap()
        await expect(page).to_have_url(f"{url}/settings")
    else:
        await expect(more).to_be_hidden()
    await context.close()
