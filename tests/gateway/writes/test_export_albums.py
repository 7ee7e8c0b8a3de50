"""Albums of exports are known by what the export says of them, wherever their folder lies and whatever it is called."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.domain.files.events import ScanFinished
from services.domain.files.rejections import FileRejected, RejectionWithdrawn
from services.gateway.running.export_album import album_of
from services.gateway.running.facts import Facts
from services.gateway.sidecars.limits import LONG_ALBUM
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.stack import Stack, with_photos
from tests.support.stack import stack as running_stack

JOB = "01920000-0000-7000-8000-000000000077"
MADE = {"timestamp": "1565000000", "formatted": "05.08.2019, 10:13:20 UTC"}


def exported(folder: Path, title: str, *seeds: int, made: dict[str, str] | None = None) -> Path:
    for seed in seeds:
        photos.write(folder / f"{seed}.jpg", seed)
    facts: dict[str, Any] = {"title": title, "access": "protected"} | ({"date": made} if made else {})
    (folder / "metadata.json").write_text(json.dumps(facts))
    return folder


async def albums(stack: Stack) -> list[tuple[str, int]]:
    return sorted((one["name"], one["count"]) for one in await stack.get("/api/albums"))


async def scan(settings: Settings, *roots: Path) -> list[tuple[str, int]]:
    async with running_stack(with_photos(settings, *roots)) as stack:
        await stack.done("scan")
        return await albums(stack)


async def test_its_folder_is_renamed(settings: Settings, tmp_path: Path) -> None:
    """Also if the export doesn't say when the album was made: the title and the pictures tell."""
    root = tmp_path / "photos"
    for title, made in (("Rome", MADE), ("Oslo", None)):
        exported(root / title, title, *((10, 11) if made else (20, 21)), made=made)
    expected = [("Oslo", 2), ("Rome", 2)]
    assert await scan(settings, root) == expected
    (root / "Rome").rename(root / "2019 Rome")
    (root / "Oslo").rename(root / "2020 Oslo")
    assert await scan(settings, root) == expected


async def test_its_photo_folder_is_renamed(settings: Settings, tmp_path: Path) -> None:
    """Of an earlier version as well, in which an album was known by its folder."""
    old, new = tmp_path / "old", tmp_path / "new"
    exported(old / "Rome", "Rome", 10, 11, made=MADE)
    exported(old / "Oslo", "Oslo", 20, 21)
    assert await scan(settings, old) == [("Oslo", 2), ("Rome", 2)]
    old.rename(new)
    assert await scan(settings, new) == [("Oslo", 2), ("Rome", 2)]


async def test_a_deleted_one_stays_deleted(settings: Settings, tmp_path: Path) -> None:
    root, new = tmp_path / "photos", tmp_path / "new"
    exported(root / "Rome", "Rome", 10, 11, made=MADE)
    exported(root / "Oslo", "Oslo", 20, 21)
    async with running_stack(with_photos(settings, root)) as stack:
        await stack.done("scan")
        for album in await stack.get("/api/albums"):
            await stack.done("delete-album", {"album_id": album["id"]})
    (root / "Rome").rename(root / "Roma")
    (root / "Oslo").rename(root / "Christiania")
    assert await scan(settings, root) == []
    root.rename(new)
    assert await scan(settings, new) == []


async def test_one_that_a_person_has_renamed(settings: Settings, tmp_path: Path) -> None:
    root = tmp_path / "photos"
    exported(root / "Rome", "Rome", 10, 11, made=MADE)
    async with running_stack(with_photos(settings, root)) as stack:
        await stack.done("scan")
        (album,) = await stack.get("/api/albums")
        await stack.done("rename-album", {"album_id": album["id"], "name": "Honeymoon"})
    (root / "Rome").rename(root / "Roma")
    photos.write(root / "Roma/12.jpg", 12)
    assert await scan(settings, root) == [("Honeymoon", 3)]


async def test_albums_with_one_title_are_two(settings: Settings, tmp_path: Path) -> None:
    root = tmp_path / "photos"
    exported(root / "a", "Summer", 10, 11, made=MADE)
    exported(root / "b", "Summer", 12, made={"timestamp": "1600000000"})
    exported(root / "c", "Summer", 13)
    exported(root / "d", "Summer", 14, 15, 16)
    assert await scan(settings, root) == [("Summer", 1), ("Summer", 1), ("Summer", 2), ("Summer", 3)]


async def test_a_title_that_is_too_long_is_cut_and_told(settings: Settings, tmp_path: Path) -> None:
    """Once, until the file says something else; also at a word's end."""
    root = tmp_path / "photos"
    exported(root / "Rome", "R" * 200 + " and more", 10, made=MADE)
    async with running_stack(with_photos(settings, root)) as stack:
        await stack.done("scan")
        assert await albums(stack) == [("R" * 200, 1)]
        (cut,) = await stack.events(FileRejected)
        assert (cut.path, cut.reason) == ("Rome/metadata.json", LONG_ALBUM)
        await stack.done("scan")
        assert [one.rejected for one in await stack.events(ScanFinished)] == [1, 0]
        await stack.done("retry-rejected")
        assert [one.reason for one in await stack.events(FileRejected)] == [LONG_ALBUM] * 2
        page = await stack.client.get("/jobs", headers={"Accept": "text/html"})
        assert str(root / "Rome/metadata.json") in page.text
        exported(root / "Rome", "Rome", 10, made=MADE)
        await stack.done("scan")
        assert [one.path for one in await stack.events(RejectionWithdrawn)] == ["Rome/metadata.json"]


@pytest.mark.parametrize("damaged", [b'{"title": "Ro', '{"title": "Grüße"}'.encode("latin-1")])
async def test_a_damaged_one_is_told(settings: Settings, tmp_path: Path, damaged: bytes) -> None:
    """Once, until it is whole again; also if that has no title. What may be of any program is passed over."""
    root = tmp_path / "photos"
    file = exported(root / "Rome", "Rome", 10, made=MADE) / "metadata.json"
    file.write_bytes(damaged)
    file.with_name("package.json").write_bytes(damaged)
    async with running_stack(with_photos(settings, root)) as stack:
        for _ in range(2):
            await stack.done("scan")
            (told,) = await stack.events(FileRejected)
            assert (told.path, told.reason) == ("Rome/metadata.json", "This JSON file is damaged or cut off.")
            assert await albums(stack) == []
        file.write_text('{"access": "protected"}')
        await stack.done("scan")
        assert [one.path for one in await stack.events(RejectionWithdrawn)] == ["Rome/metadata.json"]
        exported(root / "Rome", "Rome", 10, made=MADE)
        await stack.done("scan")
        assert await albums(stack) == [("Rome", 1)]


async def test_the_same_album_in_two_exports_is_one(settings: Settings, tmp_path: Path) -> None:
    """The second has a picture more."""
    root = tmp_path / "photos"
    exported(root / "2023/Rome", "Rome", 10, 11, made=MADE)
    exported(root / "2024/Rome", "Rome", 10, 11, 12, made=MADE)
    assert await scan(settings, root) == [("Rome", 3)]


async def test_albums_of_earlier_versions_stay(settings: Settings, tmp_path: Path) -> None:
    """They were known by their folder: it is the same album, in its place and after that was renamed."""
    root, facts = tmp_path / "photos", Facts(JOB)
    exported(root / "Rome", "Rome", 10, 11, made=MADE)
    async with running_stack(with_photos(settings, root)) as stack:
        await stack.done("scan")
        (album,) = await stack.get("/api/albums")
        images = [item["id"] for item in (await stack.get(f"/api/images?album={album['id']}"))["items"]]
    earlier = settings.data.with_name("earlier")
    old = with_photos(Settings(data=earlier, previews=settings.previews, workers=1), root)
    number = album_of(root, "Rome")
    async with running_stack(old) as stack:
        await stack.gateway.events.append(
            [facts.album(number, "Rome"), facts.in_album(number, sorted(images))]
        )
        await stack.caught_up()
        await stack.done("scan")
        assert await albums(stack) == [("Rome", 2)]
        (root / "Rome").rename(root / "Roma")
        await stack.done("scan")
        assert await albums(stack) == [("Rome", 2)]
        assert [one["id"] for one in await stack.get("/api/albums")] == [number]
