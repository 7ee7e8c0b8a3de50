"""The line under the header: every page requests it, however fast its scripts load."""

import pytest
from playwright.async_api import Page

from tests.support.album import Album

pytestmark = pytest.mark.browser
PAGES = ("/", "/jobs", "/albums")


@pytest.fixture(scope="module")
def album(unchanged: Album) -> Album:
    return unchanged


async def test_every_page_listens_to_the_jobs(page: Page) -> None:
    """htmx starts from a timer; its SSE extension, which is in the same file (ops/assets.py), is there by then."""
    urls: list[str] = []
    page.on("request", lambda sent: urls.append(sent.url) if "/jobs/progress" in sent.url else None)
    for path in PAGES:
        async with page.expect_request("**/jobs/progress*"):
            await page.goto(path)
    assert len(urls) == len(PAGES)
