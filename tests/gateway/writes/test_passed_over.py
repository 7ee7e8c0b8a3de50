"""What a scan passes over on purpose is told on the jobs page: once for each kind, not once for each file."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from services.domain.files.passed import FilesPassedOver
from services.domain.files.rejections import FileRejected
from services.gateway.listing.found import Passed
from services.gateway.listing.walk import Archive, walk
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.stack import Stack, with_photos
from tests.support.stack import stack as running_stack


def passed(root: Path, elsewhere: Sequence[str] = ()) -> list[tuple[str, str]]:
    items = walk(root, elsewhere=elsewhere)
    return sorted((item.kind, item.path) for item in items if isinstance(item, Passed))


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    touch(tmp_path / "disk/2019/a.jpg")
    touch(tmp_path / "disk/notes.txt")
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


def test_links_to_folders_and_photos_elsewhere(root: Path, tmp_path: Path) -> None:
    (root / "NAS").symlink_to(tmp_path / "disk")
    (root / "one.jpg").symlink_to(tmp_path / "disk/2019/a.jpg")
    (root / "Away").symlink_to(tmp_path / "unplugged/Photos")
    (root / "notes.txt").symlink_to(tmp_path / "disk/notes.txt")
    touch(tmp_path / "disk/LICENSE")
    (root / "LICENSE").symlink_to(tmp_path / "disk/LICENSE")
    (root / ".cache").symlink_to(tmp_path / "disk")
    assert passed(root) == [("link", "Away"), ("link", "NAS"), ("link", "one.jpg")]


def test_a_link_to_another_photo_folder_hides_nothing(root: Path, tmp_path: Path) -> None:
    (root / "NAS").symlink_to(tmp_path / "disk/2019")
    assert passed(root, [str(tmp_path / "disk")]) == []


def test_links_within_the_folder_are_followed_without_a_word(root: Path) -> None:
    touch(root / "2020/b.jpg")
    (root / "best").symlink_to(root / "2020")
    (root / "gone.jpg").symlink_to(root / "2020/gone.jpg")
    assert passed(root) == []


def test_what_the_user_leaves_out_is_not_told(root: Path, tmp_path: Path) -> None:
    (root / "NAS").symlink_to(tmp_path / "disk")
    touch(root / "backup.7z")
    touch(root / "backup.zip")
    (root / ".albumenignore").write_text("NAS\n*.7z\n*.zip\n")
    assert passed(root) == []
    assert not [item for item in walk(root) if isinstance(item, Archive)]


def test_photos_whose_content_git_annex_keeps_elsewhere(root: Path) -> None:
    """Their content is not here, or the repository's top folder is not; unlocked ones are files that say so."""
    (root / "a.jpg").symlink_to(".git/annex/objects/Xk/9p/SHA256E-s9--ab.jpg/SHA256E-s9--ab.jpg")
    (root / "b.jpg").symlink_to("../../.git/annex/objects/Xk/9q/SHA256E-s9--cd.jpg/SHA256E-s9--cd.jpg")
    (root / "c.txt").symlink_to(".git/annex/objects/Xk/9q/SHA256E-s9--ef.txt/SHA256E-s9--ef.txt")
    (root / "d.jpg").write_text("/annex/objects/SHA256E-s9--ef.jpg\n")
    assert passed(root) == [("annex", "a.jpg"), ("annex", "b.jpg"), ("annex", "d.jpg")]


def test_archives_that_have_to_be_unpacked(root: Path) -> None:
    for name in ("a.7z", "b/takeout-1.tbz2", "c.part1.rar", "c.part2.rar", ".d.7z", "e.jpg", "g.zip"):
        touch(root / name)
    (root / "f.7z").mkdir()
    assert passed(root) == [("archive", "a.7z"), ("archive", "b/takeout-1.tbz2"), ("archive", "c.part1.rar")]


async def facts(stack: Stack) -> list[tuple[str, int, list[str]]]:
    events = [event for event in await stack.events(FilesPassedOver) if isinstance(event, FilesPassedOver)]
    return [(event.kind, event.count, event.examples) for event in events]


async def test_a_group_is_told_once_and_again_when_it_changes(settings: Settings, tmp_path: Path) -> None:
    root = settings.photos[0]
    for number in range(7):
        (root / f"{number}.7z").write_bytes(b"7z")
    async with running_stack(with_photos(settings, root)) as stack:
        await stack.done("scan")
        await stack.done("scan")
        first = ("archive", 7, [f"{number}.7z" for number in range(5)])
        assert await facts(stack) == [first]
        (group,) = await stack.get("/api/passed-over")
        assert (group["kind"], group["count"], group["examples"][0]) == ("archive", 7, str(root / "0.7z"))
        page = (await stack.browser().get("/jobs")).text
        assert "4.7z" in page
        assert "5.7z" not in page
        assert "7 archives" in page
        for file in root.glob("*.7z"):
            file.unlink()
        await stack.done("scan")
        assert await facts(stack) == [first, ("archive", 0, [])]
        assert "7z" not in (await stack.browser().get("/jobs")).text


async def test_a_folder_on_another_disk_is_told_with_what_to_do(settings: Settings, tmp_path: Path) -> None:
    root, disk = settings.photos[0], tmp_path / "nas"
    photos.write(disk / "9.jpg", 9)
    (root / "NAS").symlink_to(disk)
    async with running_stack(with_photos(settings, root)) as stack:
        await stack.done("scan")
        page = (await stack.browser().get("/jobs")).text
        assert "NAS" in page
    async with running_stack(with_photos(settings, root, disk)) as stack:
        await stack.done("scan")
        assert "NAS" not in (await stack.browser().get("/jobs")).text
        assert (await stack.get("/api/images"))["total"] == 4


async def test_what_an_earlier_version_could_not_read_is_no_failure_any_more(
    stack: Stack, settings: Settings
) -> None:
    """A file of git-annex without its content."""
    root = settings.photos[0]
    (root / "a.jpg").write_text("/annex/objects/SHA256E-s9--ef.jpg\n")
    rejection = FileRejected(root=str(root), path="a.jpg", size=1, mtime_ns=1, reason="It is no photo.")
    await stack.tell(rejection)
    assert "It is no photo." in (await stack.browser().get("/jobs")).text
    status = await stack.done("scan")
    assert status["failed"] == 0
    page = (await stack.browser().get("/jobs")).text
    assert "It is no photo." not in page
    assert "git annex get" in page
