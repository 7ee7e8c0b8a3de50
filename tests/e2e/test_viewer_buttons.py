"""What the viewer's buttons do, and which photo of how many it says that it shows."""

import re

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.conftest import PHONE, box, watched
from tests.e2e.test_viewer import SHOWN, at, ids

pytestmark = pytest.mark.browser


def place(page: Page) -> Locator:
    return page.locator("#viewer .place")


async def all_fit(page: Page, width: float, height: float) -> None:
    """All buttons are there, within so many pixels, and none lies on another."""
    buttons = await page.locator("#viewer .controls :is(button, a, summary):visible, #viewer .place").all()
    boxes = [await box(one) for one in buttons]
    assert len(boxes) == 12
    for number, here in enumerate(boxes):
        assert here["x"] >= 0 and here["x"] + here["width"] <= width
        assert here["y"] >= 0 and here["y"] + here["height"] <= height
        for other in boxes[number + 1 :]:
            beside = here["x"] + here["width"] <= other["x"] or other["x"] + other["width"] <= here["x"]
            assert beside or abs(here["y"] - other["y"]) >= 44


async def test_it_says_which_of_how_many_photos_it_shows(page: Page) -> None:
    """Also beyond what was loaded at first; a photo that is hidden no longer counts, until that is undone."""
    await page.goto("/")
    total = (await (await page.request.get("/api/images?limit=1")).json())["total"]
    order = await ids(page)
    await page.locator(f"#p-{order[2]} a").click()
    await expect(place(page)).to_have_text(f"3 of {total}")
    await page.keyboard.press("ArrowLeft")
    await expect(place(page)).to_have_text(f"2 of {total}")
    for number in range(3, 37):
        await page.keyboard.press("ArrowRight")
        await expect(place(page)).to_have_text(f"{number} of {total}")
    await page.get_by_label("Hide this photo").click()
    await expect(place(page)).to_have_text(f"36 of {total - 1}")
    await page.keyboard.press("ArrowLeft")
    await expect(place(page)).to_have_text(f"35 of {total - 1}")
    await page.locator(".toast").get_by_role("button", name="Undo").click()
    await expect(place(page)).to_have_text(f"36 of {total}")
    await page.keyboard.press("ArrowRight")
    await expect(place(page)).to_have_text(f"37 of {total}")


async def test_of_the_list_that_it_was_opened_from(page: Page) -> None:
    await page.goto("/?sort=taken_at")
    order = await ids(page)
    await page.locator(f"#p-{order[0]} a").click()
    await expect(place(page)).to_contain_text("1 of ")
    await expect(page.locator("#viewer [data-do=prev]")).to_be_hidden()
    await page.keyboard.press("Escape")
    await expect(page).to_have_url(re.compile(r"/\?sort=taken_at$"))
    await page.goto(f"/images/{order[0]}")
    total = (await (await page.request.get("/api/images?limit=1")).json())["total"]
    await expect(place(page)).to_have_text(f"{total} of {total}")


async def test_stars_are_given_and_taken_with_two_clicks(page: Page) -> None:
    """The button says how many there are; the menu closes; a key gives the same."""
    await page.goto("/")
    order = await ids(page)
    await page.locator(f"#p-{order[1]} a").click()
    await at(page, order[1])
    stars, menu = page.locator("#viewer [data-stars]"), page.locator("#viewer .controls .pop")
    await stars.click()
    await menu.get_by_label("4 stars").click()
    await expect(stars).to_have_text("4")
    await expect(menu).to_be_hidden()
    await page.keyboard.press("ArrowRight")
    await expect(stars).to_have_text("")
    await page.keyboard.press("2")
    await expect(stars).to_have_text("2")
    await page.keyboard.press("ArrowLeft")
    await stars.click()
    await menu.get_by_label("4 stars").click()  # the stars that it has
    await expect(stars).to_have_text("")


async def test_the_date_and_the_way_up_are_one_click_away(page: Page) -> None:
    await page.goto("/")
    await page.locator(".tile a").nth(1).click()
    await page.locator("#viewer [data-do=rotateright]").click()
    await expect(page.locator(".toast")).to_contain_text("otated")
    await page.locator("#viewer [data-do=date]").click()
    await expect(page.locator("#panel input[type=datetime-local]")).to_be_focused()


async def test_on_a_phone_all_are_at_hand_and_none_lies_on_another(chromium: Browser, url: str) -> None:
    """44 pixels and more each, within the screen."""
    context = await chromium.new_context(
        locale="en-GB", viewport=PHONE, has_touch=True, is_mobile=True, base_url=url
    )
    page = (await watched(context, url)).page
    await page.goto("/")
    await page.locator(".tile a").nth(1).tap()
    await expect(place(page)).to_contain_text("2 of ")
    await all_fit(page, PHONE["width"], PHONE["height"])
    await context.close()


@pytest.mark.parametrize(("width", "height"), [(844, 390), (1024, 768), (1440, 900)])
async def test_beside_the_panel_they_fit_too(chromium: Browser, url: str, width: int, height: int) -> None:
    """On a phone on its side and on a tablet, where there is not enough room for one row of them."""
    context = await chromium.new_context(
        locale="en-GB", viewport={"width": width, "height": height}, base_url=url
    )
    page = (await watched(context, url)).page
    await page.goto("/")
    first = (await ids(page))[1]
    await page.goto(f"/images/{first}")
    await expect(page.locator("#panel h1")).to_be_visible()
    canvas = await box(page.locator("#viewer .canvas"))
    assert canvas["width"] < width
    await all_fit(page, canvas["width"], height)
    await context.close()


async def test_a_small_photo_is_enlarged_twice_at_most(page: Page) -> None:
    """Those of this library are 320 pixels long."""
    await page.goto("/")
    await page.locator(".tile a").first.click()
    await expect(page.locator(SHOWN)).to_be_visible()
    await page.wait_for_function(
        """(shown) => {
          const { width, height } = document.querySelector(shown).getBoundingClientRect();
          return Math.round(Math.max(width, height)) === 640;
        }""",
        arg=SHOWN,
    )
