"""Walking a folder: what is found, what is skipped, and that it ends."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from services.gateway.listing.found import Found, LeftOut, Problem
from services.gateway.listing.walk import Folder, walk
from services.kernel.paths import from_text


def paths(root: Path) -> list[str]:
    return [found.path for item in walk(root) if isinstance(item, Folder) for found in item.pictures]


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


def test_finds_pictures_by_suffix_in_any_case_and_depth(tmp_path: Path) -> None:
    for name in ("a.jpg", "B.JPEG", "deep/er/c.HeIc", "d.tiff", "e.avif", "no.txt", "f.MP4", "g.dng", "jpg"):
        touch(tmp_path / name)
    assert sorted(paths(tmp_path)) == [
        *("B.JPEG", "a.jpg", "d.tiff", "deep/er/c.HeIc", "e.avif", "f.MP4", "g.dng")
    ]


def test_says_size_and_time(tmp_path: Path) -> None:
    os.utime(touch(tmp_path / "a.jpg"), ns=(5, 1_500_000_000_123_456_789))
    assert list(walk(tmp_path)) == [
        Folder("", [Found("a.jpg", 1, 1_500_000_000_123_456_789, (tmp_path / "a.jpg").stat().st_ctime_ns)])
    ]


def test_passes_over_hidden_files_and_folders_of_machines(tmp_path: Path) -> None:
    for name in (
        ".a.jpg",
        "._b.jpg",
        ".thumbnails/c.jpg",
        "@eaDir/d.jpg",
        "__MACOSX/e.jpg",
        "x/.trash/f.jpg",
    ):
        touch(tmp_path / name)
    touch(tmp_path / "kept.jpg")
    assert paths(tmp_path) == ["kept.jpg"]


def test_of_another_programs_library_only_the_originals_are_photos(tmp_path: Path) -> None:
    """The library may lie anywhere, or be the root itself; what is left out is told."""
    for name in ("Masters/2011/a.jpg", "Thumbnails/2011/a.jpg", "Previews/b.jpg", "database/faces/c.jpg"):
        touch(tmp_path / "x/Alt.photolibrary" / name)
    touch(tmp_path / "x/Previews/mine.jpg")
    assert sorted(paths(tmp_path)) == ["x/Alt.photolibrary/Masters/2011/a.jpg", "x/Previews/mine.jpg"]
    assert paths(tmp_path / "x/Alt.photolibrary") == ["Masters/2011/a.jpg"]
    told = {item.path for item in walk(tmp_path / "x") if isinstance(item, LeftOut)}
    assert told == {f"Alt.photolibrary/{name}" for name in ("Previews", "Thumbnails", "database")}


def test_folders_with_common_names_are_a_servers_only_beside_its_others(tmp_path: Path) -> None:
    for name in ("immich/thumbs", "immich/encoded-video", "immich/upload", "web/thumbs", "anna/Kleine/small"):
        touch(tmp_path / name / "a.jpg")
    (tmp_path / "immich/.albumenignore").write_text("/encoded-video/\n")
    assert sorted(paths(tmp_path)) == ["anna/Kleine/small/a.jpg", "immich/upload/a.jpg", "web/thumbs/a.jpg"]


def test_the_originals_that_picasa_hides_are_photos(tmp_path: Path) -> None:
    for name in ("a.jpg", ".picasaoriginals/a.jpg", ".dtrash/files/b.jpg", ".@__thumb/c.jpg"):
        touch(tmp_path / name)
    assert sorted(paths(tmp_path)) == [".picasaoriginals/a.jpg", "a.jpg"]


def test_follows_links_inside_the_root_once_and_never_out_of_it(tmp_path: Path) -> None:
    """A link to a parent folder would be walked for ever; one to elsewhere would show files that nobody asked for."""
    root = tmp_path / "root"
    touch(root / "photos/a.jpg")
    touch(tmp_path / "secret/s.jpg")
    (root / "photos/loop").symlink_to(root)
    (root / "again").symlink_to(root / "photos")
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "out.jpg").symlink_to(tmp_path / "secret/s.jpg")
    (root / "nothing.jpg").symlink_to(root / "missing.jpg")
    found = paths(root)
    assert len(found) == 1
    assert found[0] in ("photos/a.jpg", "again/a.jpg")


def test_a_link_to_a_photo_inside_is_another_place_of_it(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg")
    (tmp_path / "b.jpg").symlink_to(tmp_path / "a.jpg")
    assert sorted(paths(tmp_path)) == ["a.jpg", "b.jpg"]


def test_a_pipe_with_a_photo_name_is_no_photo(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    assert list(walk(tmp_path)) == []


def test_a_root_that_is_gone_is_a_problem_not_an_exception(tmp_path: Path) -> None:
    (problem,) = walk(tmp_path / "gone")
    assert isinstance(problem, Problem)
    assert problem.path == ""


@pytest.mark.parametrize("name", [b"latin-\xe9.jpg", b"\xff\xfe.jpg"])
def test_a_name_that_is_not_utf8_comes_back_to_its_bytes(tmp_path: Path, name: bytes) -> None:
    """The text can be stored as JSON and leads back to the same file."""
    touch(Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)))
    (path,) = paths(tmp_path)
    assert path.encode("utf-8")
    assert os.fsencode(from_text(path)) == name


def test_what_stands_beside_pictures_is_told_with_them(tmp_path: Path) -> None:
    for name in ("b/a.jpg", "b/a.jpg.json", "b/a.xmp", "b/notes.txt", "c/alone.json"):
        touch(tmp_path / name)
    beside = {item.path: [f.name for f in item.beside] for item in walk(tmp_path) if isinstance(item, Folder)}
    assert beside == {"b": ["a.jpg.json", "a.xmp"], "c": ["alone.json"]}


def test_a_folder_that_no_album_shows(tmp_path: Path) -> None:
    for name in ("kept/a.jpg", "WhatsApp/Sent/.nomedia", "WhatsApp/Sent/b.jpg", "WhatsApp/Sent/deep/c.jpg"):
        touch(tmp_path / name)
    assert paths(tmp_path) == ["kept/a.jpg"]


def test_an_ignore_file_rules_its_folder_and_all_below(tmp_path: Path) -> None:
    """As in `.gitignore`: patterns, folders, exceptions; the innermost file wins."""
    for name in ("a.jpg", "drafts/b.jpg", "x/drafts/c.jpg", "x/d.tmp.jpg", "x/keep.tmp.jpg", "y/e.tmp.jpg"):
        touch(tmp_path / name)
    (tmp_path / ".albumenignore").write_text("# not these\n/drafts/\n*.tmp.jpg\n")
    (tmp_path / "x/.albumenignore").write_text("!keep.tmp.jpg\n")
    assert sorted(paths(tmp_path)) == ["a.jpg", "x/drafts/c.jpg", "x/keep.tmp.jpg"]


def test_an_ignore_file_of_nonsense_hides_nothing(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg")
    (tmp_path / ".albumenignore").write_bytes(b"\xff\xfe\x00\x00[[[!\n" * 1000)
    assert paths(tmp_path) == ["a.jpg"]


def test_a_hundred_thousand_in_one_folder(tmp_path: Path) -> None:
    """Hard links take no space, but a file may have only 65,000; the walk keeps one folder at a time in memory."""
    for part in range(4):
        first = touch(tmp_path / f"{part}.jpg")
        for number in range(24_999):
            os.link(first, tmp_path / f"{part}-{number}.jpg")
    assert len(paths(tmp_path)) == 100_000


def test_folders_deeper_than_a_path_may_be_long_are_a_problem_not_an_exception(tmp_path: Path) -> None:
    """4096 bytes on Linux, 1024 on macOS; folders created step by step may be deeper."""
    touch(tmp_path / "a.jpg")
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(60):
        os.mkdir("d" * 100, dir_fd=here)
        below = os.open("d" * 100, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    found = list(walk(tmp_path))
    assert paths(tmp_path) == ["a.jpg"]
    assert [item.reason for item in found if isinstance(item, Problem)] == ["File name too long"]


def test_an_ignore_file_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg")
    os.mkfifo(tmp_path / ".albumenignore")
    assert paths(tmp_path) == ["a.jpg"]


def test_a_folder_that_may_not_be_read_is_a_problem_of_its_own(tmp_path: Path) -> None:
    """In a separate process, which drops the privilege to read everything if the tests run as root."""
    for name in ("closed/a.jpg", "open/b.jpg"):
        touch(tmp_path / name)
    (tmp_path / "closed").chmod(0)
    command = [sys.executable, "-c", WALK, str(tmp_path)]
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root reads every folder, and there is no setpriv to give that up")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--", *command]
    try:
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert output.splitlines() == ["closed: Permission denied", "open: b.jpg"]


WALK = """
import pathlib, sys
from services.gateway.listing.found import Problem
from services.gateway.listing.walk import walk

for item in walk(pathlib.Path(sys.argv[1])):
    print(f"{item.path}: {item.reason if isinstance(item, Problem) else item.pictures[0].name}")
"""
