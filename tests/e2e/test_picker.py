"""The field in which one chooses a category, an album, a keyword or a person for photos while typing."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.conftest import COUNT, DESKTOP, PHONE, arrived, box
from tests.e2e.test_nothing_is_lost import Held

pytestmark = pytest.mark.browser
HEARS = (
    """addEventListener("htmx:before:swap", () => (globalThis.heard = true), {capture: true, once: true})"""
)
"""Tells when the answer from which the page is drawn anew has come."""
MARKUP = "<img src=x onerror=alert(1)>"


async def select(page: Page, number: int) -> None:
    """The first ones of the list."""
    boxes = page.locator(".tile .pick input")
    await boxes.first.check()
    if number > 1:
        await boxes.nth(number - 1).click(modifiers=["Shift"])
    await expect(page.locator("[data-selected]")).to_have_text(
        "1 photo" if number == 1 else f"{number} photos"
    )


def field(page: Page, kind: str) -> Locator:
    return page.locator(f".selbar [data-kind={kind}] [role=combobox]")


async def images(page: Page, **query: Any) -> list[dict[str, Any]]:
    answer = await (await page.request.get("/api/images", params=query)).json()
    found: list[dict[str, Any]] = answer["items"]
    return found


@pytest.fixture
async def timeline(page: Page) -> Page:
    await page.goto("/")
    await arrived(page)
    return page


async def test_a_key_some_letters_and_enter(timeline: Page) -> None:
    """The ARIA pattern: a combobox that controls a list box, whose active line is named."""
    await select(timeline, 2)
    await timeline.keyboard.press("c")
    combobox = field(timeline, "category")
    await expect(combobox).to_be_focused()
    await timeline.keyboard.type("sunfl")
    await expect(combobox).to_have_attribute("aria-expanded", "true")
    listed = timeline.locator(f"[id='{await combobox.get_attribute('aria-controls')}']")
    create = listed.get_by_role("option", name="Create “sunfl”")
    await expect(create).to_be_visible()
    await combobox.fill("do")
    first = listed.get_by_role("option").first
    await expect(first).to_have_attribute("data-value", "dog")
    await expect(first).to_have_attribute("aria-selected", "true")
    await expect(combobox).to_have_attribute("aria-activedescendant", await first.get_attribute("id") or "-")
    await timeline.keyboard.press("ArrowDown")
    await expect(first).to_have_attribute("aria-selected", "false")
    await timeline.keyboard.press("ArrowUp")
    await timeline.keyboard.press("Enter")
    toast = timeline.locator(".toast")
    await expect(toast).to_have_text("Added 2 photos to “Dog”ViewUndo")
    await expect(toast.get_by_role("link")).to_have_attribute("href", "/categories/dog")
    assert len(await images(timeline, category="dog")) == 2
    await expect(timeline.locator(".selection.chosen")).to_have_count(0)
    await toast.get_by_role("button", name="Undo").click()
    await expect(toast).to_have_text("Undone")
    assert await images(timeline, category="dog") == []


async def test_escape_closes_it_and_nothing_else(timeline: Page) -> None:
    await select(timeline, 1)
    await timeline.keyboard.press("a")
    await expect(field(timeline, "album")).to_be_focused()
    await timeline.keyboard.type("x")
    await timeline.keyboard.press("Escape")
    await expect(timeline.locator(".selbar details[open]")).to_have_count(0)
    await expect(timeline.locator("[data-selected]")).to_have_text("1 photo")


async def test_what_is_not_there_is_created_with_the_photos(timeline: Page) -> None:
    """A name with markup is text, in the list, in the confirmation and on the chip that takes it off again."""
    await select(timeline, 2)
    await timeline.keyboard.press("a")
    await field(timeline, "album").fill(MARKUP)
    await timeline.keyboard.press("Enter")  # at once: what is listed is older than what was typed
    toast = timeline.locator(".toast")
    await expect(toast).to_contain_text(f"Created “{MARKUP}” with 2 photos")
    await select(timeline, 1)
    await timeline.keyboard.press("a")
    await expect(timeline.get_by_role("option").first).to_have_text(MARKUP)
    await timeline.locator(".selbar .held button").click()
    await expect(toast).to_contain_text(f"1 photo removed from “{MARKUP}”")
    await expect(toast).to_have_count(1)  # they replace each other


async def test_a_menu_that_is_opened_before_the_page_is_drawn_anew_stays(timeline: Page, url: str) -> None:
    """And what is typed in it; the page is drawn anew once it is closed."""
    page = timeline
    await select(page, 1)
    await page.keyboard.press("e")
    late = await Held.of(page, re.compile(r"/$"))
    await field(page, "keyword").fill("Lake")
    await page.keyboard.press("Enter")
    await late.asked.wait()
    await page.evaluate(HEARS)
    await select(page, 1)
    await page.keyboard.press("a")
    await field(page, "album").fill("Sum")
    async with page.expect_request_finished(lambda request: request.url == f"{url}/"):
        late.let_go()
    await page.wait_for_function("globalThis.heard")
    await page.keyboard.type("mer")
    await expect(field(page, "album")).to_have_value("Summer")
    async with page.expect_request_finished(lambda request: request.url == f"{url}/"):
        await page.keyboard.press("Escape")
    await expect(page.locator(".selbar details[open]")).to_have_count(0)


async def test_nor_is_a_word_that_is_being_written(page: Page, url: str) -> None:
    address = f"{url}/search?q=2021"
    await page.goto(address)
    await arrived(page)
    await select(page, 1)
    await page.keyboard.press("f")
    await expect(page.locator(".tile .marks .loved")).to_have_count(1)
    late = await Held.of(page, address)
    await page.locator(".toast").get_by_role("button", name="Undo").click()
    await late.asked.wait()
    await page.evaluate(HEARS)
    await page.locator("#q").fill("2021 ")
    async with page.expect_request_finished(lambda request: request.url == address):
        late.let_go()
    await page.wait_for_function("globalThis.heard")
    await expect(page.locator("#q")).to_have_value("2021 ")
    await expect(page.locator("#q")).to_be_focused()


async def test_keywords_with_commas_are_several(timeline: Page) -> None:
    await select(timeline, 1)
    await timeline.keyboard.press("e")
    await field(timeline, "keyword").fill("Lake, At sea")
    await timeline.keyboard.press("Enter")
    await expect(timeline.locator(".toast")).to_contain_text("Added keywords Lake, At sea to 1 photo")


async def test_what_is_pressed_below_a_list_is_hit(timeline: Page) -> None:
    """The list closes as its field loses the focus, but only once the press is over."""
    lake: dict[str, str | float | bool] = {
        "keywords": "Lake",
        "images": (await images(timeline, limit=1))[0]["id"],
    }
    await timeline.request.post("/commands/add-keywords", form=lake, headers={"HX-Request": "true"})
    await select(timeline, 2)
    await timeline.keyboard.press("e")
    await expect(timeline.locator(".selbar [role=option]").first).to_be_visible()
    await timeline.locator(".selbar").get_by_role("button", name="Edit all fields").click()
    await expect(timeline.locator("form.sheet")).to_be_visible()


async def test_a_categorys_photos_are_put_right_in_one_pass(page: Page) -> None:
    """Select, say what they are instead, and the next ones with a single press."""
    ids = [one["id"] for one in await images(page, limit=6)]
    dogs: dict[str, str | float | bool] = {"category_id": "dog", "images": ",".join(ids)}
    await page.request.post("/commands/assign-category", form=dogs, headers={"HX-Request": "true"})
    await page.goto("/categories/dog")
    await arrived(page)
    await select(page, 2)
    await page.locator(".selbar").get_by_text("Instead…").click()
    await page.get_by_role("combobox", name="What they are instead").fill("cat")
    await (
        page.get_by_role("option", name="Cat", exact=True).or_(page.locator("[data-value=cat]")).first.click()
    )
    toast = page.locator(".toast")
    await expect(toast).to_have_text("2 photos are now “Cat”, not “Dog”ViewUndo")
    await expect(page.locator(".grid .tile")).to_have_count(4)
    await select(page, 2)
    await page.locator(".selbar").get_by_role("button", name="Instead: Cat").click()
    await expect(page.locator(".grid .tile")).to_have_count(2)
    await expect(toast).to_have_count(1)
    await select(page, 1)
    await page.locator(".selbar").get_by_role("button", name="Not “Dog”").click()
    await expect(page.locator(".grid .tile")).to_have_count(1)
    assert len(await images(page, category="cat")) == 4
    await page.locator(".grid .tile a").click()  # and in the viewer
    await page.keyboard.press("c")
    await page.keyboard.type("horse")
    await page.keyboard.press("Enter")
    await expect(page.locator("#panel .chip.user", has_text="Horse")).to_be_visible()
    await page.keyboard.press("c")
    await expect(page.locator("#panel").get_by_role("option").first).to_have_attribute("data-value", "cat")


async def test_what_is_typed_before_the_viewer_has_come_is_for_the_field_of_its_menu(page: Page) -> None:
    """Also letters that are no keys, and Enter."""
    script = await Held.of(page, "**/viewer.js")
    await page.goto("/")
    await page.locator(".tile a").nth(4).click()
    for key in (*"kJuno", "Enter"):
        await page.keyboard.press(key)
    script.let_go()
    await expect(page.locator("#panel .chip", has_text="Juno")).to_be_visible()


async def test_on_a_photos_page_and_in_the_edit_sheet(page: Page) -> None:
    one = (await images(page, limit=1))[0]["id"]
    await page.goto(f"/images/{one}")
    await expect(page.locator("#viewer")).to_be_visible()
    await page.keyboard.press("p")
    panel = page.locator("#panel")
    await panel.locator("[data-key=p] [role=combobox]").fill("Ada")
    await page.keyboard.press("Enter")
    await expect(panel.locator(".chip", has_text="Ada")).to_be_visible()
    await panel.get_by_role("button", name="Edit all fields").click()
    sheet = panel.locator("form.sheet")
    combobox = sheet.get_by_role("combobox", name="Category")
    await combobox.fill("hors")
    horse = sheet.locator(".picker [role=option]").first
    await expect(horse).to_have_attribute("data-value", "horse")  # no longer what was listed before
    await horse.click()
    await expect(combobox).to_have_value("Horse & zebra")
    await expect(sheet.locator(".picker [role=option]")).to_have_count(0)
    await sheet.get_by_role("button", name="Save").click()
    await expect(panel.locator(".chip.user", has_text="Horse")).to_be_visible()
    assert one in [item["id"] for item in await images(page, category="horse")]


async def test_several_names_in_the_edit_sheet(page: Page) -> None:
    """Chosen, made up, left in the field, and taken off: all of it counts once the sheet is saved."""
    ids = ",".join(one["id"] for one in await images(page, limit=2))
    for keywords in ("Harbour", "Night"):
        given: dict[str, str | float | bool] = {"keywords": keywords, "images": ids}
        await page.request.post("/commands/add-keywords", form=given, headers={"HX-Request": "true"})
    await page.goto("/")
    await arrived(page)
    await select(page, 2)
    await page.keyboard.press("e")
    await page.locator(".selbar").get_by_role("button", name="Edit all fields").click()
    picker = page.locator("form.sheet .picker[data-kind=keyword]")
    combobox = picker.get_by_role("combobox")
    await picker.locator(".held").get_by_role("button", name="Remove “Night”").click()
    await expect(picker.locator(".held .chip")).not_to_contain_text(["Night"])
    await expect(picker.locator(".chosen .off")).to_have_text("Night")
    await combobox.fill("Quay, Crane")
    await page.keyboard.press("Enter")
    await expect(picker.locator(".chosen .chip")).to_have_text(["Night", "Quay", "Crane"])
    await picker.locator(".chosen .chip", has_text="Crane").click()
    await combobox.fill("Gull")
    await page.locator("form.sheet").get_by_role("button", name="Save").click()
    await expect(page.locator(".toast")).to_be_visible()
    found = [
        len(await images(page, q=f"keyword:{name}")) for name in ("Harbour", "Night", "Quay", "Crane", "Gull")
    ]
    assert found == [2, 0, 2, 0, 2]


async def test_a_group_for_a_category(page: Page) -> None:
    await page.goto("/categories/dog")
    await page.locator("summary[aria-label^='Rename']").click()
    group = page.get_by_role("combobox", name="Group")
    await group.fill("foo")
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast")).to_contain_text("Moved")
    await expect(page.locator("header a[href='/categories/food']")).to_be_visible()
    await page.locator(".toast").get_by_role("button", name="Undo").click()
    await expect(page.locator("header a[href='/categories/animals']")).to_be_visible()


@pytest.fixture
async def phone(chromium: Browser, url: str) -> AsyncIterator[Page]:
    context = await chromium.new_context(
        locale="en-GB", viewport=PHONE, base_url=url, has_touch=True, is_mobile=True
    )
    yield await context.new_page()
    await context.close()


async def test_by_touch(phone: Page) -> None:
    """The list is there before the keyboard; lines are as high as a finger."""
    await phone.goto("/?select=1")
    await arrived(phone)
    await phone.locator(".tile a").first.tap()
    await phone.locator(".selbar details[data-key=c] > summary").tap()
    line = phone.get_by_role("option").first
    assert (await box(line))["height"] >= 44
    await line.tap()
    await expect(phone.locator(".toast")).to_contain_text("Added 1 photo to")


async def test_without_scripts_there_are_lists_and_fields(chromium: Browser, url: str) -> None:
    context = await chromium.new_context(
        locale="en-GB", viewport=DESKTOP, base_url=url, java_script_enabled=False
    )
    page = await context.new_page()
    await page.goto("/?select=1")
    await page.locator(".pick input").first.check()
    await page.locator(".selbar details[data-key=c] > summary").click()
    await page.locator(".selbar select[name=category_id]").select_option("bird")
    await page.locator(".selbar button[formaction='/commands/assign-category']").click()
    assert len(await images(page, category="bird")) == 1
    await context.close()


async def test_it_tells_what_many_photos_have(timeline: Page) -> None:
    """All of them, and not of some; it is asked for once, and stays while one types."""
    asked: list[str] = []
    timeline.on("request", lambda sent: asked.append(sent.method) if "/pick" in sent.url else None)
    await timeline.locator(".tile .pick input").nth(1).check()
    await timeline.keyboard.press("a")
    await field(timeline, "album").fill("Only one")
    await timeline.keyboard.press("Enter")
    await expect(timeline.locator(".toast")).to_contain_text("Created “Only one” with 1 photo")
    await timeline.keyboard.press("Control+a")
    await expect(timeline.locator("[data-selected]")).to_have_text(f"{COUNT + 1} photos")
    asked.clear()
    await timeline.keyboard.press("a")
    held = timeline.locator(".selbar [data-kind=album] .held button").filter(has_text="Only one")
    await expect(held).to_have_text(re.compile(r"Only one\s*1"))
    await timeline.keyboard.type("Onl")
    await expect(timeline.get_by_role("option", name="Create “Onl”")).to_be_visible()
    await expect(held).to_have_text(re.compile(r"Only one\s*1"))
    assert set(asked[:1]) == {"POST"}
    assert asked[-1] == "GET"
    await held.click()
    await expect(timeline.locator(".toast")).to_contain_text("removed from “Only one”")


async def test_once_it_is_told_keys_go_to_the_page(timeline: Page) -> None:
    """And not to the field of the menu that has just closed, where the browser leaves the focus for a frame."""
    await timeline.locator(".tile .pick input").nth(1).check()
    await timeline.evaluate(
        """() => new MutationObserver(() => setTimeout(() => (window.focused ??= document.activeElement.localName)))
          .observe(document.querySelector("#toasts"), { childList: true })"""
    )
    await timeline.keyboard.press("a")
    await field(timeline, "album").fill("Told")
    await timeline.keyboard.press("Enter")
    await expect(timeline.locator(".toast")).to_contain_text("Created “Told” with 1 photo")
    assert await timeline.evaluate("window.focused") == "body"
