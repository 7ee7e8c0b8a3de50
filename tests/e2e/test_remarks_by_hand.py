"""Hearts, stars and words by keys and by hand: in the grid, for a selection, and in the viewer."""

import asyncio
import re

import pytest
from playwright.async_api import Page, Route, expect

pytestmark = pytest.mark.browser


async def place(page: Page, number: int) -> str:
    """The id of the photo there."""
    await expect(page.locator(".whole")).to_be_attached()
    return str(await page.locator(".tile[id]").nth(number).get_attribute("id"))


async def test_keys_give_hearts_and_stars_in_the_grid(page: Page) -> None:
    """To the photo with the focus, or to all selected ones; the same key takes the heart away."""
    await page.goto("/")
    one, other = await place(page, 2), await place(page, 3)
    await page.locator(f"#{one} a").focus()
    await page.keyboard.press("f")
    await expect(page.locator(f"#{one} .loved")).to_be_visible()
    await page.locator(f"#{one} a").focus()
    await page.keyboard.press("f")
    await expect(page.locator(f"#{one} .loved")).to_have_count(0)
    for tile in (one, other):
        await page.locator(f"#{tile} a").focus()
        await page.keyboard.press("x")
    await page.keyboard.press("4")
    for tile in (one, other):
        await expect(page.locator(f"#{tile}").get_by_label("4 stars")).to_be_visible()
    await page.keyboard.press("0")
    await expect(page.locator(f"#{other}").get_by_label("4 stars")).to_have_count(0)


async def test_keywords_are_given_to_a_selection(page: Page) -> None:
    """The field offers those that there are."""
    await page.goto("/")
    await place(page, 0)
    for number in (4, 5):
        await page.locator(f"#{await place(page, number)} a").focus()
        await page.keyboard.press("x")
    await page.keyboard.press("e")
    field = page.locator(".selbar [data-kind=keyword] [role=combobox]")
    await field.fill("Weir, Mill race")
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast")).to_contain_text("Added keywords Weir, Mill race to 2 photos")
    await page.goto("/search?q=keyword:weir")
    await expect(page.locator(".tile[id]")).to_have_count(2)
    await page.locator(".tile[id] a").first.focus()
    await page.keyboard.press("x")
    await page.keyboard.press("e")
    await field.press_sequentially("mi")
    await expect(page.locator(".selbar").get_by_role("listbox").get_by_role("option").first).to_have_text(
        "Mill race"
    )
    await page.locator(".selbar").get_by_label("Remove “Mill race”").click()
    await expect(page.locator(".toast")).to_contain_text("Removed keyword Mill race from 1 photo")


async def test_enter_does_what_its_field_is_for(page: Page) -> None:
    """The menus of a selection are one form, whose first button it would press."""
    tile = ""
    for key, field, text, told in (
        ("e", "[data-kind=keyword] [role=combobox]", "Lock gate", "Added keyword Lock gate to 1 photo"),
        ("d", "[name=shift_hours]", "-1", "Changed the date of 1 photo"),
        ("a", "[data-kind=album] [role=combobox]", "Canals", "Canals"),
    ):
        await page.goto("/")
        tile = await place(page, 8)
        await page.locator(f"#{tile} a").focus()
        await page.keyboard.press("x")
        await page.keyboard.press(key)
        await page.locator(f".selbar {field}").fill(text)
        await page.keyboard.press("Enter")
        await expect(page.locator(".toast", has_text=told)).to_be_visible()
        await expect(page.locator(".pick input:checked")).to_have_count(0)
    await expect(page.locator(f"#{tile} .loved")).to_have_count(0)


async def test_the_viewer_takes_hearts_stars_and_words(page: Page) -> None:
    """The details follow, and so does the grid once it is back."""
    await page.goto("/")
    tile = await place(page, 6)
    await page.locator(f"#{tile} a").click()
    await expect(page).to_have_url(re.compile(tile[2:]))
    await page.keyboard.press("i")
    panel = page.locator("#panel")
    await page.keyboard.press("f")
    await expect(page.locator("#viewer [data-do=favorite]")).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("3")
    await expect(panel.locator(".stars [aria-pressed=true]")).to_have_count(3)
    await page.keyboard.press("e")
    await panel.locator("[name=title]").fill("By the weir")
    await panel.locator("[name=title]").press("Enter")
    await expect(panel.get_by_role("heading", name="By the weir")).to_be_visible()
    await page.keyboard.press("p")
    await panel.locator("[data-kind=person] [role=combobox]").fill("Ada")
    await page.keyboard.press("Enter")
    await expect(panel.get_by_role("link", name="Ada")).to_be_visible()
    await panel.get_by_label("Remove “Ada”").click()
    await expect(panel.get_by_role("link", name="Ada")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(page.locator(f"#{tile} .loved")).to_be_visible()
    await expect(page.locator(f"#{tile}").get_by_label("3 stars")).to_be_visible()


async def test_an_answer_that_comes_late_changes_nothing_of_what_is_newer(page: Page) -> None:
    """Neither newer details nor what is being written."""
    await page.goto("/")
    await page.locator(".tile a").nth(7).click()
    await page.keyboard.press("i")
    panel = page.locator("#panel")
    await expect(panel.locator("h1")).to_be_visible()
    free, asked = asyncio.Event(), asyncio.Event()

    async def first_is_late(route: Route) -> None:
        first = not asked.is_set()
        asked.set()
        answer = await route.fetch()
        if first:
            await free.wait()
        await route.fulfill(response=answer)

    photo = re.compile(r"/images/[0-9a-f]{32}(\?.*)?$")
    await page.route(photo, first_is_late)
    await page.keyboard.press("2")
    await asked.wait()
    await page.keyboard.press("4")
    await expect(panel.locator(".stars [aria-pressed=true]")).to_have_count(4)
    async with page.expect_response(photo) as late:
        free.set()
    await (await late.value).finished()
    await page.evaluate("() => new Promise(requestAnimationFrame)")  # so that it is heard
    await expect(panel.locator(".stars [aria-pressed=true]")).to_have_count(4)

    free.clear()
    asked.clear()
    await page.keyboard.press("5")
    await asked.wait()
    await page.keyboard.press("k")
    await panel.locator("[data-key=k] input:not([type=hidden])").first.fill("weir")
    async with page.expect_response(photo) as late:
        free.set()
    await (await late.value).finished()
    await page.evaluate("() => new Promise(requestAnimationFrame)")  # so that it is heard
    await expect(panel.locator("[data-key=k] input:not([type=hidden])").first).to_have_value("weir")
    await page.keyboard.press("Escape")
    await expect(panel.locator(".stars [aria-pressed=true]")).to_have_count(5)


async def test_a_photo_is_rotated_in_the_viewer(page: Page) -> None:
    """The picture that is open, its tile, and back by Undo."""
    await page.goto("/")
    tile = page.locator(".tile").first
    image = tile.locator("img")
    width, height = await image.get_attribute("width"), await image.get_attribute("height")
    await tile.locator("a").click()
    await expect(page.locator("#viewer")).to_be_focused()
    await page.keyboard.press("r")
    open_picture = page.locator(
        "#viewer .pswp__item:not([aria-hidden=true]) img.pswp__img:not(.pswp__img--placeholder)"
    )
    await expect(open_picture).to_have_attribute("src", re.compile(r"/(preview|large)\?rotation=6$"))
    await page.get_by_role("button", name="Undo").click()
    await expect(open_picture).not_to_have_attribute("src", re.compile("rotation"))
    await page.keyboard.press("<")
    await expect(open_picture).to_have_attribute("src", re.compile(r"\?rotation=8$"))
    await page.keyboard.press("Escape")
    await expect(image).to_have_attribute("src", re.compile(r"/preview\?rotation=8$"))
    assert (await image.get_attribute("width"), await image.get_attribute("height")) == (height, width)


async def test_the_edit_sheet_opens_beside_the_viewer(page: Page) -> None:
    """With a map on which a click says where the photo was taken; saving brings back what is known of it."""
    await page.goto("/")
    await page.locator(".tile a").nth(1).click()
    await expect(page.locator("#viewer")).to_be_focused()
    await page.keyboard.press("i")
    await page.locator("#panel").get_by_role("button", name="Edit all fields").click()
    sheet = page.locator("#panel form.sheet")
    await sheet.get_by_label("Title").fill("At the weir")
    world = sheet.locator(".map")
    await world.scroll_into_view_if_needed()
    await world.click(position={"x": 60, "y": 60})
    await expect(sheet.locator("[name=latitude]")).to_have_value(re.compile(r"^-?\d+\.\d{6}$"))
    await expect(sheet.locator("circle.dot")).to_be_visible()
    await sheet.get_by_role("button", name="Save").click()
    await expect(page.locator("#panel h2.title")).to_have_text("At the weir")
    await expect(page.locator("#panel .minimap")).to_be_visible()
    await page.locator("#panel").get_by_role("button", name="Edit all fields").click()
    await sheet.get_by_role("link", name="Cancel").click()
    await expect(page.locator("#panel h2.title")).to_be_visible()


async def test_a_place_is_given_again_with_one_press(page: Page) -> None:
    """In the viewer's panel, and in the selection bar, whichever fields beside it are empty."""
    await page.goto("/")
    first = await place(page, 6)
    await page.locator(f"#{first} a").click()
    await page.keyboard.press("i")
    panel = page.locator("#panel")
    await expect(panel.locator("[name=city]")).to_be_attached()
    await page.keyboard.press("l")
    await panel.locator("[name=city]").fill("Oslo, Norway")
    await panel.locator("[name=city]").press("Enter")
    await expect(page.locator(".toast")).to_contain_text("Placed 1 photo in Oslo, Norway")
    await expect(panel.locator(".minimap")).to_have_count(1)  # the panel is new, and no field has the focus
    await page.keyboard.press("ArrowRight")
    await expect(panel.locator(".minimap")).to_have_count(0)
    await expect(panel.locator("[name=at]", has_text="Oslo, Norway")).to_be_attached()
    await page.keyboard.press("l")
    await panel.get_by_role("button", name="Oslo, Norway").click()
    await expect(panel.locator(".minimap")).to_have_count(1)  # the toast may be the one from before
    await expect(page.locator(".toast")).to_contain_text("Placed 1 photo in Oslo, Norway")
    await page.goto("/")
    third = await place(page, 9)
    await page.locator(f"#{third} a").focus()
    await page.keyboard.press("x")
    await page.keyboard.press("e")
    await page.locator(".selbar").get_by_role("button", name="Oslo, Norway").click()
    await expect(page.locator(".toast")).to_contain_text("Placed 1 photo in Oslo, Norway")
    await page.goto("/search?q=place:oslo")
    await expect(page.locator(".tile[id]")).to_have_count(3)


async def test_details_that_come_late_close_no_menu(page: Page) -> None:
    """On a photo's own page, which asks for them once it knows the photo's neighbours."""
    await page.goto("/")
    address = await page.locator(".tile a").nth(8).get_attribute("href")
    free, asked = asyncio.Event(), asyncio.Event()

    async def details_are_late(route: Route) -> None:
        if "hx-request" in route.request.headers:
            asked.set()
            await free.wait()
        await route.continue_()

    photo = re.compile(r"/images/[0-9a-f]{32}(\?.*)?$")
    await page.route(photo, details_are_late)
    await page.goto(str(address))
    await asked.wait()
    await page.keyboard.press("p")
    field = page.locator("#panel [data-kind=person] [role=combobox]")
    await expect(field).to_be_focused()
    async with page.expect_response(photo) as late:
        free.set()
    await (await late.value).finished()
    await page.evaluate("() => new Promise(requestAnimationFrame)")  # so that it is heard
    await expect(field).to_be_focused()
    await page.keyboard.type("Ada")
    await page.keyboard.press("Enter")
    await expect(page.locator("#panel").get_by_role("link", name="Ada")).to_be_visible()
