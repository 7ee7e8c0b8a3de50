"""What is changed in the viewer is changed in the grid behind it, also if the answer comes after one went back."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
from playwright.async_api import Page, Route, expect

from tests.e2e.conftest import UNSETTLED, arrived
from tests.support.album import Album, give

pytestmark = pytest.mark.browser
Act = Callable[[Page], Awaitable[None]]


def key(name: str) -> Act:
    async def press(page: Page) -> None:
        await page.keyboard.press(name)

    return press


def button(label: str) -> Act:
    async def click(page: Page) -> None:
        await page.locator("#panel").get_by_label(label).click()

    return click


async def date(page: Page) -> None:
    await page.locator("#panel").get_by_label("Change date").click()
    await page.locator("#panel input[type=datetime-local]").fill("1999-05-04T06:07")
    await page.locator("#panel [data-key=d] button").first.click()


async def sheet(page: Page) -> None:
    await page.locator("#panel").get_by_role("button", name="Edit all fields").click()
    await page.locator("#panel select[name=rating]").select_option("2")
    await page.locator("#panel form.sheet").get_by_role("button", name="Save").click()


GONE = "!document.getElementById(id)"
ACTS: dict[str, tuple[str, Act, str]] = {
    "not of the category": ("/categories/dog", button("It is not Dog"), GONE),
    "out of the album": ("album", button("Remove from “Lake”"), GONE),
    "another date": ("/search?q=april 2021", date, GONE),
    "favourite": ("/", key("f"), "document.querySelector(`#${id} .loved`)"),
    "stars": ("/", key("3"), "/3/.test(document.querySelector(`#${id} .marks`)?.textContent)"),
    "the sheet": ("/", sheet, "/2/.test(document.querySelector(`#${id} .marks`)?.textContent)"),
    "rotated": ("/", key("r"), "/rotat|turn|\\?/.test(document.querySelector(`#${id} img`).src)"),
    "in the bin": ("/", key("b"), GONE),
    "hidden": ("/", key("h"), GONE),
}
"""Page, act, and what is so afterwards of the tile with the id."""


@pytest.fixture
async def places(album: Album) -> dict[str, str]:
    async with await album.scanned() as client:
        for lake in (await client.get("/api/albums")).json():
            return {"album": f"/albums/{lake['id']}"}
        items = (await client.get("/api/images?limit=200")).json()["items"]
        ids = [one["id"] for one in items]
        await give(client, "assign-category", {"images": ids[60:66], "category_id": "dog"})
        await give(client, "create-album", {"name": "Lake", "images": ids[70:76]})
        (lake,) = (await client.get("/api/albums")).json()
        return {"album": f"/albums/{lake['id']}"}


@asynccontextmanager
async def held(page: Page) -> AsyncIterator[asyncio.Event]:
    """Commands reach the server only while what is yielded is set. From before the page is opened: Playwright may
    miss the first request after it has begun to hold some back."""
    free = asyncio.Event()

    async def wait(route: Route) -> None:
        await free.wait()
        await route.continue_()

    await page.route("**/commands/*", wait)
    yield free
    await page.unroute("**/commands/*")


@contextmanager
def case(name: str) -> Iterator[None]:
    """Names what failed of several cases in one test."""
    try:
        yield
    except Exception as error:
        error.add_note(name)
        raise


@pytest.mark.parametrize("act", ACTS)
async def test_the_grid_shows_it(page: Page, places: dict[str, str], act: str) -> None:
    """Of two photos: of one before the viewer is closed, of the other only afterwards."""
    where, do, holds = ACTS[act]
    there = f"(id) => Boolean({holds})"
    async with held(page) as free:
        await page.goto(places.get(where, where))
        await arrived(page)
        for late in (False, True):
            with case("late" if late else "at once"):
                free.set()
                await expect(page.locator(UNSETTLED)).to_have_count(0)
                number = 2 * list(ACTS).index(act) + late if where == "/" else 1  # each its own photo
                image = await page.locator(".tile[id]").nth(number).get_attribute("id")
                await page.locator(f"#{image} a").click()
                await expect(page.locator("#viewer")).to_be_visible()
                if not late:
                    await page.keyboard.press("i")  # which it remembers
                await expect(page.locator("#panel h1")).to_be_visible()
                assert image and not await page.evaluate(there, image)
                if late:
                    free.clear()
                async with page.expect_request("**/commands/*"):
                    await do(page)
                if not late:
                    await expect(page.locator(".toast").first).to_be_visible()
                await page.locator("#viewer [data-do=close]").click()
                await expect(page.locator("#viewer")).to_have_count(0)
                free.set()
                await page.wait_for_function(there, arg=image, polling=100)  # not in each frame
                await expect(page).to_have_url(places.get(where, where).replace(" ", "%20"))


async def test_a_page_that_comes_back_as_it_was_left_is_fetched_anew(page: Page, album: Album) -> None:
    """Playwright's Chromium keeps no pages, so the event is made here. It is not fetched if nothing was changed."""
    await page.goto("/")
    await arrived(page)
    image = await page.locator(".tile[id]").nth(9).get_attribute("id")
    assert image
    comes_back = "() => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    urls: list[str] = []
    page.on("request", lambda sent: urls.append(sent.url))
    await page.evaluate(comes_back)
    async with await album.ready() as client:
        await give(client, "set-favorite", {"images": [image[2:]], "favorite": True})
    assert [url for url in urls if url.endswith("/")] == []
    await page.evaluate("() => sessionStorage.setItem('changed', Date.now() + 1)")
    await page.evaluate(comes_back)
    await expect(page.locator(f"#{image} .loved")).to_have_count(1)


async def test_nothing_is_said_of_the_photo_before(page: Page, places: dict[str, str]) -> None:
    """However late the details of the next one come: with a key, or a click in those that are still shown."""
    await page.goto("/")
    await arrived(page)
    links = page.locator(".tile[id] a")
    first, second = [str(await links.nth(n).get_attribute("href"))[8:40] for n in (2, 3)]
    come = asyncio.Event()

    async def later(route: Route) -> None:
        await come.wait()
        await route.continue_()

    await page.route(f"**/images/{second}", later)
    await page.route(f"**/images/{second}?*", later)
    await links.nth(2).click()
    panel = page.locator("#panel")
    if not await panel.is_visible():
        await page.keyboard.press("i")
    await expect(panel.locator("[data-key=k]")).to_be_attached()
    await expect(panel).not_to_have_attribute("inert", "")
    await page.keyboard.press("ArrowRight")
    await expect(page).to_have_url(re.compile(second))
    await expect(panel).to_have_attribute("inert", "")
    await page.keyboard.press("k")
    await page.keyboard.type("harbour")
    await page.keyboard.press("Enter")
    come.set()
    await expect(page.locator(".toast").last).to_contain_text("harbour")
    for photo, words in ((first, []), (second, ["harbour"])):
        answer = await page.request.get(f"/api/images/{photo}")
        assert (await answer.json())["metadata"]["keywords"] == words
