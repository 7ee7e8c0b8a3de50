"""On small screens a header has room for its title, and its menus are whole, however much there is in them."""

from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, ViewportSize

from tests.e2e.conftest import PHONE, arrived, box
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.browser

PAGES = {"album": "albums", "category": "categories"}
LONG = "Grandmother’s ninetieth birthday with everybody who could come"
SIDEWAYS = ViewportSize(width=844, height=390)
SIZES = (PHONE, SIDEWAYS, ViewportSize(width=768, height=1024), ViewportSize(width=1024, height=768))
CROWDED = """() => {
  const head = document.querySelector(".top");
  const boxes = [...head.children].map((one) => one.getBoundingClientRect()).filter(({width}) => width > 2);
  const over = boxes.some((one, i) => boxes.slice(i + 1).some((other) =>
    one.left < other.right - 1 && other.left < one.right - 1));
  const out = [...head.querySelectorAll(":scope .quiet")].filter((one) => one.scrollWidth > one.clientWidth + 1);
  const text = document.createRange();
  text.selectNodeContents(head.querySelector("h1"));
  const lines = new Set([...text.getClientRects()].map(({top}) => Math.round(top))).size;
  return {over, out: out.map((one) => one.textContent.trim()), beyond: boxes.at(-1).right > innerWidth, lines};
}"""
"""What lies over what, the buttons that their words stick out of, and the lines of the title."""
MENUS = """(below) => [...document.querySelectorAll(":is(.top, .selbar) details.menu")].map((menu) => {
  if (!menu.querySelector("summary").checkVisibility()) return null;
  menu.open = true;
  const pop = menu.querySelector(".pop");
  pop.append(Object.assign(document.createElement("p"), {className: "long"}));
  pop.lastChild.style.height = "2000px";
  const {top, bottom} = pop.getBoundingClientRect();
  pop.scrollTop = 5000;
  const reached = pop.lastChild.getBoundingClientRect().bottom <= bottom;
  menu.open = false;
  return [top >= 0, bottom <= innerHeight - below, reached];
}).filter((one) => one)"""
"""Of each menu in which there is much: whether its beginning and its end are in the window, and all can be reached."""


@pytest.fixture
async def paths(url: str) -> dict[str, str]:
    """An album with a long name and a category with a short one, each with photos."""
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S) as client:
        found: dict[str, str] = {}

        async def there() -> bool:
            albums, categories = [(await client.get(f"/api/{one}")).json() for one in PAGES.values()]
            for kind, name, listed in (("album", LONG, albums), ("category", "Garden", categories)):
                ids = [one["id"] for one in listed if one["name"] == name]
                found.update((kind, f"/{PAGES[kind]}/{one}") for one in ids)
            return len(found) == 2

        if not await there():
            ids = [one["id"] for one in (await client.get("/api/images?limit=30")).json()["items"]]
            for command, name in (("create-album", LONG), ("create-category", "Garden")):
                body: dict[str, Any] = {"name": name, "images": ids}
                assert (await client.post(f"/commands/{command}", json=body)).status_code == 202
            await eventually(there, "both are shown")
    return found


@pytest.mark.parametrize("language", ["en-GB", "de-DE", "fr-FR"])
async def test_a_header_has_room_for_its_title(
    chromium: Browser, url: str, paths: dict[str, str], language: str
) -> None:
    context = await chromium.new_context(
        viewport=PHONE, base_url=url, has_touch=True, is_mobile=True, locale=language
    )
    page = await context.new_page()
    wrong = []
    for name, path in (paths | {"jobs": "/jobs"}).items():
        await page.goto(path)
        await arrived(page)
        for size in SIZES:
            await page.set_viewport_size(size)
            await page.wait_for_function("({width}) => innerWidth === width", arg=size)
            found = await page.evaluate(CROWDED)
            broken = name == "category" and found["lines"] > 1
            if found["over"] or found["out"] or found["beyond"] or broken:
                wrong.append((name, size["width"], found))
    assert wrong == []
    await context.close()


@pytest.mark.parametrize(("size", "below"), [(PHONE, 56), (SIDEWAYS, 0)])
async def test_a_menu_scrolls_as_it_stays_where_it_is(
    unwatched: Page, paths: dict[str, str], size: ViewportSize, below: int
) -> None:
    """`below`: the height of the bar at the foot of the window."""
    page = unwatched
    await page.set_viewport_size(size)
    for query, least in (("", 1), ("?select=1", 5)):
        await page.goto(paths["album"] + query)
        await arrived(page)
        menus = await page.evaluate(MENUS, below)
        assert len(menus) >= least
        assert menus == [[True, True, True]] * len(menus), query


async def test_a_search_field_has_the_width_of_its_header(unwatched: Page) -> None:
    await unwatched.goto("/search")
    for size, least in ((PHONE, 340), (SIDEWAYS, 600)):
        await unwatched.set_viewport_size(size)
        assert (await box(unwatched.locator(".top .search")))["width"] > least
