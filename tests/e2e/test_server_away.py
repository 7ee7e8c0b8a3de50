"""What is done while Albumen does not answer: told, kept, also over a reload, and done once when it answers."""

import pytest
from playwright.async_api import Page, Route, expect

from tests.e2e.conftest import arrived

pytestmark = pytest.mark.browser
KEPT = "Albumen does not answer. What you did is kept"


@pytest.fixture
def lone(unwatched: Page) -> Page:
    """Failed requests appear in the console."""
    return unwatched


async def away(page: Page) -> None:
    for pattern in ("**/commands/*", "**/healthz"):
        await page.route(pattern, lambda route: route.abort())


async def back(page: Page) -> None:
    for pattern in ("**/healthz", "**/commands/*"):
        await page.unroute(pattern)


async def select(page: Page, place: int) -> None:
    await page.goto("/")
    await arrived(page)
    await page.locator(".tile .pick input").nth(place).check()


async def count(page: Page, q: str) -> int:
    answer = await (await page.request.get("/api/images", params={"q": q, "limit": 1})).json()
    return int(answer["total"])


async def test_forms_keys_pickers_and_undo_are_kept(lone: Page) -> None:
    """Whatever gave the command."""
    toast, unsent = lone.locator(".toast:not(.unsent)"), lone.locator(".toast.unsent")
    await select(lone, 0)
    await away(lone)
    await lone.keyboard.press("4")
    await expect(unsent).to_contain_text(KEPT)
    await back(lone)
    await expect(toast).to_contain_text("4 stars")
    await expect(unsent).to_have_count(0)
    await away(lone)
    await toast.get_by_role("button", name="Undo").click()  # it is there for ten seconds only
    await expect(unsent).to_contain_text(KEPT)
    assert await count(lone, "rating:4") == 1
    await expect(lone.locator(".selection.chosen")).to_have_count(0)
    await back(lone)
    await expect(toast).to_have_text("Undone")
    assert await count(lone, "rating:4") == 0

    await select(lone, 1)
    await away(lone)
    await lone.locator(".selbar").get_by_role("button", name="Hide").click()
    await expect(unsent).to_contain_text(KEPT)
    await select(lone, 2)  # the page is loaded anew meanwhile
    await lone.keyboard.press("k")
    await lone.locator(".selbar [data-kind=keyword] [role=combobox]").fill("Kept")
    async with lone.expect_event("requestfailed", lambda request: "add-keywords" in request.url):
        await lone.keyboard.press("Enter")  # sent once the list has come
    await expect(unsent).to_have_count(1)
    await back(lone)
    await expect(unsent).to_have_count(0)
    await expect(toast).to_contain_text("Added keyword Kept to")
    assert await count(lone, "keyword:kept") == 1


async def test_what_had_arrived_is_not_done_twice(lone: Page) -> None:
    """Its answer was lost: the same key is sent again."""
    await select(lone, 4)

    async def swallow(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await lone.route("**/commands/*", swallow)
    await lone.keyboard.press("a")
    await lone.locator(".selbar [data-kind=album] [role=combobox]").fill("Only once")
    await lone.keyboard.press("Enter")
    await expect(lone.locator(".unsent")).to_contain_text(KEPT)
    await lone.unroute("**/commands/*")
    await expect(lone.locator(".toast:not(.unsent)")).to_contain_text("Created “Only once” with 1 photo")
    albums = await (await lone.request.get("/api/albums")).json()
    assert [one["count"] for one in albums if one["name"] == "Only once"] == [1]


async def test_it_can_be_discarded(lone: Page) -> None:
    await select(lone, 5)
    await away(lone)
    await lone.keyboard.press("5")
    await lone.locator(".unsent").get_by_role("button", name="Discard").click()
    await expect(lone.locator(".unsent")).to_have_count(0)
    await back(lone)
    await lone.reload()
    await arrived(lone)
    await expect(lone.locator(".unsent")).to_have_count(0)
    assert await count(lone, "rating:5") == 0


async def test_two_tabs_act_on_the_same_photos(lone: Page) -> None:
    """The second hears what the first, here without a page, has done to what it chose, and loses nothing."""
    await select(lone, 6)
    await lone.keyboard.press("a")
    await lone.locator(".selbar [data-kind=album] [role=combobox]").fill("Both")
    await lone.keyboard.press("Enter")
    await expect(lone.locator(".toast")).to_contain_text("Created “Both”")
    await select(lone, 7)
    await lone.keyboard.press("a")
    line = lone.get_by_role("option").first
    await expect(line).to_have_text("Both")
    (album,) = [one for one in await (await lone.request.get("/api/albums")).json() if one["name"] == "Both"]
    await lone.request.post(
        "/commands/delete-album", form={"album_id": album["id"]}, headers={"HX-Request": "true"}
    )
    await line.click()
    await expect(lone.locator(".toast")).to_contain_text("deleted")
    await expect(lone.locator("[data-selected]")).to_have_text("1 photo")
