"""The whole timeline in one page: nothing shifts, the document stays small, and photos not loaded can be selected."""

import re

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.e2e.conftest import COUNT, DESKTOP, PHONE, watched
from tests.support.album import Album
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser
SHIFTS = """globalThis.shifts = [];
new PerformanceObserver((list) => list.getEntries().forEach((entry) => shifts.push([entry.value, entry.sources.map(
  ({node, previousRect: was, currentRect: is}) => [node?.id || node?.className || node?.nodeName, was, is])])))
  .observe({type: "layout-shift", buffered: true});
"""
MODULE = """() => {
  globalThis.module = (name) => import(document.querySelector(`link[rel=modulepreload][href$="/${name}.js"]`).href);
}"""
SCROLL = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  let most = 0;
  for (const way of [1, -1]) {
    for (let before = -1; before !== scrollY;) {
      before = scrollY;
      scrollBy({top: way * innerHeight / 2, behavior: "instant"});
      for (let i = 0; i < 3; i++) await frame();
      most = Math.max(most, document.querySelectorAll("*").length);
    }
  }
  return most;
}"""
MISPLACED = """async () => {
  const {layOut} = await module("rows");
  const frame = () => new Promise(requestAnimationFrame);
  const grid = document.querySelector(".grid");
  const outline = await (await fetch(grid.dataset.outline)).json();
  const ids = await (await fetch(grid.dataset.outline.replace("/outline", "/outline/ids"))).json();
  const style = getComputedStyle(grid);
  const of = (name) => parseFloat(style.getPropertyValue(name));
  const edge = of("padding-inline-start");
  const width = grid.clientWidth - edge - of("padding-inline-end");
  const {left, wide, rows} = layOut(outline, width, of("--row"), of("--gap"));
  const found = new Set(), wrong = [];
  scrollTo({top: 0, behavior: "instant"});
  for (let before = -1; before !== scrollY;) {
    before = scrollY;
    while (grid.querySelector(".tile:not([id])")) await frame();
    const own = grid.getBoundingClientRect();
    for (const tile of grid.querySelectorAll(":scope > .tile")) {
      const place = ids.indexOf(tile.id.slice(2)), row = rows.find((one) => place < one.to);
      const box = tile.getBoundingClientRect();
      const is = [box.left - own.left, box.top - own.top, box.width, box.height];
      const must = [left[place] + edge, row.top, wide[place], row.height];
      if (place < 0 || is.some((value, i) => Math.abs(value - must[i]) > 0.05)) wrong.push([place, is, must]);
      found.add(place);
    }
    scrollBy({top: innerHeight / 2, behavior: "instant"});
    for (let i = 0; i < 3; i++) await frame();
  }
  return [found.size, wrong];
}"""


@pytest.fixture(scope="module")
def album(unchanged: Album) -> Album:
    return unchanged


async def whole(page: Page) -> None:
    await page.goto("/")
    await expect(page.locator(".grid.whole")).to_be_visible()
    await page.evaluate(MODULE)


async def picked(page: Page) -> set[str]:
    return set(await page.evaluate("module('select').then((found) => found.picked())"))


async def listed(page: Page) -> list[str]:
    """All photos, in the order of the timeline."""
    return list(await page.evaluate("fetch('/outline/ids').then((answer) => answer.json())"))


async def of_month(page: Page, month: str) -> set[str]:
    items = (await (await page.request.get("/api/images?limit=500")).json())["items"]
    return {one["id"] for one in items if one["taken_at"].startswith(month)}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_nothing_moves_and_little_is_in_the_document(
    chromium: Browser, url: str, size: ViewportSize
) -> None:
    context = await chromium.new_context(viewport=size, base_url=url)
    seen = await watched(context, url)
    await seen.page.add_init_script(SHIFTS)
    await whole(seen.page)
    assert await seen.page.evaluate(SCROLL) < 3000
    moved = await seen.page.evaluate("shifts")
    assert moved == []
    found, wrong = await seen.page.evaluate(MISPLACED)
    assert (found, wrong) == (COUNT + 1, [])
    assert seen.faults == []
    await context.close()


async def test_the_scrubber_leads_to_a_month(page: Page) -> None:
    await whole(page)
    for month, name in (("2021-01", "January 2021"), ("2021-03", "March 2021")):
        await page.locator(f".scrubber a[data-month='{month}']").click()
        await expect(page.locator(".month", has_text=name)).to_be_in_viewport()
        await expect(page.locator(f".scrubber a[data-month='{month}']")).to_have_attribute(
            "aria-current", "true"
        )
        await expect(page.locator(".grid .tile:not([id])")).to_have_count(0)
        image = page.locator(f"#p-{await first_of(page, month)} img")
        await expect(image).to_be_in_viewport()
        await expect(image).to_have_js_property("complete", True)
        assert await image.evaluate("image => image.naturalWidth") > 0


async def first_of(page: Page, month: str) -> str:
    wanted = await of_month(page, month)
    return next(one for one in await listed(page) if one in wanted)


async def test_back_from_another_page_leads_to_where_one_was(page: Page) -> None:
    await whole(page)
    await page.evaluate("scrollTo({top: 2345, behavior: 'instant'})")
    await eventually(lambda: page.evaluate("history.state?.grid?.place > 0"), "the place is kept")
    was = await page.evaluate("scrollY")
    assert was > 1000
    await page.goto("/albums")
    await page.go_back()
    await expect(page.locator(".grid.whole")).to_be_visible()
    await eventually(lambda: page.evaluate("was => Math.abs(scrollY - was) <= 1", was), "the same place")


async def test_all_are_chosen_though_few_are_in_the_document(page: Page) -> None:
    await whole(page)
    assert await page.locator(".tile").count() < COUNT
    await page.keyboard.press("Control+a")
    await expect(page.locator("[data-selected]")).to_have_text(re.compile(rf"^{COUNT + 1} photos"))
    assert await picked(page) == set(await listed(page))


async def test_the_circle_of_a_month_chooses_that_month(page: Page) -> None:
    await whole(page)
    await page.locator(".scrubber a[data-month='2021-02']").click()
    heading = page.locator(".month", has_text="February 2021")
    await heading.hover()
    await heading.locator("input").check()
    await expect(page.locator("[data-selected]")).to_have_text(re.compile("^50 photos"))
    assert await picked(page) == await of_month(page, "2021-02")
    await heading.locator("input").uncheck()
    await expect(page.locator(".selection")).not_to_have_class(re.compile("chosen"))
    assert await picked(page) == set()


async def test_shift_chooses_what_was_never_in_the_document(page: Page) -> None:
    await whole(page)
    order = await listed(page)
    await page.locator(f"#p-{order[2]}").hover()
    await page.locator(f"#p-{order[2]} .pick input").click()
    await page.locator(".scrubber a[data-month='2021-01']").click()
    last = await first_of(page, "2021-01")
    assert await page.locator(f"#p-{order[80]}").count() == 0
    await page.locator(f"#p-{last} .pick input").click(modifiers=["Shift"])
    between = set(order[2 : order.index(last) + 1])
    await expect(page.locator("[data-selected]")).to_have_text(re.compile(f"^{len(between)} photos"))
    assert await picked(page) == between
