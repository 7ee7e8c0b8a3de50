"""Photo folders that Albumen was started with once, and is not now."""

import shutil
from pathlib import Path
from typing import Any

from services.kernel.settings import Settings
from tests.support import photos
from tests.support.stack import Stack, with_photos
from tests.support.stack import stack as running_stack


async def folder(stack: Stack, root: Path) -> dict[str, Any]:
    rows: list[dict[str, Any]] = await stack.get("/api/folders")
    return next(row for row in rows if row["path"] == str(root))


async def total(stack: Stack, query: str = "") -> int:
    number: int = (await stack.get(f"/api/images?q={query}"))["total"]
    return number


async def with_disk(settings: Settings, disk: Path) -> None:
    """Scanned once with another disk: of three photos in the first folder it has one, and two of its own."""
    photos.write(disk / "8.jpg", 8)
    photos.write(disk / "9.jpg", 9)
    shutil.copy2(settings.photos[0] / "0.jpg", disk / "copy.jpg")
    async with running_stack(with_photos(settings, *settings.photos, disk)) as stack:
        await stack.done("scan")
        assert await total(stack, "is:duplicate") == 1


async def test_its_places_are_marked_and_count_as_no_copies(settings: Settings, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    await with_disk(settings, disk)
    async with running_stack(settings) as stack:
        await stack.done("scan")
        assert await total(stack) == 5
        assert await total(stack, "is:duplicate") == 0
        copies = await stack.get("/api/duplicates")
        assert (copies["exact"], copies["wasted"]) == ([], 0)
        row = await folder(stack, disk)
        assert (row["given"], row["forgotten"], row["photos"]) == (False, False, 3)
        image = next(
            item["id"]
            for item in (await stack.get("/api/images"))["items"]
            if str(disk / "9.jpg") in item["files"]
        )
        page = (await stack.browser().get(f"/images/{image}")).text
        assert "not started with" in page
    async with running_stack(with_photos(settings, *settings.photos, disk)) as stack:
        await stack.done("scan")
        assert await total(stack, "is:duplicate") == 1


async def test_it_is_forgotten_and_brought_back(settings: Settings, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    await with_disk(settings, disk)
    async with running_stack(settings) as stack:
        await stack.done("scan")
        browser = stack.browser()
        assert "Forget it" in (await browser.get("/settings")).text
        await stack.done("forget-folder", {"folder": str(disk)})
        assert await total(stack) == 3
        assert (await folder(stack, disk))["forgotten"] is True
        assert "Bring it back" in (await browser.get("/settings")).text
        await stack.done("scan")
        assert await total(stack) == 3
        assert f"Forgot the folder {disk}" in (await browser.get("/history")).text
        await stack.done("restore-folder", {"folder": str(disk)})
        assert await total(stack) == 5
    assert all((disk / name).exists() for name in ("8.jpg", "9.jpg", "copy.jpg"))


async def test_started_with_it_again_it_is_back(settings: Settings, tmp_path: Path) -> None:
    """Without reading its files again; what was missing before stays missing."""
    disk = tmp_path / "disk"
    await with_disk(settings, disk)
    (disk / "8.jpg").unlink()
    both = with_photos(settings, *settings.photos, disk)
    async with running_stack(both) as stack:
        await stack.done("scan")
        assert await total(stack) == 4
    async with running_stack(settings) as stack:
        await stack.done("scan")
        await stack.done("forget-folder", {"folder": str(disk)})
        assert await total(stack) == 3
    async with running_stack(both) as stack:
        status = await stack.done("scan")
        assert (status["total"], status["done"]) == (5, 5)
        assert await total(stack) == 4
        assert (await folder(stack, disk))["forgotten"] is False


async def test_one_in_use_is_not_forgotten(stack: Stack, settings: Settings) -> None:
    await stack.done("scan")
    answer = await stack.post("forget-folder", {"folder": str(settings.photos[0])})
    assert answer.status_code in (400, 409, 422)
    assert "stop that in the settings" in answer.text


async def test_what_could_not_be_read_there_is_forgotten_too(settings: Settings, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    photos.write(disk / "9.jpg", 9)
    (disk / "broken.jpg").write_bytes(b"")
    async with running_stack(with_photos(settings, *settings.photos, disk)) as stack:
        await stack.done("scan")
    async with running_stack(settings) as stack:
        await stack.done("scan")
        browser = stack.browser()
        assert str(disk / "broken.jpg") in (await browser.get("/jobs")).text
        await stack.done("forget-folder", {"folder": str(disk)})
        assert str(disk / "broken.jpg") not in (await browser.get("/jobs")).text
