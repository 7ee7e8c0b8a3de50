"""A library without photos to show says why."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from services.domain.categories.decisions import CategoryAssigned
from services.domain.files.events import ScanFinished, ScanStarted, SourceUnavailable
from services.domain.photos.hiding import ImagesHidden
from services.domain.photos.timeline import TimelineHides
from services.domain.subject import Event
from services.gateway.workers.pool import WorkerPool
from services.kernel.settings import Settings
from tests.gateway.pages.seeded import image_id, photo
from tests.support.stack import Stack, stack
from tests.support.waiting import eventually


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", previews=tmp_path / "previews", photos=(tmp_path / "Pictures",))


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scans find files but never finish reading one."""

    async def read(pool: WorkerPool, root: Path, path: str) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(WorkerPool, "read", read)


def files(folder: Path, count: int) -> None:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number}.jpg").write_bytes(b"x")


def scanned(root: Path, *found: Event) -> Iterator[Event]:
    yield ScanStarted(roots=[str(root)])
    yield from found
    yield ScanFinished(found=0, added=0, unchanged=0, rejected=0)


async def first_page(album: Stack) -> str:
    return (await album.client.get("/")).text


async def test_no_folder(tmp_path: Path) -> None:
    async with stack(Settings(data=tmp_path / "data", previews=tmp_path)) as album:
        page = (await album.browser().get("/")).text
    assert "No folder with photos yet" in page and "./albumen up ~/Pictures" in page


@pytest.mark.usefixtures("looking")
async def test_a_scan_that_runs_says_what_it_found(settings: Settings) -> None:
    files(settings.photos[0], 1234)
    at_once = msgspec.structs.replace(settings, workers=1000)
    async with stack(at_once) as album, album.browser() as browser:
        await album.post("scan")

        async def told() -> bool:
            page = (await browser.get("/")).text
            return "1,234 files found" in page and str(settings.photos[0]) in page

        await eventually(told, "the page tells how many files were found")


async def test_a_folder_without_photos(album: Stack) -> None:
    await album.tell(*scanned(album.settings.photos[0]))
    page = await first_page(album)
    assert "No photos here yet" in page and "Rescan" in page


async def test_a_folder_that_is_gone(album: Stack) -> None:
    root = album.settings.photos[0]
    await album.tell(*scanned(root, SourceUnavailable(root=str(root), reason="The folder is gone.")))
    page = await first_page(album)
    assert "The folder is gone." in page and "Nothing is lost" in page


async def test_all_photos_are_hidden(album: Stack) -> None:
    photos = [event for number in range(5) for event in photo(number, album.settings.photos[0])]
    await album.tell(*photos, ImagesHidden(image_ids=[image_id(number) for number in range(5)]))
    page = await first_page(album)
    assert "5 photos are known" in page and 'href="/hidden"' in page


async def test_the_line_tells_how_many_photos_the_timeline_has(album: Stack) -> None:
    """It grows to as many (tests/e2e/test_growing.py). Other pages don't ask."""
    root = album.settings.photos[0]
    await album.tell(*(event for number in range(70) for event in photo(number, root)))
    lines = [await album.streamed(f"/jobs/progress{query}", "data-figures=") for query in ("?seen=0", "")]
    assert 'data-photos="70"' in lines[0]
    assert "data-photos" not in lines[1]


async def test_only_photos_that_the_timeline_shows_are_counted(album: Stack) -> None:
    """For a kind that the timeline leaves out, it would be loaded for ever."""
    root = album.settings.photos[0]
    await album.tell(
        *(event for number in range(8) for event in photo(number, root)),
        TimelineHides(category_ids=["dog"]),
        CategoryAssigned(image_id=image_id(0), category_id="dog"),
    )
    assert 'data-photos="7"' in await album.streamed("/jobs/progress?seen=0", "data-figures=")
