"""The viewer: from the grid into a photo, on to others, and back to the same place."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.conftest import DESKTOP, PHONE, box, watched
from tests.e2e.fingers import grown, swipe

pytestmark = pytest.mark.browser
SHOWN = ".pswp__item[aria-hidden=false] img:not(.pswp__img--placeholder)"


async def ids(page: Page) -> list[str]:
    """Ids of the loaded tiles, in order."""
    found: list[str] = await page.locator(".tile").evaluate_all(
        "tiles => tiles.map(tile => tile.id.slice(2))"
    )
    return found


async def at(page: Page, image_id: str, query: str = "") -> None:
    await expect(page).to_have_url(re.compile(rf"/images/{image_id}{re.escape(query)}$"))
    await expect(page.locator(SHOWN)).to_have_attribute("src", re.compile(image_id))


"""Until two frames have been drawn, as between the moves of a finger: PhotoSwipe follows it once a frame."""


async def test_a_photo_opens_over_the_page_and_back_leads_to_its_tile(page: Page) -> None:
    """The page stays; the photo has its own URL; the picture sharpens; Back closes, with the focus on its tile."""
    await page.goto("/")
    await page.evaluate("window.same = true")
    order = await ids(page)
    await page.locator(f"#p-{order[3]} a").click()
    await at(page, order[3])
    await expect(page.locator(SHOWN)).to_have_attribute("data-sharp", "yes")
    await expect(page).to_have_title(re.compile("Photo of .* 2021"))
    await page.keyboard.press("ArrowRight")
    await at(page, order[4])
    await page.go_back()
    await expect(page.locator("#viewer")).to_have_count(0)
    await expect(page).to_have_url(re.compile("/$"))
    await expect(page.locator(f"#p-{order[4]} a")).to_be_focused()
    assert await page.evaluate("window.same")
    await expect(page).to_have_title(re.compile("Photos"))


async def test_arrows_lead_past_what_the_grid_holds(page: Page) -> None:
    """Further photos are loaded on the way."""
    await page.goto("/")
    listed = [one["id"] for one in (await (await page.request.get("/api/images?limit=100")).json())["items"]]
    await expect(page.locator(".grid.whole")).to_be_visible()
    assert await page.locator(f"#p-{listed[60]}").count() == 0
    await page.locator(f"#p-{listed[20]} a").click()
    await at(page, listed[20])
    for image_id in listed[21:61]:
        await page.keyboard.press("ArrowRight")
        await expect(page).to_have_url(re.compile(image_id))
    await at(page, listed[60])
    for image_id in listed[59:55:-1]:
        await page.keyboard.press("ArrowLeft")
        await at(page, image_id)


async def test_before_the_first_that_was_opened(page: Page) -> None:
    """Backwards from a photo's own page, beyond the first thirty, to the first, which has none before it."""
    listed = [one["id"] for one in (await (await page.request.get("/api/images?limit=100")).json())["items"]]
    await page.goto(f"/images/{listed[45]}")
    await at(page, listed[45])
    for image_id in listed[44::-1]:
        await page.keyboard.press("ArrowLeft")
        await expect(page).to_have_url(re.compile(image_id))
    await at(page, listed[0])
    await expect(page.locator("#viewer [data-do=prev]")).to_be_hidden()


async def test_a_key_is_not_lost_while_the_next_photo_is_still_asked_for(page: Page) -> None:
    await page.goto("/")
    order = await ids(page)
    asked = asyncio.Event()

    async def late(route: Route) -> None:
        await asked.wait()
        await route.continue_()

    await page.route("**/around*", late)
    await page.locator(f"#p-{order[3]} a").click()
    await at(page, order[3])
    await page.keyboard.press("ArrowRight")
    asked.set()
    await at(page, order[4])


async def test_the_order_of_the_page_is_kept(page: Page) -> None:
    """In a photo opened from a search, oldest first, Next follows the search; so does a link to it."""
    await page.goto("/search?q=2021-02&sort=taken_at")
    await page.goto("/search?q=february&sort=taken_at")
    order = await ids(page)
    await page.locator(".tile a").nth(2).click()
    await expect(page.locator("#viewer")).to_be_visible()
    await page.goto(f"/images/{order[2]}?q=february&sort=taken_at")
    await expect(page.get_by_role("button", name="Next photo")).to_be_visible()
    await page.keyboard.press("ArrowRight")
    await at(page, order[3], "?q=february&sort=taken_at")


async def test_the_photos_own_page_is_the_viewer(page: Page) -> None:
    """The photo's details are beside it, and Escape leads to the page it belongs to."""
    await page.goto("/")
    order = await ids(page)
    await page.goto(f"/images/{order[5]}?q=2021")
    await expect(page.locator("#panel h1")).to_contain_text("2021")
    await expect(page.locator("aside.info h1")).to_have_count(1)
    await page.keyboard.press("ArrowRight")
    await at(page, order[6], "?q=2021")
    await page.keyboard.press("Escape")
    await expect(page.locator("#viewer")).to_have_count(0)


async def test_what_is_known_opens_beside_it_and_follows(page: Page) -> None:
    await page.goto("/")
    await page.locator(".tile a").nth(3).click()
    await page.keyboard.press("i")
    panel = page.locator("#panel")
    await expect(panel.locator(".facts")).to_contain_text("Box 1")
    first = await panel.locator("code").first.inner_text()
    await page.keyboard.press("ArrowRight")
    await expect(panel.locator("code").first).not_to_have_text(first)
    await page.keyboard.press("a")
    await panel.locator("[data-kind=album] [role=combobox]").fill("From the viewer")
    await panel.get_by_role("option", name="Create “From the viewer”").click()
    await expect(page.locator(".toast")).to_contain_text(
        "From the viewer"
    )  # it is there for ten seconds only
    await expect(panel.get_by_role("link", name="From the viewer")).to_be_visible()
    await panel.get_by_label("Remove from “").click()
    await expect(panel.get_by_role("link", name="From the viewer")).to_have_count(0)
    await page.keyboard.press("i")
    await expect(panel).to_be_hidden()


async def test_hidden_and_taken_back(page: Page) -> None:
    """The next photo comes up; Undo brings the hidden one back, in the viewer and in the grid."""
    await page.goto("/")
    order = await ids(page)
    await page.locator(f"#p-{order[7]} a").click()
    await at(page, order[7])
    await expect(page.get_by_label("Next photo")).to_be_visible()
    await page.keyboard.press("h")
    await at(page, order[8])
    await expect(page.locator(f"#p-{order[7]}")).to_be_hidden()
    await page.locator(".toast").get_by_role("button", name="Undo").click()
    await at(page, order[7])
    await page.keyboard.press("Escape")
    await expect(page.locator(f"#p-{order[7]} a")).to_be_focused()


async def test_what_was_hidden_leaves_no_hole(page: Page) -> None:
    """The grid closes up once the viewer is closed, and the focus is on the photo seen last."""
    await page.goto("/")
    order = await ids(page)
    await page.locator(f"#p-{order[3]} a").click()
    await at(page, order[3])
    await expect(page.get_by_label("Next photo")).to_be_visible()
    await page.keyboard.press("h")
    await at(page, order[4])
    await page.keyboard.press("Escape")
    await expect(page.locator(f"#p-{order[3]}")).to_have_count(0)
    await expect(page.locator(f"#p-{order[4]} a")).to_be_focused()
    assert (await ids(page))[:8] == [*order[:3], *order[4:9]]
    await page.locator(".toast").get_by_role("button", name="Undo").click()
    await expect(page.locator(f"#p-{order[3]}")).to_be_visible()


async def test_the_slideshow_goes_on_by_itself_until_a_key(chromium: Browser, url: str) -> None:
    context = await chromium.new_context(locale="en-GB", viewport=DESKTOP, base_url=url)
    seen = await watched(context, url)
    page = seen.page
    await page.clock.install()
    await page.goto("/")
    order = await ids(page)
    await page.locator(f"#p-{order[0]} a").click()
    await page.clock.run_for(1000)
    await at(page, order[0])
    await page.keyboard.press("s")
    slideshow = page.get_by_label("Slideshow")
    await expect(slideshow).to_have_attribute("aria-pressed", "true")
    for image_id in order[1:3]:
        await page.clock.run_for(4100)
        await at(page, image_id)
    await page.keyboard.press("ArrowRight")
    await expect(slideshow).to_have_attribute("aria-pressed", "false")
    await page.clock.run_for(9000)
    await at(page, order[3])
    assert seen.faults == []
    await context.close()


async def test_a_modified_click_stays_a_link(page: Page) -> None:
    await page.goto("/")
    async with page.context.expect_page() as opened:
        await page.locator(".tile a").nth(2).click(modifiers=["Control"])
    other = await opened.value
    await expect(page.locator("#viewer")).to_have_count(0)
    await other.close()


async def test_selecting_comes_first(page: Page) -> None:
    await page.goto("/")
    await page.get_by_text("Select", exact=True).click()
    await page.locator(".tile a").first.click()
    await expect(page.locator("[data-selected]")).to_have_text("1 photo")
    await expect(page.locator("#viewer")).to_have_count(0)


async def test_nothing_behind_it_can_be_reached(page: Page) -> None:
    """Tab stays in the viewer; the grid's keys do nothing."""
    await page.goto("/")
    await page.locator(".tile a").nth(3).click()
    await expect(page.locator("#viewer")).to_be_focused()
    for _ in range(12):
        await page.keyboard.press("Tab")
        inside = (
            "document.activeElement === document.body || !!document.activeElement.closest('#viewer, #toasts')"
        )
        assert await page.evaluate(inside)
    await page.keyboard.press("x")
    await expect(page.locator(".pick input:checked")).to_have_count(0)


async def test_with_a_finger(chromium: Browser, url: str) -> None:
    """On a phone: a swipe leads on, the details are a sheet below the photo."""
    context = await chromium.new_context(
        locale="en-GB",
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        base_url=url,
    )
    seen = await watched(context, url)
    page = seen.page
    await page.goto("/")
    order = await ids(page)
    await page.locator(f"#p-{order[2]} a").tap()
    await at(page, order[2])
    await expect(page.locator(SHOWN)).to_have_attribute("data-sharp", "yes")
    await grown(page)
    await page.locator("[data-do=info]").tap()
    await expect(page.locator("#panel h1")).to_contain_text("2021")
    panel = await box(page.locator("#panel"))
    assert panel["y"] > 250
    assert panel["y"] + panel["height"] <= PHONE["height"] + 1
    await page.locator("[data-do=info]").tap()
    await expect(page.locator("#panel")).to_be_hidden()
    await swipe(page, 300, 240, 120, 40)
    await at(page, order[3])
    assert seen.faults == []
    await context.close()
