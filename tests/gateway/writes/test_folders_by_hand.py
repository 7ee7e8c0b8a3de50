"""Photo folders that a person adds, takes out and finds again while Albumen runs."""

import asyncio
import shutil
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from services.domain.files.events import ScanStarted
from services.domain.files.folders import SourceAdded, SourceRemoved
from services.domain.files.sources import SourceMoved
from services.gateway.running.automatic import Automatic
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.one_line import one_line
from tests.support.stack import Stack, with_photos
from tests.support.stack import stack as running_stack
from tests.support.waiting import eventually


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    for number in range(12):
        photos.write(tmp_path / f"disk/{number}.jpg", 20 + number)
    return tmp_path / "disk"


async def in_use(stack: Stack) -> list[str]:
    return [row["path"] for row in await stack.get("/api/folders") if row["given"]]


async def total(stack: Stack) -> int:
    return int((await stack.get("/api/images"))["total"])


async def settings_page(stack: Stack) -> str:
    return one_line((await stack.browser().get("/settings")).text)


async def test_a_folder_is_added_and_scanned_at_once(stack: Stack, settings: Settings, disk: Path) -> None:
    await stack.done("scan")
    status = await stack.done("add-folder", {"folder": str(disk)})
    assert (status["type"], status["status"], status["total"]) == ("add_folder", "done", 15)
    assert await in_use(stack) == [str(settings.photos[0]), str(disk)]
    assert await total(stack) == 15
    await stack.done("scan")
    assert (await stack.events(ScanStarted))[-1].roots == [str(settings.photos[0]), str(disk)]


async def test_it_stays_whatever_albumen_is_started_with(settings: Settings, disk: Path) -> None:
    async with running_stack(settings) as stack:
        await stack.done("add-folder", {"folder": str(disk)})
    both = [str(settings.photos[0]), str(disk)]
    for start in (settings, with_photos(settings), with_photos(settings, *settings.photos, disk)):
        async with running_stack(start) as stack:
            assert await in_use(stack) == both
            assert "not scanned" not in await settings_page(stack)
            await stack.done("scan")
            assert (await stack.events(ScanStarted))[-1].roots == both


async def test_started_without_a_folder_the_one_in_use_is_said_to_be(settings: Settings) -> None:
    async with running_stack(settings) as stack:
        await stack.done("scan")
    async with running_stack(with_photos(settings)) as stack:
        text = await settings_page(stack)
        assert str(settings.photos[0].name) in text and "not scanned" not in text
        assert "~/Pictures" not in text
        assert 'action="/commands/remove-folder"' in text


async def test_one_that_is_taken_out_keeps_its_photos_and_comes_back(settings: Settings, disk: Path) -> None:
    async with running_stack(settings) as stack:
        await stack.done("add-folder", {"folder": str(disk)})
        command = await stack.post("remove-folder", {"folder": str(disk)})
        await stack.caught_up()
        assert await in_use(stack) == [str(settings.photos[0])]
        assert (await total(stack), (await stack.get("/api/duplicates"))["exact"]) == (15, [])
        assert "not scanned; its photos stay in the library" in await settings_page(stack)
        await stack.done("scan")
        assert (await stack.events(ScanStarted))[-1].roots == [str(settings.photos[0])]
        await stack.done("undo", {"command_id": command.json()["command_id"]})
        assert await in_use(stack) == [str(settings.photos[0]), str(disk)]
        await stack.done("remove-folder", {"folder": str(disk)})
    async with running_stack(settings) as stack:
        assert await in_use(stack) == [str(settings.photos[0])]
        await stack.done("forget-folder", {"folder": str(disk)})
        assert await total(stack) == 3
        await stack.done("add-folder", {"folder": str(disk)})
        assert await total(stack) == 15, "forgotten ones come back"
        assert len(await stack.events(SourceAdded)) == 3
        assert len(await stack.events(SourceRemoved)) == 2


async def test_the_last_one_may_be_taken_out(settings: Settings) -> None:
    async with running_stack(settings) as stack:
        await stack.done("scan")
        await stack.done("remove-folder", {"folder": str(settings.photos[0])})
        assert (await in_use(stack), await total(stack)) == ([], 3)
        assert (await stack.post("scan")).status_code == 422
        await stack.done("add-folder", {"folder": str(settings.photos[0])})
        assert await in_use(stack) == [str(settings.photos[0])]


async def test_a_folder_that_has_moved_is_found_again(settings: Settings, disk: Path) -> None:
    """Its photos are the same ones, and nothing is missing."""
    async with running_stack(settings) as stack:
        await stack.done("add-folder", {"folder": str(disk)})
        moved = await asyncio.to_thread(disk.rename, disk.with_name("moved"))
        ids = {item["id"] for item in (await stack.get("/api/images"))["items"]}
        status = await stack.done("add-folder", {"folder": str(moved), "from_root": str(disk)})
        assert status["failed"] == 0
        assert await in_use(stack) == [str(settings.photos[0]), str(moved)]
        assert {item["id"] for item in (await stack.get("/api/images"))["items"]} == ids
        assert len(await stack.events(SourceMoved)) == 1
        assert str(disk) not in [row["path"] for row in await stack.get("/api/folders")]
    async with running_stack(settings) as stack:
        assert await in_use(stack) == [str(settings.photos[0]), str(moved)]


async def test_what_cannot_be_added_is_said(
    stack: Stack, settings: Settings, disk: Path, tmp_path: Path
) -> None:
    await stack.done("scan")
    root = settings.photos[0]
    (root / "inner").mkdir()
    (tmp_path / "text.txt").write_text("no photos")
    empty = tmp_path / "empty"
    empty.mkdir()
    head = await stack.gateway.events.head()
    refused: list[tuple[dict[str, Any], str, str]] = [
        ({"folder": "Pictures"}, "folder", "full path"),
        ({"folder": str(tmp_path / "nothing")}, "folder", "There is no folder"),
        ({"folder": str(tmp_path / "text.txt")}, "folder", "neither a folder nor an archive"),
        ({"folder": str(root)}, "folder", "already"),
        ({"folder": str(root / "inner")}, "folder", "is inside"),
        ({"folder": str(settings.data)}, "folder", "its own files"),
        ({"folder": str(tmp_path)}, "folder", "its own files"),
        ({"folder": str(empty), "from_root": str(root)}, "folder", "doesn’t hold the photos"),
    ]
    for body, field, says in refused:
        answer = await stack.post("add-folder", body)
        assert answer.status_code == 422, body
        assert (answer.json()["extra"][0]["key"], says in answer.json()["detail"]) == (field, True), (
            answer.text
        )
    unknown = await stack.post("add-folder", {"folder": str(disk), "from_root": "/never/given"})
    assert unknown.status_code == 404
    assert (await stack.post("remove-folder", {"folder": str(disk)})).status_code == 404
    assert await stack.gateway.events.head() == head


async def test_a_link_and_an_archive_are_folders_too(stack: Stack, disk: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(disk)
    await stack.done("add-folder", {"folder": f"{tmp_path}/link/"})
    assert str(disk) in await in_use(stack)
    archive = shutil.make_archive(str(tmp_path / "old"), "zip", disk)
    await stack.done("add-folder", {"folder": archive})
    assert archive in await in_use(stack)


async def test_what_changes_in_an_added_folder_is_seen(settings: Settings, disk: Path) -> None:
    async with running_stack(settings, Automatic(scan=True)) as stack:
        await stack.done("add-folder", {"folder": str(disk)})
        numbers = count(90)

        async def another_is_seen() -> bool:
            """Nobody can tell from outside since when a folder is watched."""
            await asyncio.to_thread(photos.write, disk / f"new {(number := next(numbers))}.jpg", number)
            return await total(stack) > 15

        await eventually(another_is_seen, "a new photo is there")
        assert not stack.gateway.stopping.is_set()
