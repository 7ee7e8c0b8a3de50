"""Videos that Chromium can't play as they are coded play nevertheless: in the viewer, and on a page of their own."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.support import photos
from tests.support.album import Album
from tests.support.films import film

pytestmark = pytest.mark.browser
PLAYS = """video => new Promise((done) => {
  video.addEventListener("timeupdate", () => video.videoWidth && video.currentTime && done(video.videoWidth));
  video.play().catch(() => {});
  setTimeout(() => done(0), 60000);
})"""
ENDS = """() => document.addEventListener("ended", ({target}) => {
  globalThis.ended = target.muted ? "silently" : "loudly";
}, true)"""
NAMES = ("hevc.mp4", "old.avi")
"""Of the first, Chromium plays the sound alone; the other it doesn't know at all."""


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Album]:
    folder = tmp_path_factory.mktemp("videos")
    photos.write(folder / "photos/1.jpg", 1, exif=photos.exif("2018:01:01 10:00:00"))
    (folder / "photos/hevc.mp4").write_bytes(film("mp4", "libx265", "aac", 3, "2020-03-04T05:06:07Z"))
    (folder / "photos/old.avi").write_bytes(film("avi", "mpeg4", "libmp3lame", 3, "2019-03-04T05:06:07Z"))
    served = Album(folder / "photos", folder / "data", None, "--no-classify")
    served.start_all()
    yield served
    served.stop_all()


async def _ids(page: Page) -> dict[str, str]:
    items = (await (await page.request.get("/api/images")).json())["items"]
    return {item["files"][0].rpartition("/")[2]: item["id"] for item in items}


@pytest.mark.parametrize("name", NAMES)
async def test_it_plays_in_the_viewer(page: Page, name: str) -> None:
    await page.goto("/")
    await page.locator(f"#p-{(await _ids(page))[name]} a").click()
    video = page.locator("#viewer video")
    await expect(video).to_be_visible()
    assert await video.evaluate(PLAYS) == 64


@pytest.mark.parametrize("name", NAMES)
async def test_it_plays_on_its_own_page(page: Page, name: str) -> None:
    await page.goto(f"/images/{(await _ids(page))[name]}")
    assert await page.locator("video.film").first.evaluate(PLAYS) == 64


async def test_a_slideshow_plays_them_with_their_sound_to_the_end(page: Page) -> None:
    await page.goto("/")
    ids = await _ids(page)
    await page.locator(f"#p-{ids['hevc.mp4']} a").click()
    video = page.locator("#viewer .pswp__item[aria-hidden=false] video")
    await expect(video).to_be_visible()
    await page.evaluate(ENDS)
    async with page.expect_event("framenavigated", lambda frame: ids["old.avi"] in frame.url):
        await page.keyboard.press("s")
    assert await page.evaluate("globalThis.ended") == "loudly"
