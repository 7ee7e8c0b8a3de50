"""A timeline that is higher than a browser lets an element be: every photo is reached, and none jumps.

A million photos are; here the limit is lower instead.
"""

import re
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
from playwright.async_api import Browser, Page, Route, ViewportSize, expect

from tests.e2e.conftest import COUNT, watched
from tests.support.album import Album
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser
HIGHEST: Final = 5000
FAR: Final = 700
WINDOW: Final[ViewportSize] = {"width": 1280, "height": 500}
SHOWN: Final = """() => Object.fromEntries([...document.querySelectorAll(".whole > .tile[id]")]
  .map((tile) => [tile.id.slice(2), tile.getBoundingClientRect()])
  .filter(([, box]) => box.bottom > 72 && box.top < innerHeight).map(([id, box]) => [id, box.top]))"""
SETTLED: Final = """() => new Promise((settled) => {
  const look = (left) => document.querySelector(".whole > .tile:not([id])") || left
    ? requestAnimationFrame(() => look(Math.max(0, left - 1))) : settled();
  look(3);
})"""
FRAMES: Final = """async (by) => {
  const tops = () => new Map([...document.querySelectorAll(".whole > .tile")].map((tile) =>
    [tile, tile.getBoundingClientRect().top]));
  const moved = [];
  for (let step = 0, before = tops(); step < 100; step++) {
    scrollBy({top: by, behavior: "instant"});
    dispatchEvent(new Event("scroll")); // before the next frame, and before the page takes this for a rest
    await new Promise(requestAnimationFrame);
    const after = tops();
    for (const [tile, top] of after) if (before.has(tile)) moved.push(top - before.get(tile));
    before = after;
  }
  return moved;
}"""
"""How far each tile moves in each frame."""
RESTED: Final = "() => new Promise((rested) => setTimeout(() => requestAnimationFrame(rested), 200))"
"""The page itself waits for 120 ms until it takes the window to rest."""


@pytest.fixture(scope="module")
def album(unchanged: Album) -> Album:
    return unchanged


@pytest.fixture
async def page(chromium: Browser, url: str) -> AsyncIterator[Page]:
    context = await chromium.new_context(viewport=WINDOW, base_url=url)
    await context.route(re.compile(r"/reach\.js$"), _lowered)
    seen = await watched(context, url)
    await seen.page.goto("/")
    await expect(seen.page.locator(".grid.whole")).to_be_visible()
    height = await seen.page.locator(".grid").evaluate("grid => grid.offsetHeight")
    assert height == HIGHEST
    yield seen.page
    assert seen.faults == []
    await context.close()


async def _lowered(route: Route) -> None:
    answer = await route.fetch()
    script = await answer.text()
    for former, lower in (
        (r"const HIGHEST = [0-9_]+;", f"const HIGHEST = {HIGHEST};"),
        (r"HIGHEST / innerHeight / 2", str(FAR)),
    ):
        script, count = re.subn(former, lower, script)
        assert count == 1
    await route.fulfill(response=answer, body=script)


async def listed(page: Page) -> list[str]:
    return list(await page.evaluate("fetch('/outline/ids?timeline=1').then((answer) => answer.json())"))


async def shown(page: Page) -> dict[str, float]:
    """Photos in the window -> their distance from its upper edge."""
    await page.evaluate(SETTLED)
    tops: dict[str, float] = await page.evaluate(SHOWN)
    return tops


async def scrolled(page: Page, script: str) -> dict[str, float]:
    await page.evaluate(script)
    return await shown(page)


async def test_the_scroll_bar_leads_everywhere(page: Page) -> None:
    order = await listed(page)
    assert len(order) == COUNT + 1
    most = await page.evaluate("document.documentElement.scrollHeight - innerHeight")
    for part in (1, 0.5, 0.75, 0.25, 0):
        there = await scrolled(page, f"scrollTo({{top: {most * part}, behavior: 'instant'}})")
        places = sorted(order.index(photo) for photo in there)
        assert places == list(range(places[0], places[-1] + 1))
        assert abs(places[0] / COUNT - part) < 0.15
        if part == 1:
            assert places[-1] == COUNT
            end = await page.evaluate("document.querySelector('.whole').getBoundingClientRect().bottom")
            assert max(there.values()) < end <= WINDOW["height"]
    assert places[0] == 0


@pytest.mark.parametrize("way", [1, -1], ids=["down", "up"])
async def test_photos_move_as_far_as_one_scrolls(page: Page, way: int) -> None:
    order = await listed(page)
    at = "0" if way > 0 else "document.documentElement.scrollHeight"
    before = await scrolled(page, f"scrollTo({{top: {at}, behavior: 'instant'}})")
    seen = set(before)
    for step in range(200):
        after = await scrolled(page, f"scrollBy({{top: {way * 150}, behavior: 'instant'}})")
        moved = {round(after[photo] - before[photo]) for photo in after.keys() & before.keys()}
        seen |= after.keys()
        if moved == {0} or (moved and abs(moved.copy().pop()) < 150 and order[-1 if way > 0 else 0] in after):
            break
        assert len(moved) == 1, "all by the same"
        assert abs(moved.pop() + way * 150) <= 1, f"step {step}"
        if step % 7 == 6:  # while the window rests, the bar moves and the photos don't
            await page.evaluate(RESTED)
            rested = await shown(page)
            assert rested.keys() == after.keys()
            assert all(abs(rested[photo] - after[photo]) <= 1 for photo in after)
            after = rested
        before = after
    assert seen == set(order)


@pytest.mark.parametrize("way", [1, -1], ids=["down", "up"])
async def test_one_gets_to_the_end_without_a_rest(page: Page, way: int) -> None:
    order = await listed(page)
    at = "0" if way > 0 else "document.documentElement.scrollHeight"
    await scrolled(page, f"scrollTo({{top: {at}, behavior: 'instant'}})")
    moved = await page.evaluate(FRAMES, way * 150)
    last = {round(one) for one in moved} - {-150 * way, 0}
    assert all(0 < -way * one < 150 for one in last) and len(last) <= 1
    assert order[-1 if way > 0 else 0] in await shown(page)


async def test_months_and_photos_are_gone_to(page: Page) -> None:
    order = await listed(page)
    await page.locator(".scrubber a[data-month='2021-01']").click()
    await expect(page.locator(".month", has_text="January 2021")).to_be_in_viewport()
    there = await shown(page)
    photo = max(there, key=order.index)
    await page.evaluate(RESTED)
    await page.locator(f"#p-{photo} a").click()
    await expect(page.locator("#viewer")).to_be_visible()
    await page.goto("/albums")
    await page.goto(f"/#p-{photo}")
    await expect(page.locator(f"#p-{photo}")).to_be_in_viewport()


async def test_one_comes_back_to_where_one_was(page: Page) -> None:
    there = await scrolled(page, "scrollTo({top: 3000, behavior: 'instant'})")
    await eventually(lambda: page.evaluate("history.state?.grid?.place > 0"), "the place is kept")
    await page.goto("/albums")
    await page.go_back()
    await expect(page.locator(".grid.whole")).to_be_visible()

    async def same() -> Any:
        now = await shown(page)
        return now.keys() == there.keys() and all(abs(now[one] - there[one]) <= 2 for one in now)

    await eventually(same, "the same photos in the same place")


async def test_a_narrower_window_shows_the_same_photo(page: Page) -> None:
    there = await scrolled(page, "scrollTo({top: 2600, behavior: 'instant'})")
    first = min(there, key=lambda photo: there[photo])
    await page.set_viewport_size({"width": 900, "height": 500})
    await expect(page.locator(f"#p-{first}")).to_be_in_viewport()
