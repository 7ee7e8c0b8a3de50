"""A browser's tab serves one test after another, and none finds anything of another's."""

import pytest
from playwright.async_api import Browser, Route, expect

from tests.e2e.conftest import DESKTOP, PHONE
from tests.support.album import Album

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def album(unchanged: Album) -> Album:
    return unchanged


async def test_it_comes_back_empty(chromium: Browser, url: str) -> None:
    context = await chromium.new_context(viewport=DESKTOP, base_url=url)
    page, heard = await context.new_page(), list[str]()
    page.on("request", lambda sent: heard.append(sent.url))

    async def refused(route: Route) -> None:
        await route.abort()

    await page.goto("/")
    await page.evaluate("sessionStorage.one = localStorage.one = document.cookie = 'one=1'")
    await page.route("**/albums", refused)
    await context.route("**/categories", refused)
    await page.set_viewport_size(PHONE)
    await context.new_page()
    await context.close()

    again = await chromium.new_context(viewport=DESKTOP, base_url=url)
    assert again is context
    assert await again.new_page() is page
    assert again.pages == [page]
    heard.clear()
    for path in ("/albums", "/categories"):
        answer = await page.goto(path)
        assert answer and answer.ok
    assert await page.evaluate("[sessionStorage.one, localStorage.one, document.cookie, innerWidth]") == [
        *(None, None, "", DESKTOP["width"])
    ]
    assert heard == []
    await again.close()


@pytest.mark.parametrize("left", ["a script", "a clock", "a medium", "a session"])
async def test_what_nothing_undoes_ends_it(chromium: Browser, url: str, left: str) -> None:
    context = await chromium.new_context(viewport=DESKTOP, base_url=url, locale="en-GB")
    page = await context.new_page()
    if left == "a script":
        await page.add_init_script("globalThis.left = 1")
    elif left == "a clock":
        await page.clock.install()
    elif left == "a medium":
        await page.emulate_media(media="print")
    else:
        await context.new_cdp_session(page)
    await context.close()
    again = await chromium.new_context(viewport=DESKTOP, base_url=url, locale="en-GB")
    assert again is not context
    await expect((await again.new_page()).locator("body")).to_be_attached()
    await again.close()
