"""Months of few photos share rows, days have headings; scripts put everything where the style sheet had put it."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Page, Route, ViewportSize, expect

from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.test_timeline_scroll import MISPLACED, MODULE
from tests.support import photos
from tests.support.album import Album

pytestmark = pytest.mark.browser
SHAPES = ((320, 240), (240, 320), (480, 160), (300, 300))
PLACES = """() => {
  const box = (one) => {
    const {left, top, width, height} = one.getBoundingClientRect();
    return [left, top + scrollY, width, height];
  };
  const named = (name, one) => [`${name} ${one.firstElementChild.textContent}`, box(one)];
  return Object.fromEntries([
    ...[...document.querySelectorAll(".grid .tile[id]")].map((tile) => [tile.id, box(tile)]),
    ...[...document.querySelectorAll(".grid .month")].map((one) => named("month", one)),
    ...[...document.querySelectorAll(".grid .date")].map((one, i) => named(`day ${i}`, one)),
  ]);
}"""

GONE = 150  # pixels
GONE_ON = f"""() => {{
  scrollTo({{top: {GONE}, behavior: "instant"}});
  for (const link of document.querySelectorAll(".tile a"))
    if (link.getBoundingClientRect().bottom > 100) return link.focus({{preventScroll: true}});
}}"""


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Album]:
    """From the newest: four months of one to three photos, one of ten on six days, one of four on a day, then many of
    few again; a month of three that are wider than a phone."""
    folder = tmp_path_factory.mktemp("sparse")
    days = ["2021:12:24", "2021:11:03", "2021:11:02", "2021:10:05", "2021:09:07", "2021:09:06", "2021:09:05"]
    days += [f"2021:08:{day:02}" for day in (20, 20, 20, 20, 18, 17, 17, 9, 8, 1)] + ["2021:07:04"] * 4
    days += [
        f"{2020 - number // 12}:{12 - number % 12:02}:10"
        for number in range(36)
        for _ in range(1 + number % 2)
    ]
    for number, day in enumerate(days):
        size = (480, 160) if day.startswith("2021:09") else SHAPES[number % 4]
        when = photos.exif(f"{day} 10:{59 - number % 60:02}:00")
        photos.write(folder / "photos" / f"{number:03}.jpg", number, size=size, exif=when)
    served = Album(folder / "photos", folder / "data", None, "--no-classify")
    served.start_all()
    yield served
    served.stop_all()


async def opened(page: Page, path: str, size: ViewportSize = DESKTOP, first: str = "") -> dict[str, Any]:
    """Once scripts have laid it out: where everything was before, and after the script `first`."""
    await page.set_viewport_size(size)
    measured = asyncio.Event()

    async def later(route: Route) -> None:
        await measured.wait()
        await route.continue_()

    await page.route(re.compile(r"/outline\?|/search/facets\?"), later)
    async with page.expect_request("**/outline?*"):
        await page.goto(path)
    await expect(page.locator(".grid .tile").first).to_be_visible()
    await page.evaluate(first)
    before: dict[str, Any] = await page.evaluate(PLACES)
    measured.set()
    await expect(page.locator(".grid.whole")).to_be_visible()
    await expect(page.locator(".narrow")).to_have_count(0)
    await page.evaluate(MODULE)
    return before


@pytest.mark.parametrize("path", ["/", "/?sort=taken_at", "/search?q=jpg", "/?at=2021-08"])
@pytest.mark.parametrize("size", [DESKTOP, ViewportSize(width=1024, height=768), PHONE], ids=str)
async def test_scripts_move_nothing(page: Page, path: str, size: ViewportSize) -> None:
    before = await opened(page, path, size)
    after = await page.evaluate(PLACES)
    at = await page.evaluate("scrollY")
    both = [one for one in before if one in after and before[one][1] < size["height"]]
    tiles = [one for one in both if one.startswith("p-")]
    assert len(tiles) >= 2
    jump = 0
    if "at=" in path:  # the months before it are above it, then
        jump, both = after[tiles[0]][1] - before[tiles[0]][1], tiles
    moved = {
        one: (before[one], after[one])
        for one in both
        if any(
            abs(now - was - offset) > 0.1
            for now, was, offset in zip(after[one], before[one], (0, jump, 0, 0), strict=True)
        )
    }
    assert moved == {}
    assert at == 0 or "at=" in path
    found, wrong = await page.evaluate(MISPLACED)
    assert wrong == []
    assert found > 70


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=str)
@pytest.mark.parametrize("path", ["/", "/?at=2021-08", "/search?q=jpg"])
async def test_whoever_went_on_before_scripts_had_come_is_still_there(
    page: Page, path: str, size: ViewportSize
) -> None:
    """With the mouse or the keyboard."""
    before = await opened(page, path, size, GONE_ON)
    after = await page.evaluate(PLACES)
    there, top = await page.evaluate("[document.activeElement.closest('.tile')?.id, scrollY]")
    assert after[there][1] - top == pytest.approx(before[there][1] - GONE, abs=1)


async def test_months_of_few_photos_share_rows_and_days_are_headings(page: Page) -> None:
    await opened(page, "/", ViewportSize(width=1448, height=900))  # two of these months just fit
    december, november, october = [
        await page.locator(".month", has_text=name).evaluate("one => one.getBoundingClientRect().top")
        for name in ("Dec 2021", "Nov 2021", "Oct 2021")
    ]
    assert december == november < october, "the third is too wide for the first row"
    await page.locator(".scrubber a[data-month='2021-08']").dispatch_event("click")
    await expect(page.locator(".month", has_text="August 2021")).to_be_in_viewport()
    days = page.locator(".date h3")
    assert (await days.all_inner_texts())[:5] == ["Fri 20", "Wed 18", "Tue 17", "Mon 9", "Sun 8"]
    lines = [await days.nth(i).evaluate("one => one.getBoundingClientRect().top") for i in range(3)]
    assert lines[0] < lines[1] == lines[2]
    await page.locator(".date", has_text="Fri 20").hover()
    await page.locator(".date", has_text="Fri 20").locator("input").check()
    await expect(page.locator("[data-selected]")).to_have_text("4 photos")


async def test_a_month_that_is_not_the_first_of_its_row_can_be_jumped_to(page: Page) -> None:
    await opened(page, "/")
    for month, name in (("2020-05", "May 2020"), ("2019-02", "Feb 2019"), ("2021-10", "Oct 2021")):
        await page.locator(f".scrubber a[data-month='{month}']").dispatch_event("click")
        await expect(page.locator(".month", has_text=name)).to_be_in_viewport()
        await expect(page.locator(".scrubber [aria-current]")).to_have_attribute("data-month", month)
