"""As much of accessibility as a machine can check: axe-core's rules, on a desktop and on a phone."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.e2e.conftest import DESKTOP, PHONE, UNSETTLED, Launched, patient_context
from tests.support.album import Album, give

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / ".setup/axe.min.js"
"""Downloaded by `./albumen test`."""

PAGES = (
    *("/", "/?select=1", "/hidden", "/categories", "/categories/{category}", "/albums", "/albums/{album}"),
    *("/albums/{empty}", "/images/{image}", "/search", "/search?q=jpg", "/images/{image}/similar"),
    *("/categories/{category}/teach", "/jobs", "/models", "/models/compare", "/duplicates", "/history"),
    *("/access", "/albums/{album}/links", "/s/no-such-link"),
    *("/settings", "/backups", "/offline", "/no-such-page", "/places", "/years", "/jobs/problems"),
    *("/history/2", "/history?album={album}", "/history?category={category}", "/history?image={image}"),
)

RUN = """async () => {
  const grave = ({ impact }) => impact !== "minor" && impact !== "moderate";
  const others = axe._audit.rules.filter((rule) => !grave(rule)).map(({ id }) => [id, { enabled: false }]);
  const { violations } = await axe.run(document, { resultTypes: ["violations"], rules: Object.fromEntries(others) });
  return violations.filter(grave).map(({ id, nodes }) => `${id}: ` + nodes.slice(0, 5).map(({ html, failureSummary }) =>
    html.slice(0, 200) + failureSummary.replace(/\\s+/g, " ").slice(0, 300)).join(" | "));
}"""
"""A rule's impact is that of all its checks: those of less impact would only take time."""


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """Ids of what the pages show, filled in by the first test."""
    return {}


@pytest.fixture
async def about(made: dict[str, str], album: Album, url: str) -> dict[str, str]:
    if not made:
        async with await album.ready() as client:
            listed = (await client.get("/api/images")).json()["items"]
            images = [image["id"] for image in listed[:5]]

            async def new(name: str, body: dict[str, Any]) -> None:
                assert (await give(client, name, body))["status"] == "done"

            await new("create-album", {"name": "By hand", "images": images})
            await new("create-album", {"name": "Empty"})
            await new("create-category", {"name": "Our boat"})
            await new("hide-images", {"images": [listed[9]["id"]]})
            albums = {one["name"]: one["id"] for one in (await client.get("/api/albums")).json()}
            categories = {one["name"]: one["id"] for one in (await client.get("/api/categories")).json()}
            await new("assign-category", {"category_id": categories["Our boat"], "images": images})
        made.update(album=albums["By hand"], empty=albums["Empty"], category=categories["Our boat"])
        made.update(image=images[0])
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def views(launched: Launched, album: Album) -> AsyncIterator[list[Page]]:
    """A light desktop and a dark phone, on which one page is opened after the other: a window of its own for each page
    costs as much as to look at it."""
    browser = await launched.browser()
    async with await album.scanned() as client:
        url = str(client.base_url).rstrip("/")
    day = await patient_context(browser, viewport=DESKTOP, base_url=url, color_scheme="light")
    night = await patient_context(
        browser,
        viewport=PHONE,
        base_url=url,
        color_scheme="dark",
        has_touch=True,
        is_mobile=True,
    )
    yield [await day.new_page(), await night.new_page()]
    await day.close()
    await night.close()


async def faults(page: Page) -> list[str]:
    await page.evaluate(AXE.read_text())  # the CSP blocks script tags, not the debugger
    found: list[str] = await page.evaluate(RUN)
    return found


@pytest.mark.parametrize("path", PAGES)
async def test_nothing_serious(path: str, views: list[Page], about: dict[str, str]) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not there (./albumen test fetches it)")
    found = []
    for page in views:
        if path == "/offline":  # it would come anew every two seconds, as Albumen answers
            await page.route("**/healthz", lambda route: route.abort())
        await page.goto(path.format(**about))
        await expect(page.locator(UNSETTLED)).to_have_count(0)
        found += await faults(page)
        await page.unroute_all()
    assert found == []
