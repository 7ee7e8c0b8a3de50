"""Worker processes: a photo may kill one or hang it, and the others are unaffected."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from PIL import ExifTags
from structlog.testing import capture_logs

from services.gateway.reading import sandbox
from services.gateway.reading.photo import Photo, Rejected
from services.gateway.reading.reasons import ENDED_FROM_OUTSIDE
from services.gateway.workers.pool import NoWorker, PreviewNotWritten, Vanished, WorkerPool
from services.gateway.workers.worker_protocol import Confinement
from services.kernel.paths import preview_path, to_text
from tests.support import photos
from tests.support.waiting import eventually

CONFINED = msgspec.msgpack.encode(Confinement())
FRAME = len(CONFINED).to_bytes(4) + CONFINED
"""What a worker says when it is ready …"""
READY = "".join(f"\\{byte:03o}" for byte in FRAME)
"""… as a shell prints it."""


@pytest.fixture
async def pool(tmp_path: Path) -> AsyncIterator[WorkerPool]:
    workers = WorkerPool(tmp_path / "previews", 2)
    yield workers
    await workers.close()


def pids(pool: WorkerPool) -> set[int]:
    return {worker._process.pid for worker in pool._all if worker._process}


def decoder_of(pid: int) -> int:
    """The process that a worker has for its decoder."""
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


def alive(pid: int) -> bool:
    """A zombie counts as gone."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except OSError:  # no /proc, or it has just gone
        return not Path("/proc").exists()


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


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists a process's children")
@pytest.mark.parametrize("killed", ["worker", "decoder"])
async def test_neither_half_of_a_worker_outlives_the_other(
    tmp_path: Path, pool: WorkerPool, killed: str
) -> None:
    photos.write(tmp_path / "a.jpg")
    await pool.read(tmp_path, "a.jpg")
    (pid,) = pids(pool)
    decoder = decoder_of(pid)
    os.kill(pid if killed == "worker" else decoder, signal.SIGKILL)
    assert isinstance(await pool.read(tmp_path, "a.jpg"), Photo)
    await eventually(lambda: not alive(pid) and not alive(decoder), "both are gone")


async def test_a_photo_that_stops_its_worker_is_tried_once_more_alone(tmp_path: Path) -> None:
    """The worker is stopped from outside, as if the machine had no time for it; then it is replaced."""
    pool = WorkerPool(tmp_path / "previews", 1, wall_s=1)
    try:
        photos.write(tmp_path / "a.jpg")
        await pool.read(tmp_path, "a.jpg")
        (stuck,) = pids(pool)
        os.kill(stuck, signal.SIGSTOP)
        assert isinstance(await pool.read(tmp_path, "a.jpg"), Photo)
        assert not alive(stuck)
        assert isinstance(await pool.read(tmp_path, "a.jpg"), Photo)
        assert pool._last_resort._process is None
    finally:
        await pool.close()


async def test_a_photo_that_takes_too_long_twice_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for a decoder that waits for ever."""
    photos.write(tmp_path / "a.jpg")
    monkeypatch.setattr(sys, "executable", program(tmp_path, f"printf '{READY}'; exec tail -f /dev/null"))
    pool = WorkerPool(tmp_path / "previews", 1, limit_s=0.2, wall_s=0.1)
    try:
        answer = await pool.read(tmp_path, "a.jpg")
        assert isinstance(answer, Rejected)
        assert "longer than 1 s" in answer.reason
        assert answer.size == (tmp_path / "a.jpg").stat().st_size
        monkeypatch.undo()
        pool._all[0]._wall_s = 60
        assert isinstance(await pool.read(tmp_path, "a.jpg"), Photo)
    finally:
        await pool.close()


async def test_the_limit_is_processor_time_and_more_of_it_alone(tmp_path: Path) -> None:
    """The kernel counts it, so how busy the machine is makes no difference. The photo takes some tenths of a second."""
    photos.write(tmp_path / "a.jpg")
    (tmp_path / "slow.png").write_bytes(photos.encoded(photos.picture(1, (4000, 3000)), "PNG"))
    pool = WorkerPool(tmp_path / "previews", 2, limit_s=0.02, wall_s=60)
    pool._last_resort.limit_s = 60
    try:
        assert isinstance(await pool.read(tmp_path, "slow.png"), Photo)
        (tmp_path / "slower.png").write_bytes((tmp_path / "slow.png").read_bytes() + b"x")
        pool._last_resort.limit_s = 0.02
        answer = await pool.read(tmp_path, "slower.png")
        assert isinstance(answer, Rejected)
        assert "longer than" in answer.reason
    finally:
        await pool.close()


async def test_one_that_is_tried_alone_waits_for_the_others_and_they_for_it(tmp_path: Path) -> None:
    """Several at the same time don't wait for each other for ever."""
    slow = photos.encoded(photos.picture(1, (1500, 1000)), "PNG")
    for number in range(6):
        (tmp_path / f"{number}.png").write_bytes(slow + bytes([number]))
    pool = WorkerPool(tmp_path / "previews", 2, limit_s=0.01, wall_s=60)
    pool._last_resort.limit_s = 60
    try:
        found = await asyncio.gather(*(pool.read(tmp_path, f"{number}.png") for number in range(6)))
        assert [one for one in found if not isinstance(one, Photo)] == []
        assert [worker.in_hand for worker in pool._all] == [0, 0]
    finally:
        await pool.close()


async def test_a_worker_killed_in_the_middle_of_a_photo_costs_nothing(
    tmp_path: Path, pool: WorkerPool
) -> None:
    """The photo may be innocent, so it gets a second chance in a new process."""
    photos.write(tmp_path / "a.jpg")
    await asyncio.gather(*(pool.read(tmp_path, "a.jpg") for _ in range(2)))
    before = pids(pool)
    for pid in before:
        os.kill(pid, signal.SIGSTOP)
    reading = asyncio.create_task(pool.read(tmp_path, "a.jpg"))
    await eventually(lambda: any(worker.in_hand for worker in pool._all), "the photo is with a worker")
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert isinstance(await reading, Photo)
    assert pids(pool) - before


@pytest.fixture
async def two_in_hand(
    tmp_path: Path,
) -> AsyncIterator[tuple[WorkerPool, list[asyncio.Task[Photo | Rejected]]]]:
    """A pool of one worker that has a photo in its stopped decoder and the next one prepared."""
    pool = WorkerPool(tmp_path / "previews", 1)
    for number, name in enumerate(("first", "a", "b", "c")):
        photos.write(tmp_path / f"{name}.jpg", number)
    await pool.read(tmp_path, "first.jpg")
    (worker,) = pids(pool)
    os.kill(decoder_of(worker), signal.SIGSTOP)
    reads = [asyncio.create_task(pool.read(tmp_path, name)) for name in ("a.jpg", "b.jpg")]
    await eventually(lambda: tmp_path / "b.jpg" in open_files(worker), "the next photo is open")
    yield pool, reads
    for read in reads:
        read.cancel()
    await asyncio.wait(reads)
    await pool.close()


def open_files(pid: int) -> set[Path]:
    files = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            files.add(entry.readlink())
    return files


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists a process's files")
async def test_the_next_photo_is_prepared_while_one_is_decoded(
    two_in_hand: tuple[WorkerPool, list[asyncio.Task[Photo | Rejected]]],
) -> None:
    """No more than that one, so memory and descriptors are bounded; each asker gets its own photo."""
    pool, reads = two_in_hand
    (worker,) = pids(pool)
    third = asyncio.create_task(pool.read(folder_of(pool), "c.jpg"))
    assert [read.done() for read in reads] == [False, False]
    assert folder_of(pool) / "c.jpg" not in open_files(worker)
    os.kill(decoder_of(worker), signal.SIGCONT)
    found = await asyncio.gather(*reads, third)
    assert len({photo.image_id for photo in found if isinstance(photo, Photo)}) == 3
    assert [path for path in open_files(worker) if path.suffix == ".jpg"] == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists a process's files")
async def test_only_the_photo_in_the_decoder_is_blamed_for_its_end(
    two_in_hand: tuple[WorkerPool, list[asyncio.Task[Photo | Rejected]]],
) -> None:
    pool, reads = two_in_hand
    (worker,) = pids(pool)
    with capture_logs() as lines:
        os.kill(decoder_of(worker), signal.SIGKILL)
        assert all(isinstance(photo, Photo) for photo in await asyncio.gather(*reads))
    assert [(line["event"], line["path"]) for line in lines] == [("a worker process died", "a.jpg")]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists a process's files")
async def test_a_cancelled_read_takes_no_answer_of_the_others(
    two_in_hand: tuple[WorkerPool, list[asyncio.Task[Photo | Rejected]]],
) -> None:
    """The one in the decoder goes on, and the next one gets its own."""
    pool, (first, second) = two_in_hand
    (worker,) = pids(pool)
    second.cancel()
    await asyncio.wait([second])
    third = asyncio.create_task(pool.read(folder_of(pool), "c.jpg"))
    os.kill(decoder_of(worker), signal.SIGCONT)
    one, other = await asyncio.gather(first, third)
    assert isinstance(one, Photo) and isinstance(other, Photo)
    assert other == await pool.read(folder_of(pool), "c.jpg")
    assert one == await pool.read(folder_of(pool), "a.jpg")
    assert pids(pool) == {worker}


def folder_of(pool: WorkerPool) -> Path:
    return pool._previews.parent


ENDS_AT_THE_SECOND = """#!{python}
import os, sys
if os.path.exists({count!r}):
    os.execv({python!r}, [{python!r}, *sys.argv[1:]])
open({count!r}, "w").close()
os.write(1, {ready!r})
for _ in range(3):
    os.read(0, int.from_bytes(os.read(0, 4), "big"))
os.write(1, b"\\0\\0\\0\\x0b\\x81\\xa4type\\xa4gone")
"""


async def test_a_photo_that_nobody_waits_for_any_more_is_blamed_on_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for a worker that ends over the second of three photos, whose asker has gone."""
    photos.write(tmp_path / "c.jpg")
    path = tmp_path / "program"
    path.write_text(
        ENDS_AT_THE_SECOND.format(python=sys.executable, count=str(tmp_path / "count"), ready=FRAME)
    )
    path.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(path))
    pool = WorkerPool(tmp_path / "previews", 1)
    try:
        with capture_logs() as lines:
            first = asyncio.create_task(pool.read(tmp_path, "a.jpg"))
            await eventually(lambda: len(pool._all[0]._sent) == 1, "the first is sent")
            second = asyncio.create_task(pool.read(tmp_path, "b.jpg"))
            await eventually(lambda: len(pool._all[0]._sent) == 2, "the second is sent")
            second.cancel()
            await asyncio.wait([second])
            assert isinstance(await pool.read(tmp_path, "c.jpg"), Photo)
        with pytest.raises(Vanished):
            await first
        assert [(line["event"], line["path"]) for line in lines] == [("a worker process died", "b.jpg")]
    finally:
        await pool.close()


async def test_a_photo_in_hand_at_ends_from_outside_is_tried_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a system that is out of memory, say. It may be innocent: only if it happens alone, too, is it told."""
    photos.write(tmp_path / "a.jpg")
    count = tmp_path / "count"
    killed = f"echo x >> '{count}'; printf '{READY}'; head -c 4 >/dev/null; kill -9 $$"
    monkeypatch.setattr(sys, "executable", program(tmp_path, killed))
    pool = WorkerPool(tmp_path / "previews", 1)
    try:
        answer = await pool.read(tmp_path, "a.jpg")
        assert isinstance(answer, Rejected)
        assert answer.reason == ENDED_FROM_OUTSIDE
        assert len(count.read_text().split()) == 4
        count.unlink()
        monkeypatch.undo()
        real = sys.executable
        twice = f"[ -f '{count}' ] && [ $(wc -l < '{count}') -ge 2 ] && exec '{real}' \"$@\"; {killed}"
        monkeypatch.setattr(sys, "executable", program(tmp_path, twice))
        assert isinstance(await pool.read(tmp_path, "a.jpg"), Photo)
        assert len(count.read_text().split()) == 2
    finally:
        await pool.close()


async def test_a_photo_that_kills_every_worker_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for a crashing decoder: it reports ready and dies on the first photo."""
    photos.write(tmp_path / "a.jpg")
    monkeypatch.setattr(sys, "executable", program(tmp_path, f"printf '{READY}'; head -c 4 >/dev/null"))
    pool = WorkerPool(tmp_path / "previews", 1)
    try:
        answer = await pool.read(tmp_path, "a.jpg")
        assert isinstance(answer, Rejected)
        assert "twice" in answer.reason
        assert answer.size == (tmp_path / "a.jpg").stat().st_size
        monkeypatch.undo()
        assert isinstance(await pool.read(tmp_path, "a.jpg"), Photo)
    finally:
        await pool.close()


@pytest.mark.parametrize("broken", ["exit 1", None], ids=["ends at once", "is not there"])
async def test_that_no_worker_starts_is_no_photos_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str | None
) -> None:
    """A rejected photo is not opened again until it changes, while a machine out of memory may recover tomorrow."""
    photos.write(tmp_path / "a.jpg")
    bad = program(tmp_path, broken) if broken else str(tmp_path / "nothing")
    monkeypatch.setattr(sys, "executable", bad)
    pool = WorkerPool(tmp_path / "previews", 1)
    try:
        with pytest.raises(NoWorker):
            await pool.read(tmp_path, "a.jpg")
        monkeypatch.undo()
        assert isinstance(await pool.read(tmp_path, "a.jpg"), Photo)
    finally:
        await pool.close()


def program(folder: Path, shell: str) -> str:
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{shell}\n")
    path.chmod(0o755)
    return str(path)


async def test_names_that_are_not_utf8_reach_the_worker(tmp_path: Path, pool: WorkerPool) -> None:
    root = Path(os.fsdecode(os.fsencode(tmp_path) + b"/f\xfcr"))
    photos.write(root / os.fsdecode(b"caf\xe9.jpg"))
    assert isinstance(await pool.read(root, to_text(os.fsdecode(b"caf\xe9.jpg"))), Photo)


async def test_workers_end_when_the_gateway_is_killed(tmp_path: Path) -> None:
    """Their stdin closes with it; the kill leaves no chance to run a handler."""
    photos.write(tmp_path / "a.jpg")
    gateway = await asyncio.create_subprocess_exec(
        sys.executable, "-c", GATEWAY, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert gateway.stdout
    worker = int(await gateway.stdout.readline())
    decoder = decoder_of(worker) if sys.platform == "linux" else worker
    assert alive(worker) and alive(decoder)
    gateway.kill()
    await gateway.wait()
    await eventually(lambda: not alive(worker) and not alive(decoder), "the worker and its decoder are gone")


GATEWAY = """
import asyncio, pathlib, sys
from services.gateway.workers.pool import WorkerPool

async def main():
    folder = pathlib.Path(sys.argv[1])
    pool = WorkerPool(folder / "previews", 1)
    await pool.read(folder, "a.jpg")
    print(pool._all[0]._process.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_previews_folder_that_can_not_be_written_is_not_the_photos_fault(tmp_path: Path) -> None:
    (tmp_path / "previews").write_text("a file stands where the folder should be")
    photos.write(tmp_path / "a.jpg")
    pool = WorkerPool(tmp_path / "previews", 1)
    try:
        with pytest.raises(PreviewNotWritten):
            await pool.read(tmp_path, "a.jpg")
    finally:
        await pool.close()


@pytest.mark.parametrize(("memory", "is_shown"), [(90 << 20, False), (1 << 30, True)])
async def test_a_picture_beyond_the_memory_limit_is_tried_alone_with_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory: int, is_shown: bool
) -> None:
    """Thirty-six million pixels of four bytes don't fit into the hundred megabytes that a worker has here."""
    from PIL import Image

    monkeypatch.setattr(sandbox, "MEMORY", 100 << 20)
    Image.new("RGBA", (6000, 6000)).save(tmp_path / "huge.png", compress_level=1)
    pool = WorkerPool(tmp_path / "previews", 1, memory_alone=memory)
    try:
        answer = await pool.read(tmp_path, "huge.png")
        assert isinstance(answer, Photo) is is_shown
        assert is_shown or (isinstance(answer, Rejected) and "memory" in answer.reason)
        photos.write(tmp_path / "good.jpg")
        assert isinstance(await pool.read(tmp_path, "good.jpg"), Photo)
    finally:
        await pool.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux sets the limits of another process")
async def test_metadata_that_a_worker_has_no_memory_for_is_read_by_the_next(tmp_path: Path) -> None:
    """Memory left over from earlier photos must cost no photo its date. The first worker has 60 MB left; the
    sensitivity is four million numbers, or 144 MB."""
    import resource

    tags = photos.exif()
    base = ExifTags.Base
    tags[ExifTags.IFD.Exif] = {
        base.DateTimeOriginal: "2017:08:11 10:09:53",
        base.ISOSpeedRatings: (4660,) * 4_000_000,
    }
    photos.write(tmp_path / "a.jpg")
    (tmp_path / "b.png").write_bytes(photos.encoded(photos.picture(1), "PNG", exif=tags))
    pool = WorkerPool(tmp_path / "previews", 1)
    try:
        await pool.read(tmp_path, "a.jpg")
        (first,) = pids(pool)
        decoder = decoder_of(first)
        limit = (address_space(decoder) + 60_000_000, resource.RLIM_INFINITY)
        resource.prlimit(decoder, resource.RLIMIT_AS, limit)
        photo = await pool.read(tmp_path, "b.png")
        assert isinstance(photo, Photo)
        assert (photo.facts.taken_at, photo.facts.iso) == ("2017-08-11T10:09:53", 4660)
        assert pids(pool) != {first}
    finally:
        await pool.close()


def address_space(pid: int) -> int:
    """In bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * os.sysconf("SC_PAGESIZE")


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
