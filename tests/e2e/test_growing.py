"""The timeline while photos come in: it fills and grows by itself, and nothing that one looks at moves."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import DESKTOP, box, watched
from tests.support import photos
from tests.support.album import Album, give

pytestmark = pytest.mark.browser
COUNT = ".top .count"
IN_THE_MIDDLE = """() => {
  const tile = document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest(".tile[id]");
  tile.looked = true;
  return tile.id;
}"""
TOP = """(id) => {
  const tile = document.getElementById(id);
  return [tile.getBoundingClientRect().top, tile.looked === true];
}"""
LINE = """<p class="health"><a href="/jobs">The disk is nearly full.</a></p>
<div class="jobs-now"><progress></progress><div class="line">
<span class="job"><a>Looking for photos 1 of 2</a></span>
<span class="job"><a>Classifying 1 of 2</a></span></div></div>"""


def add(folder: Path, month: int, count: int) -> None:
    for number in range(count):
        when = f"2021:{month:02}:{number % 28 + 1:02} 10:{number % 60:02}:00"
        size = (320, 240) if number % 3 else (240, 320)
        photos.write(
            folder / f"{month}-{number}.jpg", 1000 * month + number, size=size, exif=photos.exif(when)
        )


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Album]:
    album = Album(tmp_path / "photos", tmp_path / "data", None, "--no-classify")
    album.photos.mkdir()
    yield album
    album.stop_all()


@pytest.fixture
async def page(chromium: Browser, served: Album) -> AsyncIterator[Page]:
    """Of an album that is served already, or started by the test."""
    context = await chromium.new_context(locale="en-GB", viewport=DESKTOP)
    seen = await watched(context, f"http://127.0.0.1:{served.port}")
    yield seen.page
    assert seen.faults == []
    await context.close()


async def test_it_fills_and_grows_and_what_one_looks_at_stays(served: Album, page: Page) -> None:
    """From the empty page on; the same tiles stay in the document, as a click may be on its way to one."""
    served.start_all()
    async with await served.scanned() as client:
        await page.goto(str(client.base_url))
        await expect(page.locator("section.empty")).to_be_visible()
        add(served.photos, 6, 30)
        await give(client, "scan")
        await expect(page.locator(COUNT)).to_have_text("30")
        await expect(page.locator(".tile")).to_have_count(30)
        add(served.photos, 3, 120)
        await give(client, "scan")
        await expect(page.locator(COUNT)).to_have_text("150")
        await expect(page.locator(".grid.whole")).to_be_visible()

        await page.evaluate("scrollTo({top: 900, behavior: 'instant'})")
        await expect(page.locator(".tile:not([id])")).to_have_count(0)
        looked = await page.evaluate(IN_THE_MIDDLE)
        top, _ = await page.evaluate(TOP, looked)
        height = await page.evaluate("document.body.scrollHeight")
        add(served.photos, 9, 40)
        await give(client, "scan")
        await expect(page.locator(COUNT)).to_have_text("190")
        after, same = await page.evaluate(TOP, looked)
        assert same and abs(after - top) < 1
        assert await page.evaluate("document.body.scrollHeight") > height + 500
        await expect(page.locator(".scrubber a[data-month='2021-09']")).to_have_count(1)

        await page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
        await expect(page.locator(".grid > .month h2").first).to_contain_text("September")
        add(served.photos, 12, 7)
        await give(client, "scan")
        await expect(page.locator(COUNT)).to_have_text("197")
        await expect(page.locator(".grid > .month h2").first).to_contain_text("December")
        assert await page.evaluate("scrollY") == 0


async def test_a_selection_stays_while_photos_come_in(served: Album, page: Page) -> None:
    """With the menu that is open, and what was typed into it."""
    add(served.photos, 3, 80)
    served.start_all()
    async with await served.scanned() as client:
        await page.goto(str(client.base_url))
        await expect(page.locator(".grid.whole")).to_be_visible()
        await page.get_by_text("Select", exact=True).click()
        for number in (1, 2):
            await page.locator(".whole > .tile a").nth(number).click()
        chosen = await page.locator(".tile:has(.pick :checked)").evaluate_all(
            "tiles => tiles.map(({id}) => id)"
        )
        await page.get_by_text("Add to album").click()
        await page.locator(".selbar [data-kind=album] [role=combobox]").fill("While it grows")
        add(served.photos, 2, 10)
        await give(client, "scan")
        await expect(page.locator(COUNT)).to_have_text("90")
        await expect(page.locator("[data-selected]")).to_have_text("2 photos")
        await page.locator(".selbar [data-kind=album] [role=combobox]").press("Enter")
        await expect(page.locator(".toast")).to_contain_text("While it grows")
        (album,) = (await client.get("/api/albums")).json()
        items = (await client.get("/api/images", params={"album": album["id"]})).json()["items"]
        assert {f"p-{one['id']}" for one in items} == set(chosen)


async def test_the_focus_stays_on_its_photo(served: Album, page: Page) -> None:
    """Also where its tile comes anew, as it shows a heart by now."""
    add(served.photos, 3, 80)
    served.start_all()
    async with await served.scanned() as client:
        await page.goto(str(client.base_url))
        await expect(page.locator(".grid.whole")).to_be_visible()
        tile = await page.locator(".whole > .tile[id]").nth(5).get_attribute("id")
        assert tile
        link = page.locator(f"#{tile} a")
        await link.focus()
        await give(client, "set-favorite", {"images": [tile.removeprefix("p-")], "favorite": True})
        add(served.photos, 2, 10)
        await give(client, "scan")
        await expect(page.locator(COUNT)).to_have_text("90")
        await expect(page.locator(f"#{tile} .marks .loved")).to_have_count(1)
        await expect(link).to_be_focused()


@pytest.mark.parametrize("path", ["/", "/search?q=jpg", "/search?q=4 march 2021"])
@pytest.mark.parametrize("swap", ["outerMorph", "outerHTML"])
async def test_the_focus_stays_on_its_photo_when_the_page_comes_anew(
    chromium: Browser, unchanged: Album, path: str, swap: str
) -> None:
    """As it does when photos come in before the list is laid out; on long pages and short ones."""
    async with await unchanged.scanned() as client:
        url = str(client.base_url)
    context = await chromium.new_context(locale="en-GB", viewport=DESKTOP, base_url=url)
    seen = await watched(context, url)
    page = seen.page
    await page.goto(path)
    link = page.locator(".tile[id] a").nth(1)
    await link.focus()
    photo = await link.get_attribute("href")
    for _ in range(2):
        await page.evaluate(
            """(swap) => new Promise((done) => {
              document.addEventListener("htmx:after:swap", done, {once: true});
              htmx.ajax("GET", location.href, {target: "#page", swap});
            }).then(() => {})""",
            swap,
        )
        await expect(page.locator(".grid[data-outline]:not(.whole) > .further")).to_have_count(0)
        await expect(page.locator(".tile a:focus")).to_have_attribute("href", photo or "")
    assert seen.faults == []
    await context.close()


@pytest.mark.parametrize("width", [1440, 390])
async def test_the_line_has_a_place_of_its_own(chromium: Browser, unchanged: Album, width: int) -> None:
    """Two jobs and a warning lie below the header's words and above what comes first; nothing moves for a job."""
    async with await unchanged.scanned() as client:
        url = str(client.base_url)
    context = await chromium.new_context(
        locale="en-GB", viewport={"width": width, "height": 800}, base_url=url
    )
    seen = await watched(context, url)
    page = seen.page
    await page.goto("/")
    await expect(page.locator(".grid.whole")).to_be_visible()
    await expect(page.locator("#progress [data-photos]")).to_be_attached()  # no other message follows
    heading = page.locator(".on-this-day :is(h2, a), .grid .month h2").first
    before = await box(heading)
    jobs = LINE[LINE.index("<div") :]
    for content, rows in ((jobs, 1), (LINE, 2)):
        await page.evaluate(
            "(html) => document.querySelector('#progress').replaceChildren() ?? "
            "(document.querySelector('#progress').innerHTML = html)",
            content,
        )
        line, head = await box(page.locator("#progress")), await box(heading)
        words = await box(page.locator(".top h1"))
        assert words["y"] + words["height"] <= line["y"] + 1
        assert line["y"] + line["height"] <= head["y"]
        assert 0 < line["height"] < 32 * rows
        assert rows > 1 or head["y"] == before["y"]
    assert seen.faults == []
    await context.close()
