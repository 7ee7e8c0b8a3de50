"""As an installed app: what a browser needs to install it, and what it shows without a server."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.conftest import PHONE
from tests.support import photos
from tests.support.album import Album

pytestmark = pytest.mark.browser


@pytest.fixture
def little(tmp_path: Path) -> Iterator[Album]:
    for number in range(12):
        photos.write(tmp_path / "photos" / f"{number}.jpg", number, exif=photos.exif("2021:05:01 10:00:00"))
    served = Album(tmp_path / "photos", tmp_path / "data", None, "--no-classify")
    served.start_all()
    yield served
    served.stop_all()


async def ready(album: Album) -> str:
    async with await album.scanned() as client:
        return str(client.base_url).rstrip("/")


async def test_it_can_be_installed_and_says_when_it_is_not_running(little: Album, chromium: Browser) -> None:
    """The manifest has no errors; without a server every page explains how to start it, in the person's theme; once the
    server is back it reloads. No photo is cached."""
    url = await ready(little)
    context = await chromium.new_context(viewport=PHONE, base_url=url, service_workers="allow")
    page = await context.new_page()
    await page.goto("/")
    session = await context.new_cdp_session(page)
    manifest = await session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"] == f"{url}/manifest.webmanifest"
    problems = await session.send("Page.getInstallabilityErrors")
    assert [
        one["errorId"] for one in problems["installabilityErrors"] if one["errorId"] != "in-incognito"
    ] == []
    await page.wait_for_function(
        "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
    )
    kept = await page.evaluate(
        """caches.keys().then(async ([name]) => {
          const kept = await (await caches.open(name)).keys();
          return kept.map(({ url }) => new URL(url).pathname);
        })"""
    )
    assert "/offline" in kept
    assert all(path == "/offline" or path.startswith("/static/") for path in kept)
    little.services["up"].stop()
    await page.goto("/albums")
    await expect(page.locator("h1")).to_have_text("Albumen isn’t running")
    size = await page.locator("h1").evaluate("heading => getComputedStyle(heading).fontSize")
    assert size == "24px"  # the style sheet was cached with it
    little.start("up")
    await ready(little)
    await expect(page.locator("h1")).to_have_text("Albums")
    await context.close()


async def test_the_first_photos_fill_the_page_while_they_are_found(tmp_path: Path, chromium: Browser) -> None:
    """An empty library, open in a browser; then photos are added to its folder. Nobody reloads."""
    (tmp_path / "photos").mkdir()
    served = Album(tmp_path / "photos", tmp_path / "data", None, "--no-classify")
    served.start_all()
    try:
        async with await served.ready() as client:
            context = await chromium.new_context(base_url=str(client.base_url))
            page = await context.new_page()
            loads: list[str] = []
            page.on("load", lambda loaded: loads.append(loaded.url))
            await page.goto("/")
            await expect(page.locator(".empty h2")).to_have_text("No photos here yet")
            for number in range(8):
                photos.write(
                    tmp_path / "new" / f"{number}.jpg", number, exif=photos.exif("2021:05:01 10:00:00")
                )
            shutil.move(tmp_path / "new", tmp_path / "photos" / "new")
            await client.post("/commands/scan", json={})
            await expect(page.locator(".tile")).to_have_count(8)
            await expect(page.locator(".fresh")).to_have_count(0)
            assert len(loads) == 1
            await context.close()
    finally:
        served.stop_all()
