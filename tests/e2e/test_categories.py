"""The category tree in a browser: each change is answered by a toast that undoes it."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import arrived

pytestmark = pytest.mark.browser


async def made(page: Page, name: str) -> None:
    await page.goto("/categories")
    await page.get_by_text("New category").click()
    await page.locator(".pop input[name=name]").first.fill(name)
    await page.get_by_role("button", name="Create").first.click()
    await expect(page.get_by_text(name, exact=True).first).to_be_attached()


async def opened(page: Page, name: str) -> None:
    await page.goto("/categories")
    await page.locator("a.cover", has_text=name).click()
    await expect(page.locator("h1")).to_have_text(name)
    await arrived(page)
    await page.get_by_label("Rename, move, merge, hide or delete").click()


async def undone(page: Page) -> None:
    await page.locator(".toast").last.get_by_role("button", name="Undo").click()
    await expect(page.locator(".toast", has_text="Undone").last).to_be_visible()


async def test_hidden_merged_moved_and_taken_back(page: Page) -> None:
    await made(page, "Our boat")
    await made(page, "Our ship")

    await opened(page, "Our boat")
    await page.get_by_role("button", name="Hide", exact=True).click()
    await expect(page.locator("h1")).to_have_text("Categories")
    await expect(page.locator("a.cover", has_text="Our boat")).to_have_count(0)
    await undone(page)
    await expect(page.locator("a.cover", has_text="Our boat")).to_be_visible()

    await opened(page, "Our boat")
    await page.get_by_role("combobox", name="Merge into").fill("our ship")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Our ship")
    await page.goto("/history")
    await (
        page.locator("li", has_text="“Our boat” merged into “Our ship”")
        .get_by_role("button", name="Undo")
        .click()
    )
    await expect(page.get_by_text("“Our boat” is a separate category again")).to_be_visible()

    await opened(page, "Our boat")
    await page.get_by_role("combobox", name="Group").fill("vehic")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Back to “Vehicles”")).to_be_visible()
    await arrived(page)

    await page.get_by_label("Rename, move, merge, hide or delete").click()
    await page.get_by_role("button", name="Delete").click()
    await expect(page.locator("h1")).to_have_text("Categories")
    await undone(page)


async def test_selected_photos_are_corrected_and_that_is_taken_back(page: Page) -> None:
    await made(page, "Our car")
    await page.goto("/")
    await page.get_by_text("Select", exact=True).click()
    for index in range(3):
        await page.locator(".tile a").nth(index).click()
    await page.locator(".selbar details[data-key=c] summary").click()
    await page.locator(".selbar [data-kind=category] [role=combobox]").fill("our car")
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast")).to_contain_text("Added 3 photos to “Our car”")
    await undone(page)
    await opened(page, "Our car")
    await expect(page.get_by_text("No photos of this")).to_be_visible()
