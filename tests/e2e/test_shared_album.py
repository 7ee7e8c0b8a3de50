"""A shared album on a phone: its photos open over the page, a swipe leads on, films and live photos play."""

import json
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from services.gateway.access.keyring import secret_hash
from tests.e2e.conftest import PHONE, box, watched
from tests.e2e.fingers import grown, swipe
from tests.e2e.test_reflow import BEYOND
from tests.support import photos
from tests.support.album import Album
from tests.support.films import film
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser

SECRET = "s" * 22
COUNT = 310
"""More than are on one page; the oldest, which come first, are a film and then a live photo."""
PLAYS = "video => new Promise(done => video.addEventListener('timeupdate', () => done(video.videoWidth)))"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Album]:
    folder = tmp_path_factory.mktemp("shared")
    for number in range(COUNT - 2):
        exif = photos.exif(f"2018:01:{number % 28 + 1:02} 10:{number // 28:02}:00")
        photos.write(folder / "photos" / f"{number:03}.jpg", number, size=(40, 30), exif=exif)
    photos.write(folder / "photos/IMG_1.JPG", 500, exif=photos.exif("2017:03:04 05:06:07"))
    (folder / "photos/IMG_1.MOV").write_bytes(film("mov", "libx264", taken="2017-03-04T05:06:07Z"))
    (folder / "photos/film.mp4").write_bytes(film("mp4", "libx264", "aac", taken="2016-03-04T05:06:07Z"))
    served = Album(folder / "photos", folder / "data", None, "--no-classify")
    served.start_all()
    yield served
    served.stop_all()


async def shared_by_link(client: httpx.AsyncClient) -> None:
    async def there() -> bool:
        return bool((await client.get("/api/images?limit=1")).json()["total"] == COUNT)

    async def opened() -> bool:
        return (await client.get(f"/s/{SECRET}")).status_code == 200

    await eventually(there, "the photos are shown")
    if not (albums := (await client.get("/api/albums")).json()):
        body: dict[str, object] = {"name": "Lake"}
        made = await client.post("/commands/create-album", json=body)
        ids: list[str] = []
        after: str | None = ""
        while after is not None:
            page = (await client.get(f"/api/images?limit=200&after={after}")).json()
            ids, after = ids + [one["id"] for one in page["items"]], page["next"]
        await eventually(lambda: _albums(client), "the album is shown")
        albums = (await client.get("/api/albums")).json()
        album = albums[0]["id"]
        assert made.status_code == 202
        body = {"album_id": album, "images": ids}
        assert (await client.post("/commands/add-to-album", json=body)).status_code == 202
        body = {"album_id": album, "secret_hash": secret_hash(SECRET), "downloads": True}
        assert (await client.post("/commands/share-album", json=body)).status_code == 202
    await eventually(opened, "the link works")


async def _albums(client: httpx.AsyncClient) -> bool:
    return bool((await client.get("/api/albums")).json())


@pytest.fixture
async def visitor(chromium: Browser, shared: Album) -> AsyncIterator[Page]:
    async with await shared.ready() as client:
        url = str(client.base_url)
        key = json.loads((shared.data / "run" / "gateway.json").read_text())["key"]
        client.headers["Authorization"] = f"Bearer {key}"
        await shared_by_link(client)
    context = await chromium.new_context(
        viewport=PHONE, color_scheme="dark", base_url=url, has_touch=True, is_mobile=True
    )
    seen = await watched(context, url)
    await seen.page.goto(f"/s/{SECRET}")
    yield seen.page
    assert seen.faults == []
    await context.close()


async def test_photos_open_over_the_page_and_a_swipe_leads_on(visitor: Page) -> None:
    tiles = visitor.locator(".tile")
    address = visitor.url
    third = await tiles.nth(2).locator("a").get_attribute("href") or ""
    await tiles.nth(2).locator("a").click()
    viewer = visitor.get_by_role("dialog", name="Photo")
    await expect(viewer).to_be_visible()
    await expect(visitor).to_have_url(f"**{third}".replace("**", address.partition("/s/")[0]))
    await expect(viewer.locator("[data-said]")).to_have_text(
        await tiles.nth(2).locator("img").get_attribute("alt") or ""
    )
    assert await visitor.evaluate(BEYOND, False) <= 0
    await expect(viewer.locator("img[data-sharp]").first).to_be_attached()
    await grown(visitor)
    await swipe(visitor, 300, 240, 120, 40)
    fourth = await tiles.nth(3).locator("a").get_attribute("href") or ""
    await expect(visitor).to_have_url(address.partition("/s/")[0] + fourth)
    await expect(viewer.get_by_role("link", name="Download")).to_have_attribute("href", f"{fourth}/download")
    await visitor.go_back()
    await expect(viewer).to_have_count(0)
    await expect(visitor).to_have_url(address)
    await expect(tiles.nth(3).locator("a")).to_be_focused()


async def test_the_last_row_of_a_month_is_no_higher(visitor: Page) -> None:
    """The first two months have a photo each; one alone does not fill the width."""
    for number in (0, 1):
        alone = await box(visitor.locator(".tile").nth(number))
        assert alone["height"] <= 121
        assert alone["width"] < PHONE["width"] / 2


async def test_films_and_live_photos_play(visitor: Page) -> None:
    await expect(visitor.locator(".tile").nth(0).get_by_role("img", name="Video")).to_be_visible()
    await expect(visitor.locator(".tile").nth(1).get_by_role("img", name="Live photo")).to_be_visible()
    await visitor.locator(".tile a").nth(0).click()
    video = visitor.locator("#viewer video")
    await expect(video).to_be_visible()
    await video.evaluate("video => void video.play()")
    assert await video.evaluate(PLAYS) == 64
    await visitor.keyboard.press("ArrowRight")
    await visitor.get_by_role("button", name="The video of this live photo").click()
    assert await visitor.locator("#viewer video.live").evaluate(PLAYS) == 64
    await visitor.get_by_role("button", name="Back to the album").click()
    await expect(visitor.locator("#viewer")).to_have_count(0)


async def test_the_album_goes_on_beyond_the_first_page(visitor: Page) -> None:
    tiles = visitor.locator(".tile")
    await expect(tiles).to_have_count(300)
    await tiles.nth(299).scroll_into_view_if_needed()
    await expect(tiles).to_have_count(COUNT)
    await expect(visitor.locator(".further")).to_have_count(0)
    await tiles.nth(COUNT - 1).locator("a").click()
    await expect(visitor.locator("#viewer [data-do=next]")).to_be_hidden()
    await visitor.keyboard.press("Escape")
    await expect(visitor.locator("#viewer")).to_have_count(0)


async def test_a_photos_own_page_works_as_well(visitor: Page) -> None:
    first, second = [
        await visitor.locator(".tile a").nth(number).get_attribute("href") or "" for number in (0, 1)
    ]
    origin = visitor.url.partition("/s/")[0]
    await visitor.goto(first)
    video = visitor.locator("video.film")
    await video.evaluate("video => void video.play()")
    assert await video.evaluate(PLAYS) == 64
    await swipe(visitor, 300, 240, 120, 40)
    await expect(visitor).to_have_url(origin + second)
    await visitor.wait_for_load_state()
    await visitor.locator("label[for=live]").click()
    await expect(visitor.locator("video.live")).to_be_visible()
    assert await visitor.evaluate(BEYOND, False) <= 0
    await visitor.keyboard.press("ArrowLeft")
    await expect(visitor).to_have_url(origin + first)
    await visitor.wait_for_load_state()
    await visitor.keyboard.press("Escape")
    await expect(visitor.locator(".tile").first).to_be_visible()
