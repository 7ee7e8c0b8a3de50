"""The lock and share links as a person meets them, on a phone and without JavaScript."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import PHONE, sent, watched
from tests.e2e.test_reflow import BEYOND
from tests.support import photos
from tests.support.album import Album, command_line
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
COUNT = 5


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Album]:
    folder = tmp_path_factory.mktemp("locked")
    for number in range(COUNT):
        exif = photos.exif(f"2021:01:0{number + 1} 10:00:00")
        photos.write(folder / "photos" / f"{number}.jpg", number, exif=exif)
    data: Path = folder / "data"
    assert command_line("password", "--data", data, input=f"{PASSWORD}\n").returncode == 0
    served = Album(folder / "photos", data, None, "--no-classify")
    served.start_all()
    yield served
    served.stop_all()


@pytest.fixture
async def plain(chromium: Browser, locked: Album) -> AsyncIterator[Page]:
    """A phone in dark mode, without scripts."""
    async with await locked.ready() as client:
        url = str(client.base_url)
    context = await chromium.new_context(
        viewport=PHONE, color_scheme="dark", base_url=url, java_script_enabled=False
    )
    yield await context.new_page()
    await context.close()


async def sign_in(page: Page, password: str) -> None:
    await page.get_by_label("Password").fill(password)
    await sent(page, page.get_by_role("button", name="Sign in"))


async def test_signing_in_and_out_without_scripts(plain: Page) -> None:
    await plain.goto("/albums")
    await sign_in(plain, "a guess")
    await expect(plain.get_by_role("alert")).to_have_text("That is not the password.")
    await sign_in(plain, PASSWORD)
    await expect(plain.get_by_role("heading", level=1)).to_have_text("Albums")
    await plain.goto("/access")
    await expect(plain.get_by_text("this browser")).to_be_visible()
    await sent(plain, plain.get_by_role("button", name="Sign out", exact=True))
    await plain.goto("/albums")
    await expect(plain.get_by_role("heading", level=1)).to_have_text("Sign in")


async def lake(locked: Album) -> str:
    """The id of an album of all photos."""
    key = json.loads((locked.data / "run" / "gateway.json").read_text())["key"]
    async with await locked.ready() as client:
        client.headers["Authorization"] = f"Bearer {key}"

        async def listed(path: str, count: int) -> list[str]:
            found = (await client.get(path)).json()
            items = found["items"] if isinstance(found, dict) else found
            return [one["id"] for one in items] if len(items) == count else []

        async def all_there() -> bool:
            return bool(await listed("/api/images", COUNT))

        async def made() -> bool:
            return bool(await listed("/api/albums", 1))

        await eventually(all_there, "the photos are shown")
        body = {"name": "Lake", "images": await listed("/api/images", COUNT)}
        assert (await client.post("/commands/create-album", json=body)).status_code == 202
        await eventually(made, "the album is shown")
        (album,) = await listed("/api/albums", 1)
        return album


async def test_sharing_an_album_and_opening_the_link(plain: Page, chromium: Browser, locked: Album) -> None:
    album = await lake(locked)
    await plain.goto(f"/albums/{album}/links")
    await sign_in(plain, PASSWORD)
    await plain.get_by_label("For whom").fill("Anna")
    await plain.get_by_label("Photos can be downloaded").check()
    await sent(plain, plain.get_by_role("button", name="Create link"))
    link = (await plain.locator("#new-link code").inner_text()).strip()
    context = await chromium.new_context(
        viewport={"width": 320, "height": 640}, color_scheme="dark", base_url=link
    )
    seen = await watched(context, link)
    visitor = seen.page
    await visitor.goto(link)
    await expect(visitor.get_by_role("heading", level=1)).to_have_text("Lake")
    await expect(visitor.locator(".tile img")).to_have_count(COUNT)
    assert await visitor.evaluate(BEYOND, False) <= 0
    await visitor.goto(await visitor.locator(".tile a").first.get_attribute("href") or "")
    picture = visitor.locator(".photo img.high")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    await visitor.get_by_role("link", name="Next photo").click()
    await expect(visitor.get_by_role("link", name="Previous photo")).to_be_visible()
    assert await visitor.evaluate(BEYOND, False) <= 0
    await visitor.get_by_role("link", name="Back to the album").click()
    await expect(visitor.locator(".tile")).to_have_count(COUNT)
    assert seen.faults == []
    await context.close()
