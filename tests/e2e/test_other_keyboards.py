"""Keys on keyboards that write other alphabets, and with Caps Lock."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import arrived
from tests.support.album import Album

pytestmark = pytest.mark.browser
PRESS = """([key, code, shift]) => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", {key, code, shiftKey: shift, bubbles: true, cancelable: true}))"""


@pytest.fixture(scope="module")
def album(unchanged: Album) -> Album:
    return unchanged


KEYS = [
    ("i", "KeyI", False),
    ("I", "KeyI", False),  # Caps Lock
    ("i", "KeyI", True),  # Caps Lock and Shift
    ("ш", "KeyI", False),
    ("Ш", "KeyI", False),
    ("ι", "KeyI", False),
    ("ן", "KeyI", False),
    ("ه", "KeyI", False),
    ("ㅑ", "KeyI", False),
    ("i", "KeyC", False),  # Dvorak: the letter counts, not its place
]


async def test_the_same_key_everywhere(page: Page) -> None:
    """What is known of the photo comes, and goes when it is pressed again."""
    await page.goto("/")
    await page.locator(".tile a").first.click()
    await expect(page.locator("#viewer")).to_be_visible()
    heading, panel = page.locator("#panel h1"), page.locator("#panel")
    await expect(panel).to_be_hidden()
    for key in KEYS:
        await page.evaluate(PRESS, key)
        await expect(heading, f"{key} opens it").to_be_visible()
        await page.evaluate(PRESS, key)
        await expect(panel, f"{key} closes it").to_be_hidden()


async def test_a_menu_of_the_selection(page: Page) -> None:
    """Cyrillic: the keys of x and d. A letter of the Latin alphabet is no other one's, wherever its key is."""
    await page.goto("/")
    await arrived(page)
    await page.locator(".tile a").first.focus()
    await page.evaluate(PRESS, ["ч", "KeyX", False])
    await expect(page.locator("[data-selected]")).to_have_text("1 photo")
    await page.evaluate(PRESS, ["é", "KeyD", False])
    await expect(page.locator(".selbar details[open]")).to_have_count(0)
    await page.evaluate(PRESS, ["в", "KeyD", False])
    await expect(page.locator(".selbar details[data-key=d]")).to_have_attribute("open", "")
