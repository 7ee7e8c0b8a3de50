"""Photos in view are sharp on a sharp screen, small ones are never blown up, and nobody pays for what isn't seen."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.e2e.conftest import NEW_CACHE, PHONE, watched
from tests.support import photos
from tests.support.album import Album
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.browser
LARGE = 24
SCREEN = ViewportSize(width=1200, height=1100)
SETTLED = """() => document.readyState === "complete" &&
  [...document.querySelectorAll(".tile img")].filter((image) => image.getBoundingClientRect().top < innerHeight)
    .every((image) => image.complete && image.naturalWidth)"""
SEEN = """() => [...document.querySelectorAll(".tile img")].filter((image) => {
  const {top, bottom} = image.getBoundingClientRect();
  return bottom > 0 && top < innerHeight && Number(image.getAttribute("width")) > 1000;
})"""


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Album]:
    """Two dozen large photos, and then two small ones and a strip that is tiny."""
    folder = tmp_path_factory.mktemp("sharp")
    for number in range(LARGE):
        when = photos.exif(f"2021:06:{number + 1:02} 10:00:00")
        photos.write(folder / "photos" / f"{number:02}.jpg", number, size=(1800, 1200), exif=when)
    for number, size in ((50, (64, 64)), (51, (500, 400)), (52, (300, 30))):
        when = photos.exif(f"2021:07:01 10:{number}:00")
        photos.write(folder / "photos" / f"{number}.jpg", number, size=size, exif=when)
    served = Album(folder / "photos", folder / "data", None, "--no-classify")
    served.start_all()
    yield served
    served.stop_all()


async def opened(chromium: Browser, url: str, size: ViewportSize, factor: float) -> tuple[Page, list[str]]:
    """The timeline, once all its pictures in view are there; and the medium pictures that are asked for."""
    context = await chromium.new_context(viewport=size, base_url=url, device_scale_factor=factor, **NEW_CACHE)
    seen = await watched(context, url)
    asked: list[str] = []
    seen.page.on("request", lambda request: asked.append(request.url) if "/medium" in request.url else None)
    await seen.page.goto("/")
    await expect(seen.page.locator(".grid")).to_be_visible()
    await seen.page.wait_for_function(SETTLED)
    return seen.page, asked


async def ended(page: Page) -> None:
    """The pictures have been looked at."""
    script = """document.querySelector('link[rel=modulepreload][href$="/sharp.js"]').href"""
    await page.evaluate(f"import({script}).then((sharp) => sharp.look())")


async def sharpened(page: Page) -> None:
    await eventually(
        lambda: page.evaluate(f"({SEEN})().every((image) => image.srcset && image.naturalWidth > 900)"),
        "all in view are sharp",
    )


async def test_photos_in_view_become_sharp_and_others_cost_nothing(chromium: Browser, url: str) -> None:
    page, asked = await opened(chromium, url, SCREEN, 2)
    await sharpened(page)
    assert await page.evaluate(f"({SEEN})().length") >= 2
    assert 0 < len(set(asked)) < LARGE, "those far below are not asked for"
    sent = await page.evaluate(
        """() => performance.getEntriesByType("resource")
             .filter((one) => one.name.includes("/medium") && one.transferSize).map((one) => one.name)"""
    )
    assert sorted(sent) == sorted(set(asked)), "each is sent once"
    await page.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
    last = page.locator(".tile img").last
    await expect(last).to_have_js_property("naturalWidth", 1024)
    await page.context.close()


@pytest.mark.parametrize(("size", "factor"), [(SCREEN, 1.15), (PHONE, 2)])
async def test_nothing_is_asked_for_where_previews_suffice(
    chromium: Browser, url: str, size: ViewportSize, factor: float
) -> None:
    page, asked = await opened(chromium, url, size, factor)
    await ended(page)
    assert asked == []
    await page.context.close()


@pytest.mark.parametrize("factor", [1, 2])
async def test_small_pictures_are_at_most_doubled(chromium: Browser, url: str, factor: float) -> None:
    """Nor are previews replaced where they suffice."""
    page, asked = await opened(chromium, url, SCREEN, factor)
    await ended(page)
    if factor > 1:
        await sharpened(page)  # after the small ones, which come first, would have been
    else:
        assert asked == []
    small = await page.evaluate("""() => [...document.querySelectorAll(".tile img")].map((image) => {
        const box = image.getBoundingClientRect(), tile = image.closest(".tile").getBoundingClientRect();
        const fits = Math.min(box.width / image.naturalWidth, box.height / image.naturalHeight);
        const blown = image.closest(".tiny") ? Math.min(2, fits) : tile.width / image.naturalWidth;
        const inside = box.left >= tile.left - 1 && box.right <= tile.right + 1;
        return [Number(image.getAttribute("width")), blown, image.closest(".tiny") !== null, inside, image.srcset];
    }).filter(([width]) => width < 1000)""")
    assert sorted(one[0] for one in small) == [64, 300, 500]
    for width, blown, tiny, inside, srcset in small:
        assert (blown <= 2, inside, srcset) == (True, True, ""), width
        assert tiny == (width != 500)
    await page.context.close()


async def test_a_shared_album_is_as_sharp(chromium: Browser, url: str) -> None:
    """And nothing is asked for beyond its link."""
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S) as client:
        ids = [one["id"] for one in (await client.get("/api/images?limit=12&sort=taken_at")).json()["items"]]
        assert (
            await client.post("/commands/create-album", json={"name": "Lake", "images": ids})
        ).status_code == 202

        async def there() -> bool:
            return bool((await client.get("/api/albums")).json())

        await eventually(there, "the album is shown")
        (album,) = (await client.get("/api/albums")).json()
        links = f"/albums/{album['id']}/links"
        made = await client.post(links, data={"days": "7"}, headers={"Accept": "text/html"})
        secret = re.search(r"/s/[\w-]+", made.text)
    assert secret
    context = await chromium.new_context(viewport=SCREEN, base_url=url, device_scale_factor=2, **NEW_CACHE)
    seen = await watched(context, url)
    asked: list[str] = []
    seen.page.on("request", lambda request: asked.append(request.url))
    await seen.page.goto(secret[0])
    await seen.page.wait_for_function(SETTLED)
    await sharpened(seen.page)
    assert await seen.page.evaluate(f"({SEEN})().length") >= 2
    pictures = [one for one in asked if "/preview" in one or "/medium" in one]
    assert [one for one in pictures if not one.startswith(f"{url}{secret[0]}/")] == []
    assert seen.faults == []
    await context.close()


async def test_a_photo_whose_disk_is_away_keeps_its_preview(
    album: Album, chromium: Browser, url: str, tmp_path: Path
) -> None:
    away = tmp_path / "away"
    shutil.move(album.photos, away)
    shutil.rmtree(album.data / "large", ignore_errors=True)
    try:
        page = await (
            await chromium.new_context(viewport=SCREEN, base_url=url, device_scale_factor=2, **NEW_CACHE)
        ).new_page()
        answers: list[int] = []
        page.on("response", lambda one: answers.append(one.status) if "/medium" in one.url else None)
        await page.goto("/")
        await eventually(lambda: 404 in answers, "they can't be made")
        shown = page.locator(".tile img").last
        await expect(shown).to_have_js_property("complete", True)
        assert await shown.evaluate("image => image.naturalWidth > 0 && !image.srcset")
        await page.context.close()
    finally:
        shutil.move(away, album.photos)
