"""Files that change, vanish or fail while being read."""

import errno
import os
from pathlib import Path

import pytest

from services.gateway.reading.content import NotThere, Unusable, file_content, file_of, read_all, regular_file
from services.gateway.reading.photo import Rejected
from services.gateway.workers import handover
from services.gateway.workers.pool import PreviewNotWritten, WorkerPool
from services.gateway.workers.worker_protocol import Failed
from tests.support import photos
from tests.support.decoding import look

MOST = 1_000_000


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return photos.write(tmp_path / "x.jpg")


def test_one_that_shrinks_is_read_as_far_as_it_goes(photo: Path) -> None:
    with file_of(str(photo.parent), photo.name) as (file, seen):
        os.truncate(photo, 10)
        assert len(read_all(file, seen, MOST)) == 10


def test_one_that_grows_is_read_as_long_as_it_was(photo: Path) -> None:
    """Otherwise a download that is faster than the disk would be read for ever."""
    before = photo.read_bytes()
    with file_of(str(photo.parent), photo.name) as (file, seen), photo.open("ab") as more:
        more.write(bytes(MOST))
        more.flush()
        assert read_all(file, seen, MOST) == before


def test_one_that_is_deleted_is_still_read(photo: Path) -> None:
    before = photo.read_bytes()
    with file_of(str(photo.parent), photo.name) as (file, seen):
        photo.unlink()
        assert read_all(file, seen, MOST) == before
    with pytest.raises(NotThere):
        file_content(str(photo.parent), photo.name, MOST)


def test_one_that_fails_half_way_is_unusable_and_its_size_known(photo: Path) -> None:
    with (
        pytest.raises(Unusable, match="can't be read: No such device") as error,
        file_of(str(photo.parent), photo.name),
    ):
        raise OSError(errno.ENODEV, "No such device")
    assert (error.value.size, error.value.mtime_ns) == (photo.stat().st_size, photo.stat().st_mtime_ns)


def test_what_is_no_file_is_not_opened_and_leaves_nothing_open(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", ".", "gone"):
        with pytest.raises((NotThere, OSError)):
            regular_file(str(tmp_path), name)
    assert open_below(tmp_path) == []


def open_below(folder: Path) -> list[Path]:
    """Open files of this process; none on systems that can't list them. Of others, some may be closed at any moment."""
    listed = Path("/proc/self/fd")
    every = [one.resolve() for one in listed.iterdir()] if listed.exists() else []
    return [one for one in every if one.is_relative_to(folder.resolve())]


FAILING = Path("/sys/class/net/lo/speed")
"""A regular file of 4 kB whose bytes can't be read: the kernel knows no speed for the loopback interface."""


@pytest.fixture
def failing(tmp_path: Path) -> Path:
    try:
        FAILING.read_bytes()
    except OSError as error:
        if error.errno == errno.EINVAL:
            return FAILING
    pytest.skip("this system has no file that can be opened and not read")


@pytest.mark.parametrize("name", ["x.jpg", "x.mp4", "x.dng", "x.jxl"])
async def test_a_disk_that_fails_at_one_photo_stops_no_scan(tmp_path: Path, failing: Path, name: str) -> None:
    """The file is at fault, not the previews' folder, for which a scan would be given up."""
    (tmp_path / name).symlink_to(failing)
    pool = WorkerPool(tmp_path / "previews", 1)
    try:
        answer = await pool.read(Path("/"), str(tmp_path / name)[1:])
    except PreviewNotWritten as error:
        pytest.fail(f"the scan would stop: {error}")
    finally:
        await pool.close()
    assert isinstance(answer, Rejected)
    assert answer.reason == "The file can't be read: Invalid argument."


def test_previews_that_can_t_be_written_are_no_fault_of_a_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the video were taken for missing, it would never be shown and nobody would be told."""
    from services.gateway.reading.film import Film
    from services.gateway.reading.film_words import words_of_film

    (tmp_path / "previews").write_text("a file stands where the folder should be")
    (tmp_path / "x.mp4").write_bytes(b"film")
    image = photos.picture(1)
    film = Film(
        image=image,
        duration_s=1,
        width=320,
        height=240,
        codec="x",
        taken_at=None,
        latitude=None,
        longitude=None,
        content_identifier=None,
        words=words_of_film({}, b""),
    )
    monkeypatch.setattr("services.gateway.reading.look.film.poster", lambda file: film)
    assert isinstance(look(str(tmp_path), "x.mp4", tmp_path / "previews"), Failed)


def test_a_large_file_that_can_t_be_shown_is_known_by_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIMP files have hundreds of megabytes."""
    (tmp_path / "x.xcf").write_bytes(b"gimp xcf v011" + bytes(100))
    os.truncate(tmp_path / "x.xcf", 4 << 30)

    def read(*_: object) -> bytes:
        raise AssertionError("it was read whole")

    monkeypatch.setattr(handover, "of_content", read)
    answer = look(str(tmp_path), "x.xcf", tmp_path / "previews")
    assert isinstance(answer, Rejected)
    assert (answer.reason, answer.size) == ("Albumen can't show GIMP files yet.", 4 << 30)
