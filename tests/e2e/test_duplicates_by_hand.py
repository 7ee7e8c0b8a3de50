"""The duplicates page by hand: folders are dragged, the best of all is kept, and Undo brings the others back."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.conftest import box
from tests.support import photos
from tests.support.album import Album

pytestmark = pytest.mark.browser
COUNT = 4


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Album]:
    """Four photos in `Camera`, smaller in `WhatsApp`, smaller still in `Old`; of one there are two files."""
    folder = tmp_path_factory.mktemp("duplicates")
    for number in range(COUNT):
        large = photos.picture(number, (640, 480))
        for name, size in (("Camera", (640, 480)), ("WhatsApp", (480, 360)), ("Old", (320, 240))):
            path = folder / "photos" / name / f"{number}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            large.resize(size).save(path, quality=95)
    (folder / "photos" / "Camera" / "same.jpg").write_bytes(
        (folder / "photos" / "Camera" / "0.jpg").read_bytes()
    )
    served = Album(folder / "photos", folder / "data", None, "--no-classify")
    served.start_all()
    yield served
    served.stop_all()


def row(page: Page, name: str) -> Locator:
    return page.locator(f".winners li[data-folder$='/{name}']")


async def order(page: Page) -> list[str]:
    """The folders' names, and where the line lies."""
    found: list[str] = await page.locator(".winners li").evaluate_all(
        "rows => rows.map((row) => (row.dataset.folder ?? 'line').replace(/.*\\//, ''))"
    )
    return found


async def kept(page: Page) -> set[str]:
    """Widths of the photos that are marked to stay."""
    texts = await page.locator(".alike:not(:has(:checked)) p:nth-of-type(2)").all_inner_texts()
    return {text.split(" ")[0] for text in texts}


async def drag(page: Page, name: str, onto: Locator) -> None:
    handle, target = await box(row(page, name).locator(".handle")), await box(onto)
    await page.mouse.move(handle["x"] + 16, handle["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(target["x"] + 16, target["y"] + 4, steps=4)
    await page.mouse.up()


async def test_a_folder_is_dragged_above_the_line_and_wins(page: Page) -> None:
    await page.goto("/duplicates")
    names = await order(page)
    assert (names[0], set(names[1:])) == ("line", {"Camera", "WhatsApp", "Old"})
    assert await kept(page) == {"640"}
    await drag(page, "WhatsApp", page.locator(".winners .between"))
    await expect(page.locator(".toast", has_text="/WhatsApp")).to_be_visible()
    await expect(row(page, "WhatsApp").locator("b")).to_have_text("1")
    assert await kept(page) == {"480"}
    await row(page, "Old").locator("[name=up]").click()
    await expect(row(page, "Old").locator("b")).to_have_text("2")
    await drag(page, "Old", row(page, "WhatsApp"))
    await expect(row(page, "Old").locator("b")).to_have_text("1")
    assert await kept(page) == {"320"}
    for name in ("Old", "WhatsApp"):
        await row(page, name).locator("[name=down]").click()
        if name == "Old":
            await expect(row(page, "Old").locator("b")).to_have_text("2")
            await row(page, name).locator("[name=down]").click()
        await expect(row(page, name).locator("b")).to_have_count(0)
    assert await kept(page) == {"640"}


async def test_the_best_of_all_is_kept_and_undone(page: Page) -> None:
    await page.goto("/duplicates")
    await expect(page.locator(".sum")).to_contain_text("8 photos would go")
    await page.get_by_role("button", name="Hide 8 photos").click()
    toast = page.locator(".toast", has_text="The best of each group stays; 8 photos hidden")
    await expect(toast).to_be_visible()
    await expect(page.locator("#near")).to_have_count(0)
    await toast.get_by_role("button", name="Undo").click()
    await expect(page.locator(".sum")).to_contain_text("8 photos would go")
    await page.get_by_role("button", name="Move 8 photos to the bin").click()
    toast = page.locator(".toast", has_text="8 photos moved to the bin")
    await expect(toast).to_be_visible()
    await toast.get_by_role("button", name="Undo").click()
    await expect(page.locator(".pile")).to_have_count(COUNT)


async def test_the_copy_that_stays_is_chosen(page: Page) -> None:
    await page.goto("/duplicates")
    stays = page.locator("#exact .stays code")
    before = await stays.inner_text()
    await page.get_by_role("button", name="Keep this one").click()
    await expect(stays).not_to_have_text(before)
    await page.get_by_role("button", name="Reset").click()
    await expect(stays).to_have_text(before)
    await page.get_by_role("button", name="Keep all").click()
    await expect(stays).to_have_count(2)


async def test_what_is_no_duplicate_is_said_and_taken_back(page: Page) -> None:
    await page.goto("/duplicates")
    first, said = page.locator(".copies").first, page.locator("#distinct")
    await first.get_by_role("button", name="Not a duplicate").last.click()
    await expect(page.locator(".toast", has_text="A photo is no duplicate of 2 photos")).to_be_visible()
    await expect(first.locator(".alike")).to_have_count(2)
    await first.get_by_role("button", name="These are no duplicates").click()
    await expect(page.locator(".copies")).to_have_count(COUNT - 1)
    await expect(said.locator("li")).to_have_count(2)
    for left in (1, 0):
        await said.get_by_role("button", name="Take back").first.click()
        await expect(said.locator("li")).to_have_count(left)
    await expect(page.locator(".copies")).to_have_count(COUNT)
    await expect(first.locator(".alike")).to_have_count(3)


async def test_without_scripts(chromium: Browser, url: str) -> None:
    """Buttons move the folders, and hide the photos; the handles are not there."""
    context = await chromium.new_context(base_url=url, java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/duplicates")
    await expect(row(page, "Old").locator(".handle")).to_be_hidden()
    await row(page, "Old").locator("[name=up]").click()
    await expect(row(page, "Old").locator("b")).to_have_text("1")
    await page.get_by_role("button", name="Hide 8 photos").click()
    await expect(page.locator("#near")).to_have_count(0)
    await context.close()
