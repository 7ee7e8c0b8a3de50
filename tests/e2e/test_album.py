"""The album in a browser: what a person clicks, sees and gets."""

import re
from io import BytesIO
from typing import Final, Literal

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.e2e.conftest import COUNT, DESKTOP, PHONE, arrived, sent, watched

pytestmark = pytest.mark.browser

SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
EVERY = [
    "/",
    "/categories",
    "/albums",
    "/search",
    "/jobs",
    "/models",
    "/models/compare",
    "/duplicates",
    "/hidden",
    "/history",
    "/settings",
    "/jobs/problems",
]


async def test_the_timeline_by_months_newest_first(page: Page) -> None:
    await page.goto("/")
    await expect(page.locator("h1")).to_have_text("Photos")
    assert await page.locator(".tile").count() < COUNT
    seen, headings = await scrolled_through(page)
    assert len(seen) == COUNT + 1
    assert [heading.split()[0] for heading in headings] == ["May", "April", "March", "February", "January"]
    await page.get_by_label("Oldest first").click()
    await expect(page).to_have_url(re.compile("sort=taken_at"))
    await expect(page.locator(".grid h2").first).to_contain_text("January")


async def scrolled_through(page: Page) -> tuple[set[str], list[str]]:
    """Scroll to the last photo with the wheel; returns the ids of all tiles and the headings, in order."""
    await expect(page.locator(".whole")).to_be_visible()
    ids, headings = set[str](), list[str]()
    while True:
        await expect(page.locator(".tile:not([id])")).to_have_count(0)
        ids |= set(await page.locator(".tile[id]").evaluate_all("tiles => tiles.map(tile => tile.id)"))
        headings += [
            text for text in await page.locator(".grid h2").all_inner_texts() if text not in headings
        ]
        if await page.evaluate("scrollY + innerHeight >= document.documentElement.scrollHeight - 2"):
            return ids, headings
        await page.mouse.wheel(0, 400)
        await page.evaluate("new Promise(requestAnimationFrame)")


async def test_previews_are_pictures(page: Page) -> None:
    await page.goto("/")
    first = page.locator(".tile img").first
    await expect(first).to_be_visible()
    await page.wait_for_function("document.querySelector('.tile img').naturalWidth > 0")


async def test_a_photo_opens_and_leads_back(page: Page) -> None:
    await page.goto("/")
    await page.locator(".tile a").nth(3).click()
    await page.keyboard.press("i")
    await expect(page.locator("aside.info h1")).to_contain_text("2021")
    await expect(page.locator(".facts")).to_contain_text("Box 1")
    await expect(page.locator(".files")).to_contain_text(".jpg")
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("aside.info h1")).to_contain_text("2021")
    await page.keyboard.press("Escape")
    await expect(page.locator("main h1")).to_have_text("Photos")


async def test_a_hand_quicker_than_the_page(page: Page) -> None:
    """The next key comes while the previous page is still moving in: no error, whichever is handled last."""
    for _ in range(3):
        await page.goto("/")
        await page.locator(".tile a").nth(3).click()
        await expect(page.locator("#viewer")).to_be_visible()
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("Escape")
        await expect(page.locator("#viewer")).to_have_count(0)
        await expect(page).to_have_url(re.compile(r"//[^/]+/$"))
        await expect(page.locator(".grid h2").first).to_be_visible()


async def test_a_hostile_name_is_text(page: Page) -> None:
    await page.goto("/")
    await page.locator(".tile a").first.click()
    await page.keyboard.press("i")
    await expect(page.locator(".files code")).to_contain_text("<img src=x onerror=alert(1)>.jpg")


async def test_an_album_from_selected_photos_renamed_and_deleted(page: Page) -> None:
    await page.goto("/")
    await page.get_by_text("Select", exact=True).click()
    for index in range(3):
        await page.locator(".tile a").nth(index).click()
    await expect(page.locator("[data-selected]")).to_have_text("3 photos")
    await page.get_by_text("Add to album").click()
    await page.locator(".selbar [data-kind=album] [role=combobox]").fill("Summer <b>")
    await page.locator(".selbar").get_by_role("option", name="Create “Summer <b>”").click()
    await expect(page.locator(".toast")).to_contain_text("Summer <b>")
    await expect(page.locator(".pick input:checked")).to_have_count(0)

    await page.goto("/albums")
    await page.get_by_text("Summer <b>").click()
    await expect(page.locator(".tile")).to_have_count(3)
    await arrived(page)
    await page.get_by_label("What can be done with this album").click()
    await page.locator("summary", has_text="Rename").click()
    await page.locator("form[action='/commands/rename-album'] input[name=name]").fill("Winter")
    await page.get_by_role("button", name="Rename").click()
    await expect(page.locator("h1")).to_have_text("Winter")
    await arrived(page)

    await page.get_by_text("Select", exact=True).click()
    await page.locator(".tile a").first.click()
    await page.locator("summary", has_text="In this album").click()
    await page.get_by_role("button", name="Remove from album").click()
    await expect(page.locator(".tile")).to_have_count(2)

    await page.reload()
    await expect(page.locator(".tile")).to_have_count(2)
    await page.get_by_label("What can be done with this album").click()
    await page.get_by_role("button", name="Delete album").click()
    await expect(page.locator("h1")).to_have_text("Albums")
    await expect(page.locator(".cover", has_text="Winter")).to_have_count(0)


async def test_a_category_made_given_and_taken_away(page: Page) -> None:
    await page.goto("/categories")
    await page.get_by_text("New category").click()
    await page.locator(".pop input[name=name]").first.fill("Our garden")
    await page.get_by_role("button", name="Create").first.click()
    await expect(page.get_by_text("Our garden").first).to_be_attached()
    await page.goto("/")
    await page.locator(".tile a").nth(2).click()
    await expect(page.locator("#viewer")).to_be_visible()
    await page.keyboard.press("c")
    await page.locator("#panel [data-key=c] [role=combobox]").fill("our gar")
    await page.keyboard.press("Enter")
    chip = page.locator(".chip.user", has_text="Our garden")
    await expect(chip).to_be_visible()
    await chip.get_by_role("link").click()
    await expect(page.locator(".tile")).to_have_count(1)
    await arrived(page)
    await page.locator(".tile a").click()
    await expect(page.locator("#viewer")).to_be_visible()
    await page.keyboard.press("i")
    await page.get_by_label("It is not Our garden").click()
    await expect(page.locator(".chip", has_text="Our garden")).to_have_count(0)


async def test_a_date_put_right_and_taken_back(page: Page) -> None:
    """From the photo's own page; the toast offers Undo."""
    await page.goto("/")
    await page.locator(".tile a").nth(5).click()
    await page.keyboard.press("i")
    await expect(page.locator("aside.info h1")).to_contain_text("2021")
    before = await page.locator("aside.info h1").inner_text()
    await page.locator("#panel").get_by_label("Change date").click()
    await page.locator("#panel input[type=datetime-local]").fill("1999-05-04T06:07")
    await page.locator("#panel").get_by_role("button", name="Save").first.click()
    await expect(page.locator("aside.info h1")).to_have_text("4 May 1999, 06:07")
    await expect(page.locator("aside.info")).to_contain_text("set by you")
    await page.locator(".toast").get_by_role("button", name="Undo").click()
    await expect(page.locator("aside.info h1")).to_have_text(before)


async def test_a_refused_form_leaves_page_and_address(chromium: Browser, url: str) -> None:
    context = await chromium.new_context(viewport=DESKTOP, base_url=url)
    page = await context.new_page()
    await page.goto("/?select=1")
    await page.locator(".whole > .tile a").first.click()
    await page.locator(".selbar details[data-key=d] > summary").click()
    await page.locator(".selbar").get_by_role("button", name="Set").click()  # without a date
    await expect(page.locator(".toast")).to_contain_text("date")
    await expect(page.locator(".pick input:checked")).to_have_count(1)
    await expect(page).to_have_url(f"{url}/?select=1")
    await context.close()


async def test_a_search_shows_what_it_finds_after_a_change(page: Page) -> None:
    await page.goto("/search?q=april 2021")
    tiles = page.locator(".tile")
    before = await tiles.count()
    await arrived(page)
    await page.get_by_text("Select", exact=True).click()
    await page.locator(".tile a").first.click()
    await page.locator(".selbar summary", has_text="Date").click()
    await page.locator(".selbar input[type=datetime-local]").fill("1998-05-04T06:07")
    await page.locator(".selbar").get_by_role("button", name="Set").click()
    await expect(tiles).to_have_count(before - 1)
    await page.locator(".toast").get_by_role("button", name="Undo").click()
    await expect(tiles).to_have_count(before)


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_the_photo_with_the_focus_is_framed(
    chromium: Browser, url: str, scheme: Literal["light", "dark"]
) -> None:
    context = await chromium.new_context(viewport=DESKTOP, base_url=url, color_scheme=scheme)
    page = await context.new_page()
    await page.goto("/")
    tile = page.locator(".whole > .tile[id]").nth(1)
    await tile.locator("img").evaluate("image => image.decode()")
    await page.mouse.move(5, 5)
    plain = Image.open(BytesIO(await tile.screenshot()))
    await page.keyboard.press("Tab")  # from here on, focus is visible
    await tile.locator("a").focus()
    framed = Image.open(BytesIO(await tile.screenshot()))
    width, height = plain.size
    for at in ((1, height // 2), (width - 2, height // 2), (width // 2, 1), (width // 2, height - 2)):
        before, after = plain.convert("RGB").getpixel(at), framed.convert("RGB").getpixel(at)
        assert isinstance(before, tuple) and isinstance(after, tuple)
        assert max(abs(a - b) for a, b in zip(before, after, strict=True)) > 60, f"{at}: {before}, {after}"
    await context.close()


async def hide_the_first(page: Page) -> str | None:
    """Returns the id of the tile hidden from the timeline."""
    await page.goto("/")
    first = await page.locator(".tile").first.get_attribute("id")
    await page.get_by_text("Select", exact=True).click()
    await page.locator(".tile a").first.click()
    await page.get_by_role("button", name="Hide").click()
    await expect(page.locator(f"#{first}")).to_have_count(0)
    return first


async def test_undo_is_kept_while_nothing_answers(chromium: Browser, url: str) -> None:
    context = await chromium.new_context(viewport=DESKTOP, base_url=url)
    page = await context.new_page()
    await page.route("**/commands/undo", lambda route: route.abort())
    first = await hide_the_first(page)
    await page.locator(".toast").get_by_role("button", name="Undo").click()
    await expect(page.locator(".toast", has_text="does not answer")).to_be_visible()
    await page.unroute("**/commands/undo")
    await expect(page.locator(f"#{first}")).to_be_visible()
    await context.close()


async def test_photos_are_hidden_and_shown_again(page: Page) -> None:
    first = await hide_the_first(page)
    await page.goto("/hidden")
    await expect(page.locator(f"#{first}")).to_be_visible()
    await page.get_by_text("Select", exact=True).click()
    await page.locator(".tile a").first.click()
    await page.get_by_role("button", name="Show again").click()
    await expect(page.locator(f"#{first}")).to_have_count(0)
    await page.goto("/")
    await expect(page.locator(f"#{first}")).to_be_visible()


async def test_what_could_not_be_read_is_told(page: Page) -> None:
    await page.goto("/jobs")
    await expect(page.locator("#problems")).to_contain_text("broken.jpg")
    await expect(page.locator("#problems")).to_contain_text("not a picture")


async def test_a_running_job_shows_its_progress(page: Page) -> None:
    """Started on one page, visible on another while running, gone when done."""
    await page.goto("/jobs")
    async with page.expect_response("**/commands/classify*"):
        await page.get_by_text("Classify new photos").click()
    await page.goto("/")
    await expect(page.locator("#progress")).to_contain_text("Classifying")
    await expect(page.get_by_role("status").filter(has_text="Classifying")).to_have_text("Classifying")
    await expect(page.locator("#progress")).not_to_contain_text("Classifying")
    await expect(page.get_by_role("status").filter(has_text="Done")).to_have_text("Done")
    await page.goto("/models")
    await expect(page.get_by_text(f"{COUNT + 1} photos classified")).to_be_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_every_page_fits_its_screen_and_keeps_to_itself(
    chromium: Browser, url: str, size: ViewportSize
) -> None:
    """Nothing overflows sideways, nothing is requested from other hosts, the console stays empty: in the light and in
    the dark."""
    context = await chromium.new_context(locale="en-GB", viewport=size, base_url=url)
    seen = await watched(context, url)
    for path in EVERY:
        answer = await seen.page.goto(path)
        assert answer and answer.status == 200
        for scheme in SCHEMES:
            await seen.page.emulate_media(color_scheme=scheme)
            assert await seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
                path,
                scheme,
            )
            ground = await seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
            levels = [int(level) for level in re.findall(r"\d+", ground)[:3]]
            assert (sum(levels) < 200) == (scheme == "dark"), (path, scheme, ground)
    assert seen.faults == []
    await context.close()


async def test_pages_that_are_not_there_say_so(chromium: Browser, url: str) -> None:
    """In its own page: the browser logs the status to the console."""
    context = await chromium.new_context(viewport=DESKTOP, base_url=url)
    page = await context.new_page()
    for path in (f"/images/{'0' * 32}", "/albums/gone", "/categories/gone", "/?after=nonsense", "/no-such"):
        answer = await page.goto(path)
        assert answer and answer.status in (400, 404, 422), path
        await expect(page.locator("h1, h2").first, path).to_be_visible()
    await context.close()


async def test_without_javascript(chromium: Browser, url: str) -> None:
    """Browse, open, select, create and delete an album with links and forms alone."""
    context = await chromium.new_context(
        locale="en-GB",
        viewport=DESKTOP,
        base_url=url,
        java_script_enabled=False,
    )
    page = await context.new_page()
    await page.goto("/")
    await page.locator(".tile a").nth(1).click()
    await expect(page.locator("aside.info h1")).to_contain_text("2021")
    await page.goto("/")
    await sent(page, page.get_by_text("Select", exact=True))
    for index in range(2):
        await page.locator(".pick input").nth(index).check()
    await page.get_by_text("Add to album").click()
    await page.locator(".selbar input[name=name]").fill("Plain")
    await sent(page, page.locator(".selbar").get_by_role("button", name="Create"))
    await page.goto("/albums")
    await page.get_by_text("Plain").click()
    await expect(page.locator(".tile")).to_have_count(2)
    await page.get_by_label("What can be done with this album").click()
    await page.get_by_role("button", name="Delete album").click()
    await expect(page.locator("h1")).to_have_text("Albums")
    await expect(page.locator(".cover", has_text="Plain")).to_have_count(0)
    await context.close()
