"""Worker processes: a photo may kill one or keep it busy for ever, and the others never notice."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.gateway.library.photo import Photo, Rejected
from services.gateway.library.pool import PreviewNotWritten, Vanished, WorkerPool
from services.kernel.paths import preview_path
from tests.support import photos
from tests.support.waiting import eventually


@pytest.fixture
async def pool(tmp_path: Path) -> AsyncIterator[WorkerPool]:
    made = WorkerPool(tmp_path / "previews", 2)
    yield made
    await made.close()


def pids(pool: WorkerPool) -> set[int]:
    return {worker._process.pid for worker in pool._all if worker._process}


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_photo_is_told_and_its_preview_stored(tmp_path: Path, pool: WorkerPool) -> None:
    photos.write(tmp_path / "a/b.jpg", 1)
    photo = await pool.read(tmp_path, "a/b.jpg")
    assert isinstance(photo, Photo)
    assert preview_path(tmp_path / "previews", photo.image_id).exists()
    assert photo.imported().image_id == photo.image_id


async def test_many_at_a_time_each_get_their_own_answer(tmp_path: Path, pool: WorkerPool) -> None:
    for number in range(20):
        photos.write(tmp_path / f"{number}.jpg", number)
    found = await asyncio.gather(*(pool.read(tmp_path, f"{number}.jpg") for number in range(20)))
    assert len({photo.image_id for photo in found if isinstance(photo, Photo)}) == 20
    assert len(pids(pool)) == 2


async def test_a_bad_photo_is_rejected_and_the_next_is_read(tmp_path: Path, pool: WorkerPool) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    photos.write(tmp_path / "good.jpg")
    bad = await pool.read(tmp_path, "bad.jpg")
    assert isinstance(bad, Rejected)
    assert bad.size == 10
    assert isinstance(await pool.read(tmp_path, "good.jpg"), Photo)


async def test_a_file_that_is_gone(tmp_path: Path, pool: WorkerPool) -> None:
    with pytest.raises(Vanished):
        await pool.read(tmp_path, "gone.jpg")


async def test_a_worker_killed_between_photos_is_replaced(tmp_path: Path, pool: WorkerPool) -> None:
    photos.write(tmp_path / "a.jpg")
    await pool.read(tmp_path, "a.jpg")
    before = pids(pool)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert isinstance(await pool.read(tmp_path, "a.jpg"), Photo)
    assert pids(pool) - before


async def test_a_photo_that_stops_its_worker_is_rejected_after_the_time_limit(tmp_path: Path) -> None:
    """The worker is stopped from outside, as an endless loop in a decoder would; then it is replaced."""
    pool = WorkerPool(tmp_path / "previews", 1, limit_s=1)
    try:
        photos.write(tmp_path / "a.jpg")
        await pool.read(tmp_path, "a.jpg")
        (stuck,) = pids(pool)
        os.kill(stuck, signal.SIGSTOP)
        answer = await pool.read(tmp_path, "a.jpg")
        assert isinstance(answer, Rejected)
        assert "longer than 1 s" in answer.reason
        assert not alive(stuck)
        assert isinstance(await pool.read(tmp_path, "a.jpg"), Photo)
    finally:
        await pool.close()


async def test_a_previews_folder_that_can_not_be_written_is_not_the_photos_fault(tmp_path: Path) -> None:
    (tmp_path / "previews").write_text("a file stands where the folder should be")
    photos.write(tmp_path / "a.jpg")
    pool = WorkerPool(tmp_path / "previews", 1)
    try:
        with pytest.raises(PreviewNotWritten):
            await pool.read(tmp_path, "a.jpg")
    finally:
        await pool.close()


async def test_a_picture_beyond_the_memory_limit_is_rejected(tmp_path: Path, pool: WorkerPool) -> None:
    """290 million pixels of three bytes fit; the copies that a decoder makes of them do not."""
    from PIL import Image

    Image.new("RGBA", (17_000, 17_000)).save(tmp_path / "huge.png", compress_level=1)
    answer = await pool.read(tmp_path, "huge.png")
    assert isinstance(answer, Rejected)
    photos.write(tmp_path / "good.jpg")
    assert isinstance(await pool.read(tmp_path, "good.jpg"), Photo)


async def test_a_cancelled_read_leaves_the_pool_usable(tmp_path: Path, pool: WorkerPool) -> None:
    photos.write(tmp_path / "a.jpg")
    reading = asyncio.create_task(pool.read(tmp_path, "a.jpg"))
    await asyncio.sleep(0)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    answers = await asyncio.gather(*(pool.read(tmp_path, "a.jpg") for _ in range(4)))
    assert all(isinstance(answer, Photo) for answer in answers)


async def test_workers_end_with_the_pool(tmp_path: Path) -> None:
    pool = WorkerPool(tmp_path / "previews", 1)
    photos.write(tmp_path / "a.jpg")
    await pool.read(tmp_path, "a.jpg")
    (pid,) = pids(pool)
    await pool.close()
    await eventually(lambda: not alive(pid), "the worker is gone")
