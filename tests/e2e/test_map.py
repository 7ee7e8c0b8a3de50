"""The map in a browser: dragging, zooming with the wheel, the keyboard; and a small one on a photo's page."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PIL import ExifTags
from playwright.async_api import Browser, Page, Route, ViewportSize, expect

from tests.e2e.conftest import PHONE, arrived, box, watched
from tests.e2e.test_nothing_is_lost import Held, pressed
from tests.support import photos
from tests.support.album import Album

pytestmark = pytest.mark.browser

PLACES = [(41.89, 12.49, 6), (41.95, 12.42, 3), (48.858, 2.294, 4), (-16.43, 179.36, 2), (-14.28, -170.7, 1)]
CLUSTERS = "**/places/clusters*"
COUNT = sum(number for *_, number in PLACES)
SHIFTS = """globalThis.shifts = [];
const box = ({x, y, width, height}) => [x, y, width, height].map(Math.round).join(" ");
const moved = ({node, previousRect, currentRect}) =>
  `${node?.outerHTML ?? node?.data}: ${box(previousRect)} -> ${box(currentRect)}`;
new PerformanceObserver((list) => shifts.push(...list.getEntries().map((shift) => shift.sources.map(moved))))
  .observe({type: "layout-shift", buffered: true});"""
"""Layout shifts: what moved, from where to where."""


def position(latitude: float, longitude: float) -> dict[int, object]:
    def parts(value: float) -> tuple[float, float, float]:
        value = abs(value)
        minutes = value % 1 * 60
        return float(int(value)), float(int(minutes)), round(minutes % 1 * 60, 3)

    return {
        1: "N" if latitude >= 0 else "S",
        2: parts(latitude),
        3: "E" if longitude >= 0 else "W",
        4: parts(longitude),
    }


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Album]:
    """Photos from two parts of Rome, from Paris, and from both sides of the date line."""
    folder = tmp_path_factory.mktemp("travels")
    number = 0
    for latitude, longitude, many in PLACES:
        for _ in range(many):
            number += 1
            exif = photos.exif(f"2021:03:{number:02} 10:00:00", Make="Maker", Model="Box 1")
            exif[ExifTags.IFD.GPSInfo] = position(latitude, longitude)
            photos.write(folder / "photos" / f"{number:03}.jpg", number, exif=exif)
    served = Album(folder / "photos", folder / "data", None, "--no-classify")
    served.start_all()
    yield served
    served.stop_all()
    shutil.rmtree(Path(folder), ignore_errors=True)


FRAMES = "async () => { for (let i = 0; i < 5; i++) await new Promise(requestAnimationFrame); }"
RESTS = """async () => {
  for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
  await new Promise((done) => setTimeout(done));
  for (const one of document.querySelectorAll(".labels > *, .pins > *")) one.dataset.former = "";
}"""
"""Once the map knows its size, and has asked for what fits it, marks what came with the page."""


async def opened(page: Page, query: str = "") -> None:
    """The map, drawn by its script, with the names and photos for its size instead of those of the page."""
    answer = await Held.of(page, CLUSTERS)
    await page.goto(f"/places?{query}")
    await answer.asked.wait()
    await page.evaluate(RESTS)
    answer.let_go()
    await expect(page.locator("[data-former]")).to_have_count(0)
    await page.unroute(CLUSTERS)


async def names(page: Page) -> list[str]:
    found: list[str] = await page.locator(".pin a").evaluate_all(
        "all => all.map(a => a.getAttribute('aria-label'))"
    )
    return sorted(found)


async def view(page: Page) -> list[float]:
    box = await page.locator(".world").get_attribute("viewBox")
    assert box
    return [float(part) for part in box.split()]


async def test_the_map_shows_where_photos_were_taken_and_goes_closer(page: Page) -> None:
    await opened(page)
    assert sum(int(re.findall(r"(\d+) photo", name)[0]) for name in await names(page)) == COUNT
    wide = (await view(page))[2]
    await page.get_by_role("link", name="13 photos").click()
    await expect(page.locator(".pin a")).to_have_count(2)
    await page.get_by_role("link", name="9 photos").click()
    await expect(page.get_by_role("link", name="3 photos")).to_be_visible()
    assert (await view(page))[2] < wide / 8
    await expect(page).to_have_url(re.compile("zoom="))
    await page.get_by_role("link", name="6 photos").click()
    await expect(page).to_have_url(re.compile("/search"))
    await expect(page.locator(".result")).to_contain_text("6 photos")
    await page.go_back()
    await expect(page.locator(".pin a")).to_have_count(2)


async def test_a_pin_that_is_pressed_is_there_until_it_is_let_go(page: Page) -> None:
    """The photos of the map as it is are drawn only then, so that the click is still one on the pin."""
    answer = await Held.of(page, CLUSTERS)
    await page.goto("/places")
    await answer.asked.wait()
    await page.evaluate(RESTS)
    await pressed(page, page.get_by_role("link", name="13 photos"))
    async with page.expect_event("requestfinished", lambda one: "/places/clusters" in one.url):
        answer.let_go()
    await page.evaluate(FRAMES)
    await page.mouse.up()
    await expect(page).to_have_url(re.compile("zoom="))
    await expect(page.locator("[data-former]")).to_have_count(0)
    await expect(page.locator(".pin a")).to_have_count(2)


OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll(".label text, .pin .name")].map(
    (text) => [text.textContent, text.getBoundingClientRect()]);
  const cover = (a, b) => a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom;
  return boxes.flatMap(([name, box], number) =>
    boxes.slice(number + 1).filter(([, other]) => cover(box, other)).map(([other]) => `${name} / ${other}`));
}"""
"""Pairs of names on the map that lie over each other, as the browser draws them."""


@pytest.mark.parametrize("at", ["at=20,0&zoom=1", "at=46,9&zoom=5", "at=35.7,139.7&zoom=9"])
async def test_no_name_lies_over_another(page: Page, at: str) -> None:
    await opened(page, at)
    assert await page.locator(".label").count() > 20
    assert await page.evaluate(OVERLAPS) == []


async def test_names_move_with_the_map(page: Page) -> None:
    """Before those of the new part have come; all as one, none is placed anew."""
    await opened(page, "at=46,9&zoom=5")
    await page.route(CLUSTERS, lambda _route: None)  # no answer
    label = page.locator(".label", has_text="Milan")
    place = await label.get_attribute("x")
    milan = label.locator("text")
    before = await box(milan)
    shown = await view(page)
    frame = await box(page.locator(".map"))
    await page.mouse.move(frame["x"] + 300, frame["y"] + 40)
    await page.mouse.down()
    await page.mouse.move(frame["x"] + 380, frame["y"] + 70, steps=4)
    await page.mouse.up()
    await page.wait_for_function(
        "was => document.querySelector('.world').viewBox.baseVal.x < was", arg=shown[0]
    )
    await page.evaluate("() => new Promise(requestAnimationFrame)")
    after = await box(milan)
    assert [after["x"] - before["x"], after["y"] - before["y"]] == pytest.approx([80, 30], abs=4)
    assert await label.get_attribute("x") == place
    await page.unroute_all(behavior="ignoreErrors")


@pytest.mark.parametrize("size", [PHONE, ViewportSize(width=844, height=390)])
async def test_on_a_low_map_no_button_lies_over_a_photo(page: Page, size: ViewportSize) -> None:
    await page.set_viewport_size(size)
    await opened(page)
    free = await page.locator(".pin a").evaluate_all("""(all) => all.map((one) => {
      const {x, y, width, height} = one.getBoundingClientRect();
      return document.elementFromPoint(x + width / 2, y + height / 2)?.closest(".pin a") === one;
    })""")
    assert free == [True] * len(free)
    assert len(free) > 1


async def test_it_is_dragged_and_the_point_under_the_wheel_stays(page: Page) -> None:
    await opened(page, "at=45,8&zoom=4")
    frame = await box(page.locator(".map"))
    x, y = frame["x"] + frame["width"] / 4, frame["y"] + frame["height"] / 2
    before = await view(page)
    await page.mouse.move(x, y)
    await page.mouse.wheel(0, -320)
    await page.wait_for_function(
        "was => Math.abs(document.querySelector('.world').viewBox.baseVal.width / was - 0.5) < 0.01",
        arg=before[2],
    )
    after = await view(page)
    assert after[0] + after[2] / 4 == pytest.approx(before[0] + before[2] / 4, abs=1)
    await page.mouse.down()
    await page.mouse.move(x + 100, y, steps=5)
    await page.mouse.up()
    await page.wait_for_function(
        "([at, near]) => Math.abs(document.querySelector('.world').viewBox.baseVal.x - at) <= near",
        arg=[after[0] - 100 * after[2] / frame["width"], after[2] / 100],
    )
    moved = await view(page)
    assert moved[0] == pytest.approx(after[0] - 100 * after[2] / frame["width"], abs=after[2] / 100)
    await expect(page).to_have_url(re.compile(r"zoom=4\.8"))


async def test_keys_move_it_and_reach_its_photos(page: Page) -> None:
    await opened(page, "at=45,8&zoom=4")
    await page.locator(".map").focus()
    before = await view(page)
    await page.keyboard.press("ArrowRight")
    await page.wait_for_function(
        "was => document.querySelector('.world').viewBox.baseVal.x > was", arg=before[0] + before[2] / 5
    )
    await page.keyboard.press("+")
    await page.wait_for_function(
        "was => document.querySelector('.world').viewBox.baseVal.width < was * 0.55", arg=before[2]
    )
    await page.keyboard.press("0")
    await page.wait_for_function(
        "was => document.querySelector('.world').viewBox.baseVal.width > was * 2", arg=before[2]
    )
    await expect(page.locator(".pin a").first).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.locator(".pin a:focus")).to_have_count(1)


async def test_a_key_in_flight_ends_the_flight(page: Page) -> None:
    """Nothing is asked about where the first would have led."""
    await opened(page, "at=45,8&zoom=4")
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if "/places/clusters" in request.url else None
    )
    await page.evaluate("""async () => {
      const {baseVal} = document.querySelector(".world").viewBox;
      const press = (key) => document.querySelector(".map")
        .dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
      const before = baseVal.width;
      press("+");
      while (baseVal.width === before) await new Promise(requestAnimationFrame);
      press("0");
    }""")
    await expect(page).to_have_url(re.compile(r"zoom=0\."))
    assert [re.findall(r"zoom=(\d)", url) for url in asked] == [["0"]]


async def test_photos_of_where_it_leaves_are_not_for_where_it_goes(page: Page) -> None:
    """It is on its way home already when the answer comes that there is no photo at sea."""
    await opened(page, "at=45,8&zoom=4")
    await page.locator(".map").focus()
    await expect(page.locator(".pin a").first).to_be_visible()
    await page.evaluate(
        "() => { globalThis.least = 1; new MutationObserver((_, self) => {"
        " least = Math.min(least, document.querySelectorAll('.pin').length);"
        "}).observe(document.querySelector('.pins'), {childList: true}); }"
    )
    asked: asyncio.Future[Route] = asyncio.get_running_loop().create_future()
    await page.route(CLUSTERS, lambda route: asked.set_result(route), times=1)
    await page.keyboard.press("+")
    late = await asked
    await page.keyboard.press("0")
    await late.fulfill(body="<svg class=labels></svg><svg class=pins></svg>", content_type="text/html")
    await expect(page).to_have_url(re.compile(r"zoom=0\."))
    await expect(page.locator(".pin a").first).to_be_visible()
    assert await page.evaluate("least") == 1


@pytest.mark.parametrize("which", [0, 1])
async def test_the_focus_goes_on_with_the_photos_of_a_pin(page: Page, which: int) -> None:
    """Two pins of Rome and one of Paris become one: whichever had the focus, it now has it."""
    await opened(page, "at=41.92,12.455&zoom=11")
    await expect(page.locator(".pin a")).to_have_count(2)
    await page.locator(".pin a").nth(which).focus()
    await page.keyboard.press("0")
    await expect(page.locator(".pin a:focus")).to_have_attribute("aria-label", re.compile(r"\b13 photos"))


async def test_over_the_date_line_photos_of_both_sides_stand_beside_each_other(page: Page) -> None:
    await opened(page, "at=-16,180&zoom=4")
    await expect(page.locator(".pin a")).to_have_count(2)
    lefts = await page.locator(".pin a").evaluate_all("all => all.map(a => a.getBoundingClientRect().x)")
    frame = await box(page.locator(".map"))
    assert all(frame["x"] < at < frame["x"] + frame["width"] for at in lefts)


async def test_a_photo_shows_where_it_was_taken(page: Page) -> None:
    await opened(page, "at=-14.28,-170.7&zoom=6")
    await page.get_by_role("link", name="1 photo").click()
    await page.locator(".minimap").click()
    await expect(page).to_have_url(re.compile("/places.*zoom=9"))
    await expect(page.locator(".pin a")).to_have_count(1)


async def test_a_click_on_the_map_puts_photos_there(page: Page) -> None:
    """They are chosen among all; its link says where before a click does, too, for the keyboard."""
    await opened(page, "at=45,8&zoom=4")
    await expect(page.locator(".pin a")).to_have_count(2)
    put = page.get_by_role("link", name="Place photos here")
    await expect(put).to_have_attribute("href", re.compile(r"place=4[45]\.\d+,[78]\.\d+$"))
    frame = await box(page.locator(".map"))
    await page.mouse.click(frame["x"] + frame["width"] * 0.75, frame["y"] + frame["height"] / 2)
    await expect(put).to_have_attribute("href", re.compile(r"place=4[45]\.\d+,1\d\.\d+$"))
    await expect(page.locator(".pins .dot")).to_have_count(1)
    await put.click()
    await expect(page.get_by_text("Select the photos that were taken here:")).to_be_visible()
    await arrived(page)
    await page.locator(".tile a").first.click()
    await page.get_by_role("button", name="Place here:").click()
    await expect(page.locator(".toast")).to_contain_text("Placed 1 photo in")
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator(".toast").last).to_contain_text("Undone")


@pytest.fixture
async def phone(chromium: Browser, url: str) -> AsyncIterator[Page]:
    context = await chromium.new_context(
        locale="en-GB",
        viewport=PHONE,
        base_url=url,
        has_touch=True,
        color_scheme="dark",
    )
    seen = await watched(context, url)
    yield seen.page
    assert seen.faults == []
    await context.close()


async def test_on_a_phone_nothing_moves_and_nothing_is_wider_than_the_page(phone: Page) -> None:
    await phone.add_init_script(SHIFTS)
    await opened(phone)
    await phone.evaluate(FRAMES)
    assert await phone.evaluate("shifts") == []
    assert await phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_two_fingers_zoom_and_one_drags(phone: Page) -> None:
    await opened(phone, "at=46,9&zoom=4")
    frame = await box(phone.locator(".map"))
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    cdp = await phone.context.new_cdp_session(phone)

    async def touch(kind: str, *fingers: tuple[float, float]) -> None:
        points = [{"x": left, "y": top, "id": number} for number, (left, top) in enumerate(fingers)]
        await cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    before = await view(phone)
    await touch("touchStart", (x - 40, y), (x + 40, y))
    for gap in (50, 60, 70, 80):
        await touch("touchMove", (x - gap, y), (x + gap, y))
    await touch("touchEnd")
    await phone.wait_for_function(
        "was => Math.abs(document.querySelector('.world').viewBox.baseVal.width / was - 0.5) < 0.03",
        arg=before[2],
    )
    after = await view(phone)
    assert after[0] + after[2] / 2 == pytest.approx(before[0] + before[2] / 2, abs=before[2] / 50)
    await touch("touchStart", (x, y))
    for step in (20, 40, 60):
        await touch("touchMove", (x - step, y))
    await touch("touchEnd")
    await phone.wait_for_function(
        "([was, near]) => Math.abs(document.querySelector('.world').viewBox.baseVal.x - was) < near",
        arg=[after[0] + 60 * after[2] / frame["width"], after[2] / 40],
    )


async def test_without_javascript_links_go_closer(chromium: Browser, url: str) -> None:
    context = await chromium.new_context(java_script_enabled=False, base_url=url)
    page = await context.new_page()
    await page.goto("/places?at=45,8&zoom=4")
    await page.get_by_role("link", name="East").click()
    await expect(page).to_have_url(re.compile("/places"))
    await page.get_by_role("link", name="Zoom in").click()
    await expect(page).to_have_url(re.compile("zoom=5"))
    await context.close()
