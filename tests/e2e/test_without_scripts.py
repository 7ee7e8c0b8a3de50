"""Without JavaScript: links and forms do everything a person wants, and a mistake ends on a page that explains it."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import COUNT, DESKTOP, PHONE, sent
from tests.support.album import Album
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser

EVERY = (
    *("/", "/categories", "/albums", "/search", "/jobs", "/models", "/models/compare", "/duplicates"),
    *("/hidden", "/history", "/settings", "/offline", "/jobs/problems", "/?sort=taken_at", "/?select=1"),
    *("/backups", "/history/2", "/history?category=dog", "/history?who=user&about=albums"),
)


@pytest.fixture
async def lone(chromium: Browser, url: str) -> AsyncIterator[Page]:
    """At desktop size."""
    context = await chromium.new_context(viewport=DESKTOP, base_url=url, java_script_enabled=False)
    yield await context.new_page()
    await context.close()


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
async def plain(request: pytest.FixtureRequest, lone: Page) -> Page:
    await lone.set_viewport_size(request.param)
    return lone


async def select(page: Page, *numbers: int) -> None:
    await page.goto("/?select=1")
    for number in numbers:
        await page.locator(".tile").nth(number).locator("input[type=checkbox]").check()


async def test_every_page_opens(lone: Page) -> None:
    for path in EVERY:
        answer = await lone.goto(path)
        assert answer and answer.status == 200, path
        for size in (PHONE, DESKTOP):
            await lone.set_viewport_size(size)
            await expect(lone.locator("h1"), path).to_be_visible()
        assert await lone.locator("a[href='#'], a:not([href])").count() == 0, path


async def test_what_was_written_is_behind_an_entry(plain: Page) -> None:
    """Its events can be unfolded."""
    await plain.goto("/history")
    await plain.get_by_role("link", name="Exactly what was written").first.click()
    await expect(plain.locator(".written details[open] pre").first).to_be_visible()
    summary = plain.locator(".written summary").first
    await summary.click()
    await expect(plain.locator(".written pre").first).to_be_hidden()
    await plain.get_by_role("link", name="Back to the history").click()
    await expect(plain.locator("h1")).to_have_text("History")


async def test_an_album_of_a_selection_and_back(plain: Page) -> None:
    """Create, rename, remove a photo, delete; then undo it from the history."""
    await select(plain, 0, 1, 2)
    await plain.locator("summary", has_text="Add to album").first.click()
    await plain.get_by_label("New album").fill("By hand")
    await sent(plain, plain.locator("button[formaction='/commands/create-album']").first)
    await plain.goto("/albums")
    await plain.get_by_role("link", name="By hand").first.click()
    await expect(plain.locator(".tile")).to_have_count(3)
    await plain.goto("/history")
    await expect(plain.locator(".history")).to_contain_text("By hand")
    undo = plain.locator(".history li", has_text="Created “By hand”").locator("button", has_text="Undo")
    await sent(plain, undo.first)
    await plain.goto("/albums")
    await expect(plain.locator(".covers, .empty")).not_to_contain_text("By hand")


async def test_photos_are_hidden_and_shown_again(plain: Page) -> None:
    await select(plain, 0, 1)
    await sent(plain, plain.locator("button[formaction='/commands/hide-images']").first)
    await plain.goto("/hidden?select=1")
    await expect(plain.locator(".tile")).to_have_count(2)
    for number in range(2):
        await plain.locator(".tile").nth(number).locator("input[type=checkbox]").check()
    await sent(plain, plain.locator("button[formaction='/commands/unhide-images']").first)
    await plain.goto("/hidden")
    await expect(plain.locator(".tile")).to_have_count(0)


async def test_a_category_is_given_on_the_photo_and_a_date_put_right(plain: Page) -> None:
    await plain.goto("/")
    await sent(plain, plain.locator(".tile a").first)
    address = plain.url
    await plain.locator("summary.chip", has_text="Add").first.click()
    await plain.locator("form[action='/commands/assign-category'] select").first.select_option(label="Dog")
    await sent(plain, plain.locator(".pop form[action='/commands/assign-category'] button").first)
    await expect(plain).to_have_url(address)
    await expect(plain.locator(".chips").first).to_contain_text("Dog")
    await sent(plain, plain.locator("button[formaction='/commands/reject-category']").first)
    await plain.locator("summary[aria-label='Change date']").click()
    await plain.locator("input[type=datetime-local]").fill("2020-02-03T04:05")
    await sent(plain, plain.locator("form[action='/commands/correct-date'] button").first)
    await expect(plain.locator("aside.info h1")).to_contain_text("2020")
    await plain.goto("/history")
    await sent(plain, plain.locator(".history button", has_text="Undo").first)
    await plain.goto(address)
    await expect(plain.locator("aside.info h1")).to_contain_text("2021")


async def test_all_photos_are_reached_by_links(plain: Page) -> None:
    """Page after page to the last one; the reverse order begins with it."""
    seen: set[str] = set()
    await plain.goto("/")
    while True:
        seen |= set(await plain.locator(".tile").evaluate_all("tiles => tiles.map(tile => tile.id)"))
        more = plain.locator(".further a, a[rel=next]").first
        if not await more.count():
            break
        await sent(plain, more)
    assert len(seen) == COUNT + 1
    await plain.goto("/")
    await plain.locator("a.sort, a[aria-label='Oldest first']").first.click()
    await expect(plain.locator(".grid h2").first).to_contain_text("January")


async def test_jobs_and_settings_are_forms(plain: Page) -> None:
    await plain.goto("/jobs")
    row = plain.locator("#problems .trouble", has_text="broken.jpg")
    await sent(plain, row.locator("button", has_text="Ignore"))
    await expect(plain.locator("#problems")).to_have_count(0)
    await plain.locator("#ignored summary").click()
    await sent(plain, plain.locator("#ignored button", has_text="Show again"))
    await expect(plain.locator("#problems .trouble", has_text="broken.jpg")).to_be_visible()
    await sent(plain, plain.locator("#problems button", has_text="Retry"))

    async def told_again() -> bool:
        await plain.goto("/jobs")
        return await plain.locator("#problems .trouble", has_text="broken.jpg").count() == 1

    await eventually(told_again, "the broken file was looked at again")
    await plain.goto("/settings")
    await plain.locator("#looks label", has_text="Dark").click()
    await sent(plain, plain.locator("#looks button"))
    await expect(plain.locator("html")).to_have_attribute("data-theme", "dark")
    await plain.locator("#language label", has_text="Deutsch").click()
    await plain.locator("#language button").click()
    await expect(plain.locator("html")).to_have_attribute("lang", "de")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/albums/gone", 404),
        ("/images/" + "0f" * 16, 404),
        ("/categories/gone", 404),
        ("/?after=stale", 422),
        ("/no-such-page", 404),
        ("/jobs/problems?before=x", 400),
    ],
)
async def test_what_is_stale_ends_on_a_page_that_says_so(lone: Page, path: str, status: int) -> None:
    answer = await lone.goto(path)
    assert answer and answer.status == status
    link = lone.get_by_role("link", name="All photos")
    for size in (DESKTOP, PHONE):
        await lone.set_viewport_size(size)
        await expect(lone.locator("h1")).to_be_visible()
        await link.click(trial=True)
    detail = await lone.locator("[data-detail]").inner_text()
    assert detail.endswith((".", "?")) and "alidat" not in detail
    await link.click()
    await expect(lone.locator("h1")).to_have_text("Photos")


async def test_a_form_of_what_is_gone_leads_back(plain: Page) -> None:
    """An album deleted in another tab: the first tab's form leads back to the album's page, which says so."""
    await plain.goto("/albums")
    await plain.locator("summary", has_text="New album").click()
    await plain.locator(".pop input[name=name]").first.fill("Two tabs")
    await sent(plain, plain.locator(".pop button", has_text="Create").first)
    await plain.goto("/albums")
    await sent(plain, plain.get_by_role("link", name="Two tabs").first)
    address = plain.url
    other = await plain.context.new_page()
    await other.goto(address)
    for page in (other, plain):
        await page.get_by_label("What can be done with this album").click()
    await sent(other, other.locator("form[action='/commands/delete-album'] button"))
    await expect(other.get_by_role("link", name="Two tabs")).to_have_count(0)
    await plain.locator("summary", has_text="Rename").click()
    await plain.locator("form[action='/commands/rename-album'] input[name=name]").fill("One tab")
    await plain.locator("form[action='/commands/rename-album'] button").click()
    await expect(plain.locator(".toast")).to_contain_text("“Two tabs” was deleted")
    await expect(plain).to_have_url(address)
    await expect(plain.get_by_role("button", name="Restore")).to_be_visible()


async def test_a_page_goes_on_after_the_server_was_started_anew(lone: Page, album: Album) -> None:
    """A form from before a server restart still works."""
    plain = lone
    await select(plain, 3)
    album.services["up"].stop()
    album.start("up")
    async with await album.ready():
        pass
    await sent(plain, plain.locator("button[formaction='/commands/hide-images']").first)
    await plain.goto("/hidden?select=1")
    await expect(plain.locator(".tile")).to_have_count(1)
    await plain.locator(".tile input[type=checkbox]").check()
    await sent(plain, plain.locator("button[formaction='/commands/unhide-images']").first)
    await expect(plain.locator(".tile")).to_have_count(0)
