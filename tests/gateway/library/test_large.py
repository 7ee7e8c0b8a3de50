"""The larger picture of a photo's page, and the folder that caches the most recently viewed."""

import io
import os
import threading
import time
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from services.gateway.media.large_cache import LargeCache, NotKept
from services.gateway.reading import pixels
from services.gateway.reading.large import LONG_SIDE, MEDIUM_SIDE, enlarged, enlarged_from
from services.knowledge.formats import DNG
from tests.support.photos import encoded, exif, picture


def made(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(enlarged(content)))
    image.load()
    return image


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((4000, 3000), 2000), ((3000, 4000), 2000), ((5000, 1000), 2048), ((2048, 2048), 2048), ((40, 30), 40)],
)
def test_the_long_side_is_at_most_2048_and_nothing_is_blown_up(size: tuple[int, int], wanted: int) -> None:
    """4000 / 2 is decoded straight to 2000, which is near enough."""
    assert max(made(encoded(picture(1, size))).size) == wanted <= LONG_SIDE


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((4000, 3000), 1000), ((3000, 4000), 1000), ((5000, 1000), 1024), ((1030, 50), 1024), ((40, 30), 40)],
)
def test_a_medium_one_has_at_most_1024(size: tuple[int, int], wanted: int) -> None:
    """4000 / 4 is decoded straight to 1000."""
    content = io.BytesIO(enlarged_from(io.BytesIO(encoded(picture(1, size))), None, size="medium"))
    assert max(Image.open(content).size) == wanted <= MEDIUM_SIDE


def test_it_is_a_plain_jpeg_without_metadata() -> None:
    tags = exif("2017:08:11 10:09:53", Make="Canon")
    tags[ExifTags.IFD.GPSInfo] = {1: "N", 2: (33.0, 30.0, 0.0)}
    image = made(encoded(picture(1), "JPEG", exif=tags, comment=b"at home"))
    assert (image.format, image.mode, image.layer) == (  # type: ignore[attr-defined]
        "JPEG",
        "RGB",
        [(1, 2, 2, 0), (2, 1, 1, 1), (3, 1, 1, 1)],
    )
    assert not {"exif", "icc_profile", "progressive", "xmp", "comment"} & set(image.info)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turned_upright(orientation: int) -> None:
    upright = Image.new("RGB", (3000, 1500), "blue")
    upright.paste("red", (0, 0, 1500, 750))
    backwards = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = upright.transpose(Image.Transpose(backwards[orientation])) if orientation > 1 else upright
    tags = exif()
    tags[ExifTags.Base.Orientation] = orientation
    image = made(encoded(stored, "JPEG", exif=tags))
    assert image.size == (2048, 1024)
    colours = [image.getpixel(at) for at in ((20, 20), (2000, 20), (20, 1000))]
    assert [red > 200 > 80 > blue for red, _, blue in colours] == [True, False, False]  # type: ignore[misc]


def test_what_cannot_be_shown_is_told() -> None:
    with pytest.raises(pixels.Unshowable, match="ends too early"):
        enlarged(encoded(picture(1, (640, 480)), "GIF")[:5000])


def test_the_format_only_helps_and_a_picture_is_opened_as_what_it_is() -> None:
    """A JPEG taken for a RAW file is a JPEG."""
    content = encoded(picture(1))
    assert enlarged(content, DNG) == enlarged(content) == enlarged_from(io.BytesIO(content), None)


ID = [f"{number:032x}" for number in range(1, 40)]


def test_what_was_put_is_found_again_also_by_another_process(tmp_path: Path) -> None:
    assert LargeCache(tmp_path, 1000).get(ID[0]) is None
    path = LargeCache(tmp_path, 1000).put(ID[0], b"picture")
    assert LargeCache(tmp_path, 1000).get(ID[0]) == path
    assert path.read_bytes() == b"picture"


def test_the_ones_looked_at_last_stay(tmp_path: Path) -> None:
    cache = LargeCache(tmp_path, 1000)
    for place, name in enumerate(ID[:9]):
        aged(cache.put(name, bytes(100)), 100 - place)
    assert cache.get(ID[0])  # the oldest is viewed again
    cache.put(ID[9], bytes(100))
    assert total(tmp_path) == 1000
    cache.put(ID[10], bytes(100))
    kept = [name for name in ID[:11] if cache.get(name)]
    assert kept == [ID[0], *ID[3:11]]  # 900 of 1000 bytes


def test_the_limit_holds_after_a_restart(tmp_path: Path) -> None:
    for name in ID[:9]:
        aged(LargeCache(tmp_path, 10_000).put(name, bytes(100)), 50)
    LargeCache(tmp_path, 500).put(ID[9], bytes(100))
    assert total(tmp_path) <= 500
    assert LargeCache(tmp_path, 500).get(ID[9])


def test_a_picture_larger_than_the_limit_is_shown_once(tmp_path: Path) -> None:
    cache = LargeCache(tmp_path, 50)
    assert cache.put(ID[0], bytes(100)).exists()
    cache.put(ID[1], bytes(100))
    assert (cache.get(ID[0]), cache.get(ID[1]) is not None) == (None, True)


def test_the_same_picture_again_counts_once(tmp_path: Path) -> None:
    cache = LargeCache(tmp_path, 1000)
    cache.put(ID[1], bytes(100))
    for _ in range(50):
        cache.put(ID[0], bytes(100))
    assert cache.get(ID[0])
    assert cache.get(ID[1])


def test_a_folder_that_was_deleted_is_made_again(tmp_path: Path) -> None:
    cache = LargeCache(tmp_path / "large", 1000)
    path = cache.put(ID[0], b"picture")
    path.unlink()
    path.parent.rmdir()
    (tmp_path / "large").rmdir()
    assert cache.get(ID[0]) is None
    assert cache.put(ID[0], b"picture").read_bytes() == b"picture"


def test_files_of_others_are_left_alone_and_our_rubbish_is_not(tmp_path: Path) -> None:
    """Temporary files of dead processes go; those of a process that is still writing stay."""
    folder = tmp_path / ID[0][:2]
    folder.mkdir()
    others = [tmp_path / "notes.txt", folder / "holiday.jpg", folder / f"{'ab' * 16}.jpg", folder / ".x.part"]
    for path in others:
        path.write_bytes(bytes(5000))
        aged(path, 1_000_000)
    (folder / f"{ID[5]}.jpg").mkdir()
    dead, alive = folder / f".{ID[1]}.jpg.1.1.part", folder / f".{ID[2]}.jpg.1.1.part"
    for path in (dead, alive):
        path.write_bytes(b"half")
    aged(dead, 5000)
    cache = LargeCache(tmp_path, 150)
    for name in ID[:3]:
        aged(cache.put(name, bytes(100)), 10)
    assert all(path.exists() for path in [*others, alive, folder / f"{ID[5]}.jpg"])
    assert not dead.exists()
    assert [cache.get(name) is not None for name in ID[:3]] == [False, False, True]


def test_an_empty_file_of_a_power_cut_is_none(tmp_path: Path) -> None:
    cache = LargeCache(tmp_path, 1000)
    cache.put(ID[0], b"picture").write_bytes(b"")
    assert cache.get(ID[0]) is None


def test_a_folder_that_cannot_be_written_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "large").write_text("a file stands where the folder should be")
    cache = LargeCache(tmp_path / "large", 1000)
    with pytest.raises(NotKept, match=r"large can't be written: .+\."):
        cache.put(ID[0], b"picture")
    assert cache.get(ID[0]) is None


def test_a_full_disk_says_so_and_leaves_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    cache = LargeCache(tmp_path, 1000)
    with pytest.raises(NotKept, match="No space left"):
        cache.put(ID[0], b"picture")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 32, "0" * 31])
def test_only_an_images_id_becomes_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no image's id"):
        LargeCache(tmp_path, 1000).get(name)


def test_many_at_a_time(tmp_path: Path) -> None:
    cache = LargeCache(tmp_path, 1000)
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for name in ID[number:] + ID[:number]:
                cache.put(name, bytes(100))
                cache.get(name)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number * 9,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    cache.put(ID[0], bytes(100))
    assert total(tmp_path) <= 1000


def aged(path: Path, seconds: int) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def total(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
