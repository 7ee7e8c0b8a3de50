"""Several names of one file (hard links) take no space, and are no copies."""

import os
import shutil
from typing import Any

from services.domain.files.checked import FilesChecked
from services.domain.files.events import FileAdded
from services.kernel.settings import Settings
from tests.support.stack import Stack


async def duplicates(stack: Stack) -> dict[str, Any]:
    found: dict[str, Any] = await stack.get("/api/duplicates")
    number = (await stack.get("/api/images?q=is:duplicate"))["total"]
    return {"files": [one["files"] for one in found["exact"]], "wasted": found["wasted"], "number": number}


NONE = {"files": [], "wasted": 0, "number": 0}


async def test_names_of_one_file_waste_nothing(stack: Stack, settings: Settings) -> None:
    root = settings.photos[0]
    (root / "best").mkdir()
    os.link(root / "0.jpg", root / "best/0.jpg")
    await stack.done("scan")
    assert await duplicates(stack) == NONE
    assert len(await stack.events(FileAdded)) == 4


async def test_a_copy_beside_them_does(stack: Stack, settings: Settings) -> None:
    """Both names of the second file have to go for its space to be free."""
    root = settings.photos[0]
    (root / "copies").mkdir()
    shutil.copy2(root / "1.jpg", root / "copies/one.jpg")
    os.link(root / "1.jpg", root / "copies/another name.jpg")
    os.link(root / "copies/one.jpg", root / "copies/one again.jpg")
    await stack.done("scan")
    size = (root / "1.jpg").stat().st_size
    paths = [str(root / name) for name in ("1.jpg", "copies/one.jpg", "copies/one again.jpg")]
    assert await duplicates(stack) == {"files": [paths], "wasted": size, "number": 1}


async def test_a_copy_that_becomes_a_link_wastes_nothing_any_more(stack: Stack, settings: Settings) -> None:
    """A program for saving space has replaced copies with links; later one is copied back."""
    root = settings.photos[0]
    shutil.copy2(root / "2.jpg", root / "copy.jpg")
    await stack.done("scan")
    assert (await duplicates(stack))["number"] == 1
    (root / "copy.jpg").unlink()
    os.link(root / "2.jpg", root / "copy.jpg")
    await stack.done("scan")
    assert await duplicates(stack) == NONE
    content = (root / "2.jpg").read_bytes()
    (root / "copy.jpg").unlink()
    (root / "copy.jpg").write_bytes(content)
    await stack.done("scan")
    assert (await duplicates(stack))["number"] == 1


async def test_links_from_before_they_were_noted(stack: Stack, settings: Settings) -> None:
    """Libraries of earlier versions learn of them without reading a file, and once."""
    root = settings.photos[0]
    os.link(root / "0.jpg", root / "again.jpg")
    await stack.done("scan")
    files = [event for event in await stack.events(FileAdded) if isinstance(event, FileAdded)]
    for event in files:
        earlier = FileAdded(
            image_id=event.image_id,
            root=event.root,
            path=event.path,
            size=event.size,
            mtime_ns=event.mtime_ns,
            ctime_ns=event.ctime_ns,
        )
        await stack.tell(earlier)
    assert (await duplicates(stack))["number"] == 1
    await stack.done("scan")
    assert await duplicates(stack) == NONE
    await stack.done("scan")
    assert len(await stack.events(FilesChecked)) == 1
