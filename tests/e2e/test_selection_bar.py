"""The bar of a selection: a form for each act, so that Enter does what its field is for; errors stay on the page."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from services.knowledge.languages import OWN_NAMES
from tests.e2e.conftest import arrived

pytestmark = pytest.mark.browser

LINES = """(bar) => {
  const all = [...bar.querySelectorAll(":scope > .quiet, :scope > .menu > summary")];
  const shown = all.filter((one) => one.offsetParent);
  const nameless = shown.filter((one) => {
    const name = one.querySelector("span");
    return name && name.offsetWidth < 2 && !one.title;
  });
  const tops = new Set(shown.map((one) => Math.round(one.getBoundingClientRect().top)));
  return [tops.size, bar.scrollWidth - bar.clientWidth, nameless.map((one) => one.textContent.trim())];
}"""
"""The number of lines, how much sticks out, and what has neither a name nor a title."""
FITTED = "async () => { for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame); }"
"""Sizes are observed, and the bar is fitted, in the first frame."""
WIDTHS, ROOM = (1024, 1280, 1440, 1920), 2400
"""The first is narrower than any other, so that each fits after one in which less had names, or all had."""
FIELDS = {
    "d": dict.fromkeys(("taken_at", "shift_hours", "offset", "zone_to"), "correct-date"),
    "e": {"city": "set-place"},
}  # fmt: skip
"""Menu -> field -> the command that Enter gives."""


@pytest.fixture
async def chosen(unwatched: Page) -> Page:
    """The timeline with one photo selected. Refused commands appear in the console."""
    page = unwatched
    await page.goto("/?select=1")
    await arrived(page)
    await page.locator(".whole > .tile a").first.click()
    await expect(page.locator("[data-selected]")).to_have_text("1 photo")
    return page


async def albums(page: Page) -> list[str]:
    return [one["name"] for one in await (await page.request.get("/api/albums")).json()]


@pytest.mark.parametrize(
    ("menu", "field", "command"),
    [(menu, field, command) for menu, fields in FIELDS.items() for field, command in fields.items()],
)
async def test_enter_gives_the_command_of_the_field(
    chosen: Page, menu: str, field: str, command: str
) -> None:
    """Whatever is in the other acts, which no browser would send: here what they must not hold."""
    before = await albums(chosen)
    await chosen.evaluate(
        """(field) => {
          for (const one of document.querySelectorAll(".selbar [pattern]"))
            if (one.form !== document.querySelector(`.selbar [name=${field}]`).form) one.value = "x";
        }""",
        field,
    )
    await chosen.locator(f".selbar details[data-key={menu}] > summary").click()
    one = chosen.locator(f".selbar details[data-key={menu}] [name={field}]").first
    async with chosen.expect_request("**/commands/*") as sent:
        await one.press("Enter")
    asked = await sent.value
    assert asked.url.endswith(f"/commands/{command}")
    await expect(chosen.locator(".toast").first).to_be_visible()
    await expect(chosen).to_have_url("/?select=1")
    assert await albums(chosen) == before


async def test_an_album_needs_photos(chosen: Page) -> None:
    """Without any nothing is made, the page says what is missing, and what was typed stays."""
    before = await albums(chosen)
    await chosen.locator(".selbar details[data-key=a] > summary").click()
    await chosen.locator(".whole > .tile a").first.click()  # nothing is selected now
    await expect(chosen.locator(".pick input:checked")).to_have_count(0)
    name = chosen.locator(".selbar [data-kind=album] [role=combobox]")
    await name.fill("Nobody’s")
    await name.press("Enter")
    await expect(chosen.locator(".toast", has_text="Select photos first.")).to_be_visible()
    await expect(chosen).to_have_url("/?select=1")
    assert await albums(chosen) == before


async def test_an_odd_date_is_asked_about(chosen: Page) -> None:
    """It is neither refused nor taken at once; going back keeps what was typed."""
    await chosen.locator(".selbar details[data-key=d] > summary").click()
    year = chosen.locator(".selbar [name=taken_at]").nth(1)
    await year.fill("2222")
    await year.press("Enter")
    question = chosen.locator("dialog.asking")
    await expect(question).to_contain_text("2222")
    await expect(question).to_contain_text("in the future")
    await question.get_by_text("No, go back").click()
    await expect(question).to_have_count(0)
    await expect(year).to_have_value("2222")
    await year.fill("0001")
    await year.press("Enter")
    await expect(question).to_contain_text("before the first photograph")
    await question.get_by_role("button", name="Yes, it is right").click()
    await expect(chosen.locator(".toast").first).to_be_visible()
    await expect(chosen.locator(".scrubber a[href*='0001']").first).to_be_attached()
    await chosen.locator(".toast").get_by_role("button", name="Undo").click()
    await expect(chosen.locator(".scrubber a[href*='0001']")).to_have_count(0)


@pytest.mark.parametrize("language", OWN_NAMES)
async def test_the_bar_has_one_line(chromium: Browser, url: str, language: str) -> None:
    """In every language; what has lost its name says it when pointed at. With more room, names are back."""
    first, *others = WIDTHS
    context = await chromium.new_context(
        locale=language, base_url=url, viewport={"width": first, "height": 800}
    )
    page = await context.new_page()
    await page.goto("/?select=1")
    await arrived(page)
    await page.locator(".whole > .tile a").first.click()
    bar = page.locator(".selbar")
    for width in (first, ROOM, *others):
        await page.set_viewport_size({"width": width, "height": 800})
        await page.wait_for_function("width => innerWidth === width", arg=width)
        await page.evaluate(FITTED)
        assert await bar.evaluate(LINES) == [1, 0, []], width
        await expect(bar, str(width)).to_have_attribute(
            "data-step", "0" if width == ROOM else re.compile("[0-3]")
        )
    await context.close()


async def test_without_scripts_an_error_leads_back_to_the_page(chromium: Browser, url: str) -> None:
    """It says what is wrong there, once, and the address is no command's."""
    context = await chromium.new_context(locale="en-GB", base_url=url, java_script_enabled=False)
    plain = await context.new_page()
    await plain.goto("/?select=1")
    await plain.locator(".selbar details[data-key=a] > summary").click()
    await plain.get_by_label("New album").fill("Nobody’s")
    await plain.locator(".selbar button[formaction='/commands/create-album']").click()
    await expect(plain.locator(".toast")).to_have_text("Select photos first.")
    await expect(plain).to_have_url("/?select=1")
    await plain.reload()
    await expect(plain.locator(".tile").first).to_be_visible()
    await expect(plain.locator(".toast")).to_have_count(0)
    answer = await plain.goto("/commands/create-album")
    assert answer and answer.status == 200
    await expect(plain.locator(".tile").first).to_be_visible()
    await context.close()
