"""The process that lists photo folders: it may take its time, end or be ended, and the gateway goes on."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.gateway.listing import lister as module
from services.gateway.listing.found import LeftOut, Passed, Problem, Unused
from services.gateway.listing.lister import Lister
from services.gateway.listing.messages import IN_A_PART, Listed, Pictures
from services.gateway.queries.known import KnownFiles
from services.gateway.queries.reads import FileRow
from services.gateway.workers.pool import NoWorker
from tests.support.waiting import eventually


@pytest.fixture
async def lister(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lister]:
    one = Lister(tmp_path_factory.mktemp("previews"))
    yield one
    await one.end()


def before(*paths: str) -> KnownFiles:
    return KnownFiles({path: FileRow("a" * 32, 1, 1) for path in paths}, {})


async def listed(lister: Lister, root: Path, known: tuple[str, ...] = ()) -> list[Listed]:
    return [item async for item in lister.items(root, before(*known), [])]


async def test_whatever_a_walk_finds_is_told(tmp_path: Path, lister: Lister) -> None:
    root = Path(os.fsdecode(os.fsencode(tmp_path) + b"/f\xfcr"))
    for folder in ("a", "unused"):
        (root / folder).mkdir(parents=True)
    (root / "a" / os.fsdecode(b"\xff.jpg")).write_bytes(b"x")
    (root / "a/b.jpg").write_bytes(b"x")
    (root / "a/b.jpg.json").write_text("{}")
    (root / "a/metadata.json").write_text("{}")
    (root / "a/old.7z").write_bytes(b"x")
    (root / "unused/.albumenignore").mkdir()
    (root / "a/known").write_bytes(b"no longer a photo")
    items = await listed(lister, root, ("a/known", "a/b.jpg"))
    (pictures,) = [item for item in items if isinstance(item, Pictures)]
    assert (pictures.folder, pictures.last) == ("a", True)
    assert [one.path for one in pictures.pictures] == ["a/b.jpg", "a/known", "a/\uf7ff.jpg"]
    assert {name: [one.path for one in own] for name, own in pictures.sidecars.items()} == {
        "b.jpg": ["a/b.jpg.json"]
    }
    assert [one.path for one in pictures.albums] == ["a/metadata.json"]
    assert [item for item in items if isinstance(item, Passed)] == [Passed("a/old.7z", "archive")]
    assert [item.folder for item in items if isinstance(item, Unused)] == ["unused"]
    assert [type(item) for item in await listed(lister, root / "gone")] == [Problem]


async def test_a_large_folder_comes_in_parts_each_with_its_own_sidecars(
    tmp_path: Path, lister: Lister
) -> None:
    count = IN_A_PART * 2 + 1
    for number in range(count):
        (tmp_path / f"{number:05}.jpg").touch()
        (tmp_path / f"{number:05}.jpg.json").touch()
    (tmp_path / "metadata.json").touch()
    parts = await listed(lister, tmp_path)
    assert all(isinstance(part, Pictures) for part in parts)
    pictures = [part for part in parts if isinstance(part, Pictures)]
    assert [len(part.pictures) for part in pictures] == [IN_A_PART, IN_A_PART, 1]
    assert [part.last for part in pictures] == [False, False, True]
    assert [len(part.albums) for part in pictures] == [0, 0, 1]
    assert all([*part.sidecars] == [one.name for one in part.pictures] for part in pictures)


async def test_one_process_serves_scan_after_scan_until_it_has_been_idle_for_long(
    tmp_path: Path, lister: Lister, monkeypatch: pytest.MonkeyPatch
) -> None:
    await listed(lister, tmp_path)
    first = lister._process
    assert first
    monkeypatch.setattr(module, "KEPT_S", 0.0)
    await listed(lister, tmp_path)
    await eventually(lambda: lister._process is None and first.returncode is not None, "it has ended")
    await listed(lister, tmp_path)


async def test_one_that_is_killed_between_scans_is_started_again(tmp_path: Path, lister: Lister) -> None:
    await listed(lister, tmp_path)
    first = lister._process
    assert first
    first.kill()
    await first.wait()
    assert await listed(lister, tmp_path) == []


async def test_one_that_ends_midway_is_no_folder_without_photos(tmp_path: Path, lister: Lister) -> None:
    """Else all that it had yet to tell would be taken for missing."""
    for number in range(40):
        (tmp_path / f"{number}").mkdir()
        for picture in range(IN_A_PART):
            (tmp_path / f"{number}/{picture}.jpg").touch()
    with pytest.raises(NoWorker):
        async for _ in lister.items(tmp_path, before(), []):
            assert lister._process
            lister._process.kill()
    assert len(await listed(lister, tmp_path)) == 40


BUSY = "\n".join(f"*{number:06}*{'a*' * 20}b" for number in range(1_900))


def processor_time(pid: int) -> float:
    """Seconds that another process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells another process's time")
async def test_rules_that_take_for_ever_hold_up_nothing_and_can_be_stopped(
    tmp_path: Path, lister: Lister
) -> None:
    """Thousands of lines and of long names: minutes of work, in which this process is free."""
    (tmp_path / ".albumenignore").write_text(BUSY)
    for number in range(2_000):
        (tmp_path / f"{'a' * 200}{number}.jpg").touch()
    scan = asyncio.create_task(listed(lister, tmp_path))
    await eventually(lambda: lister._process is not None, "it is started")
    process = lister._process
    assert process
    pid, before = process.pid, time.process_time()
    await eventually(lambda: processor_time(pid) > 1.0, "it is at work")
    assert not scan.done()
    assert time.process_time() - before < 0.5, "the work is done elsewhere"
    scan.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await scan
    assert process.returncode == -signal.SIGKILL


async def test_a_pipe_in_the_place_of_an_ignore_file_is_not_waited_for(
    tmp_path: Path, lister: Lister
) -> None:
    os.mkfifo(tmp_path / ".albumenignore")
    os.mkfifo(tmp_path / "a.jpg")
    (tmp_path / "b.jpg").touch()
    (pictures,) = await listed(lister, tmp_path)
    assert isinstance(pictures, Pictures)
    assert [one.path for one in pictures.pictures] == ["b.jpg"]


async def test_what_other_programs_keep_is_told_as_left_out(tmp_path: Path, lister: Lister) -> None:
    (tmp_path / "Catalog Previews.lrdata").mkdir()
    assert await listed(lister, tmp_path) == [LeftOut("Catalog Previews.lrdata")]
