"""What a finger presses is large enough, and places have names on a phone that lies on its side and on a tablet."""

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.e2e.conftest import PHONE
from tests.support.album import Album

pytestmark = pytest.mark.browser
FRAMES = "async () => { for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame); }"
"""Until the scripts that hear of a new size have laid everything out."""
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


async def resized(page: Page, size: ViewportSize) -> None:
    """The open page, laid out for another screen."""
    await page.set_viewport_size(size)
    await page.wait_for_function("({width}) => screen.width === width", arg=size)
    await page.evaluate(FRAMES)


async def test_what_can_be_pressed_is_44_pixels_high(chromium: Browser, url: str) -> None:
    context = await chromium.new_context(viewport=PHONE, base_url=url, has_touch=True, is_mobile=True)
    page = await context.new_page()
    small, wide = {}, []
    for path in PAGES:
        await resized(page, PHONE)
        await page.goto(path)
        for screen, size in (("phone", PHONE), ("tablet", TABLET)):
            if size == TABLET:
                await resized(page, size)
            if found := await page.evaluate(SMALL):
                small[path, screen] = found
            if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append((path, screen))
    assert (small, wide) == ({}, [])
    await context.close()


@pytest.mark.parametrize("language", ["en-GB", "de-DE"])
async def test_places_have_names(chromium: Browser, url: str, language: str) -> None:
    context = await chromium.new_context(
        viewport=TABLET, base_url=url, has_touch=True, is_mobile=True, locale=language
    )
    page = await context.new_page()
    await page.goto("/")
    more = page.locator(".more-button")
    await expect(more).to_be_hidden()
    assert await page.evaluate(HIDDEN) == [], "tablet"
    await resized(page, SIDEWAYS)
    assert await page.evaluate(HIDDEN) == [], "a phone on its side"
    await more.tap()
    last = page.locator("#more a").last
    await last.scroll_into_view_if_needed()
    await expect(last).to_be_in_viewport()
    await last.tap()
    await expect(page).to_have_url(f"{url}/settings")
    await context.close()
