"""The line under the header: asked for by every page that is loaded, however quick its scripts come."""

import pytest
from playwright.async_api import Page

pytestmark = pytest.mark.browser


async def test_every_page_listens_to_the_jobs(page: Page) -> None:
    """htmx begins in a timer; its extension for streams must be there by then (it was late in one load of ten)."""
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if "/jobs/progress" in sent.url else None)
    for number in range(30):
        async with page.expect_request("**/jobs/progress*"):
            await page.goto(("/", "/jobs", "/albums")[number % 3])
    assert len(asked) == 30
