"""The slideshow: photos for a while, videos to their end; Space, arrows, and the screen of a phone."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.e2e.conftest import DESKTOP, PHONE, arrived, watched
from tests.support import photos
from tests.support.album import Album
from tests.support.films import film

pytestmark = pytest.mark.browser
LOCKS = """globalThis.locks = [];
Object.defineProperty(navigator, "wakeLock", {value: {request: async (kind) => {
  const lock = {kind, held: true, release: async () => { lock.held = false; }};
  locks.push(lock);
  return lock;
}}});"""
HELD = "locks.filter((one) => one.held).length"
ENDS = """() => document.addEventListener("ended", ({target}) => {
  const shown = target.closest(".pswp__item[aria-hidden=false]") !== null;
  const going = document.querySelector("#viewer").matches(".playing");
  globalThis.ended = {whole: target.currentTime > 1.5, shown, going};
}, true)"""
PLAYS = "() => document.querySelector('.pswp__item[aria-hidden=false] video')?.paused === false"

PAUSED = PLAYS.replace("paused === false", "paused === true")


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Album]:
    """Newest first: a photo, a video of two seconds, two photos."""
    folder = tmp_path_factory.mktemp("slideshow")
    for number, day in ((1, "04"), (2, "02"), (3, "01")):
        photos.write(folder / "photos" / f"{number}.jpg", number, exif=photos.exif(f"2021:05:{day} 10:00:00"))
    clip = film("mp4", "libx264", "aac", seconds=2, taken="2021-05-03T10:00:00Z")
    (folder / "photos" / "film.mp4").write_bytes(clip)
    served = Album(folder / "photos", folder / "data", None, "--no-classify")
    served.start_all()
    yield served
    served.stop_all()


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"], scope="module")
def size(request: pytest.FixtureRequest) -> ViewportSize:
    """First one for all tests, then the other: of the tab there is one at a time."""
    chosen: ViewportSize = request.param
    return chosen


@pytest.fixture
async def opened(size: ViewportSize, chromium: Browser, url: str) -> AsyncIterator[Page]:
    """The first photo, open over the timeline."""
    phone = size is PHONE
    context = await chromium.new_context(
        locale="en-GB", viewport=size, base_url=url, has_touch=phone, is_mobile=phone
    )
    seen = await watched(context, url)
    page = seen.page
    await page.goto("/")
    await arrived(page)
    await page.evaluate(LOCKS)
    await page.locator(".tile a").first.click()
    await expect(page.locator("#viewer .pswp__img").first).to_be_visible()
    yield page
    assert seen.faults == []
    await context.close()


async def test_a_video_plays_to_its_end_and_the_show_goes_on(opened: Page) -> None:
    """From a phone's buttons as well; the screen stays on until it ends."""
    page = opened
    slideshow, full = page.locator("[data-do=slideshow]"), page.locator("[data-do=full]")
    await expect(full).to_be_visible()
    last = await page.locator(".tile a").last.get_attribute("href")
    await page.evaluate(ENDS)
    await slideshow.click()
    assert await page.evaluate(HELD) == 1
    await page.wait_for_function("() => globalThis.ended")
    assert await page.evaluate("ended") == {"whole": True, "shown": True, "going": True}
    await page.wait_for_function("() => !document.querySelector('.pswp__item[aria-hidden=false] video')")
    await expect(slideshow).to_have_attribute("aria-pressed", "false")
    await expect(page).to_have_url(re.compile(rf"{last}$"))
    await expect(page.locator("#viewer")).to_have_class("")
    assert await page.evaluate(HELD) == 0


async def test_space_plays_and_pauses_and_arrows_leave(opened: Page) -> None:
    page = opened
    pressed = page.locator("[data-do=slideshow]")
    for going in ("true", "false"):
        await page.keyboard.press("Space")
        await expect(pressed).to_have_attribute("aria-pressed", going)
    await page.keyboard.press("ArrowRight")
    video = page.locator("#viewer .pswp__item[aria-hidden=false] video")
    await expect(video).to_be_visible()
    for paused in (False, True, False):
        await page.keyboard.press("Space")
        await page.wait_for_function(PAUSED if paused else PLAYS)
    await video.focus()
    await page.keyboard.press("ArrowRight")
    await expect(video).to_have_count(0)
    await page.keyboard.press("ArrowLeft")
    await expect(video).to_be_visible()
    await page.keyboard.press("Space")
    await page.wait_for_function(PLAYS)
    await page.keyboard.press("ArrowLeft")
    await expect(video).to_have_count(0)


async def test_it_prints_the_photo(opened: Page) -> None:
    """On one page, without the buttons and what lies behind."""
    await opened.emulate_media(media="print")
    for hidden in (".controls", ".next", "#panel", ".rail", ".grid"):
        await expect(opened.locator(hidden).first).to_be_hidden()
    await expect(opened.locator("#viewer .pswp__item[aria-hidden=false] img:visible")).to_have_count(1)


def pages(printed: bytes) -> int:
    return printed.count(b"/Type /Page\n") or printed.count(b"/Type /Page ")


async def test_a_page_prints_its_photos(chromium: Browser, album: Album, url: str, tmp_path: Path) -> None:
    """All that it has loaded, one behind the other, and no controls."""
    context = await chromium.new_context(viewport=DESKTOP, base_url=url)
    page = await context.new_page()
    await page.goto("/")
    await arrived(page)
    await page.emulate_media(media="print")
    for hidden in (".rail", ".scrubber", ".distance", ".sort", "[data-select]", ".pick"):
        await expect(page.locator(hidden).first).to_be_hidden()
    await expect(page.locator(".tile img:visible")).to_have_count(4)
    await expect(page.locator("h1")).to_be_visible()
    assert pages(await page.pdf()) == 1
    await context.close()
