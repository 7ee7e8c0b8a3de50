"""Photo folders that get another path: the same photos, none of them twice, with all that is known of them."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services.domain.files.events import FileAdded, ImageImported, ScanFinished
from services.domain.files.sources import RootMove, SourceMoved
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.stack import Stack, with_photos
from tests.support.stack import stack as running_stack


def filled(root: Path, seeds: Sequence[int] = range(4)) -> Path:
    for seed in seeds:
        photos.write(root / f"{seed % 2}/{seed}.jpg", seed)
    return root


async def scan(settings: Settings, *roots: Path) -> Any:
    """Start Albumen with these folders and look at them; what the page, the log and the search say then."""
    async with running_stack(with_photos(settings, *roots)) as stack:
        await stack.done("scan")
        return await told(stack)


async def told(stack: Stack) -> dict[str, Any]:
    listed = (await stack.get("/api/images?limit=100"))["items"]
    finished = [event for event in await stack.events(ScanFinished) if isinstance(event, ScanFinished)]
    moves = [event for event in await stack.events(SourceMoved) if isinstance(event, SourceMoved)]
    return {
        "files": sorted(file for item in listed for file in item["files"]),
        "twice": (await stack.get("/api/images?q=is:duplicate"))["total"],
        "moves": [move for event in moves for move in event.moves],
        "unchanged": finished[-1].unchanged,
        "imported": len(await stack.events(ImageImported)),
        "added": len(await stack.events(FileAdded)),
    }


def below(root: Path, *names: str) -> list[str]:
    return sorted(str(root / name) for name in names)


FOUR = ("0/0.jpg", "1/1.jpg", "0/2.jpg", "1/3.jpg")


async def test_a_renamed_folder_is_recognised(settings: Settings, tmp_path: Path) -> None:
    """Nothing is read again: each file is known below the new path."""
    old, new = filled(tmp_path / "Pictures"), tmp_path / "Bilder"
    await scan(settings, old)
    old.rename(new)
    after = await scan(settings, new)
    assert after["files"] == below(new, *FOUR)
    assert after["moves"] == [RootMove(former=str(old), root=str(new))]
    assert (after["twice"], after["unchanged"], after["added"]) == (0, 4, 4)


async def test_another_mount_point_with_other_times(settings: Settings, tmp_path: Path) -> None:
    """A copy that kept no times, on another disk, with the former one gone: the bytes say that it is the same."""
    old, new = filled(tmp_path / "mnt/usb/DCIM"), tmp_path / "media/anna/usb/DCIM"
    await scan(settings, old)
    new.parent.mkdir(parents=True)
    shutil.copytree(old, new, copy_function=shutil.copyfile)
    shutil.rmtree(tmp_path / "mnt")
    after = await scan(settings, new)
    assert (after["files"], after["twice"], after["imported"]) == (below(new, *FOUR), 0, 4)
    assert after["moves"] == [RootMove(former=str(old), root=str(new))]


async def test_a_photo_that_was_deleted_and_one_that_is_new(settings: Settings, tmp_path: Path) -> None:
    """A folder is recognised although it has changed a little."""
    old, new = filled(tmp_path / "old", range(10)), tmp_path / "new"
    await scan(settings, old)
    old.rename(new)
    (new / "0/2.jpg").unlink()
    photos.write(new / "0/99.jpg", 99)
    after = await scan(settings, new)
    assert len(after["moves"]) == 1
    assert len(after["files"]) == 10
    assert str(new / "0/99.jpg") in after["files"]


async def test_a_copy_beside_the_folder_is_another_one(settings: Settings, tmp_path: Path) -> None:
    old, new = filled(tmp_path / "old"), tmp_path / "copy"
    await scan(settings, old)
    shutil.copytree(old, new)
    after = await scan(settings, old, new)
    assert (after["moves"], after["twice"]) == ([], 4)
    assert after["files"] == sorted(below(old, *FOUR) + below(new, *FOUR))


async def test_a_copy_of_a_folder_that_is_given_but_away_is_another_one(
    settings: Settings, tmp_path: Path
) -> None:
    disk, copy = filled(tmp_path / "disk"), tmp_path / "copy"
    await scan(settings, disk)
    shutil.copytree(disk, copy)
    disk.rename(tmp_path / "unplugged")
    after = await scan(settings, disk, copy)
    assert after["moves"] == []


async def test_other_photos_in_files_of_the_same_names_are_other_ones(
    settings: Settings, tmp_path: Path
) -> None:
    """Two cameras' cards with the same names."""
    card, other = filled(tmp_path / "card"), filled(tmp_path / "other")
    await scan(settings, card)
    shutil.rmtree(card)
    for number, file in enumerate(sorted(other.rglob("*.jpg"))):
        photos.write(file, 50 + number)
    after = await scan(settings, other)
    assert (after["moves"], after["imported"]) == ([], 8)


async def test_two_disks_change_places(settings: Settings, tmp_path: Path) -> None:
    one, two = filled(tmp_path / "usb0"), filled(tmp_path / "usb1", range(10, 14))
    await scan(settings, one, two)
    one.rename(tmp_path / "held")
    two.rename(one)
    (tmp_path / "held").rename(two)
    after = await scan(settings, one, two)
    assert {(move.former, move.root) for move in after["moves"]} == {
        (str(one), str(two)),
        (str(two), str(one)),
    }
    assert (after["twice"], after["unchanged"], after["imported"]) == (0, 8, 8)


async def test_the_folder_above(settings: Settings, tmp_path: Path) -> None:
    """Pictures/2019, then Pictures: the same files by other relative paths."""
    above = tmp_path / "Pictures"
    inner = filled(above / "2019")
    (inner / "broken.jpg").write_bytes(b"")
    photos.write(above / "2020/9.jpg", 9)
    await scan(settings, inner)
    async with running_stack(with_photos(settings, above)) as stack:
        await stack.done("scan")
        after = await told(stack)
        assert len((await stack.get("/api/images?q=is:missing"))["items"]) == 0
        page = (await stack.client.get("/jobs")).text
    assert after["files"] == sorted([*below(inner, *FOUR), str(above / "2020/9.jpg")])
    assert after["twice"] == 0
    assert page.count("broken.jpg") == page.count("2019/broken.jpg") > 0


async def test_a_folder_inside(settings: Settings, tmp_path: Path) -> None:
    """Pictures, then Pictures/2019: what lies elsewhere in Pictures stays."""
    above = tmp_path / "Pictures"
    inner = filled(above / "2019")
    photos.write(above / "2020/9.jpg", 9)
    await scan(settings, above)
    after = await scan(settings, inner)
    assert after["files"] == sorted([*below(inner, *FOUR), str(above / "2020/9.jpg")])
    assert (after["twice"], after["imported"]) == (0, 5)


async def test_a_folder_that_moved_into_the_given_one(settings: Settings, tmp_path: Path) -> None:
    """Scan then with the new path only: Holiday went into Pictures, as a folder or file by file."""
    holiday, pictures = filled(tmp_path / "Holiday"), filled(tmp_path / "Pictures", range(10, 14))
    await scan(settings, holiday, pictures)
    for file in (holiday / "0").iterdir():
        file.replace(pictures / file.name)
    after = await scan(settings, pictures)
    assert str(pictures / "0.jpg") in after["files"]
    assert after["twice"] == 0


async def test_the_same_photos_after_the_second_scan(settings: Settings, tmp_path: Path) -> None:
    """It was recognised once, and there is nothing more to recognise."""
    old, new = filled(tmp_path / "old"), tmp_path / "new"
    await scan(settings, old)
    old.rename(new)
    await scan(settings, new)
    after = await scan(settings, new)
    assert (len(after["moves"]), after["unchanged"]) == (1, 4)
    new.rename(old)
    back = await scan(settings, old)
    assert (len(back["moves"]), back["files"], back["twice"]) == (2, below(old, *FOUR), 0)


async def test_what_people_gave_stays_and_history_tells(settings: Settings, tmp_path: Path) -> None:
    old, new = filled(tmp_path / "old"), tmp_path / "new"
    async with running_stack(with_photos(settings, old)) as stack:
        await stack.done("scan")
        image = (await stack.get("/api/images"))["items"][0]["id"]
        await stack.done("create-album", {"name": "Best", "images": [image]})
    old.rename(new)
    async with running_stack(with_photos(settings, new)) as stack:
        await stack.done("scan")
        assert len((await stack.get(f"/api/images/{image}"))["albums"]) == 1
        answer = await stack.browser().get("/history")
        assert f"The folder {old} is at {new} now" in answer.text


async def test_the_folder_above_by_another_name(settings: Settings, tmp_path: Path) -> None:
    """Pictures/2019 was given, now all of it on another mount point; and the other way round."""
    one, two = tmp_path / "home/Pictures", tmp_path / "mnt"
    filled(one / "2019")
    photos.write(one / "2020/9.jpg", 9)
    await scan(settings, one / "2019")
    one.rename(two)
    after = await scan(settings, two)
    assert after["files"] == sorted([*below(two / "2019", *FOUR), str(two / "2020/9.jpg")])
    assert after["twice"] == 0
    two.rename(one)
    back = await scan(settings, one / "2019")
    assert set(below(one / "2019", *FOUR)) <= set(back["files"])
    assert not set(below(two / "2019", *FOUR)) & set(back["files"])
    assert back["twice"] == 0
