"""Each state of the program and its machine that is reported: made for real, seen, and gone once this is fixed."""

import asyncio
import fcntl
import os
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from services.domain.albums.events import AlbumCreated
from services.domain.words import Number
from services.gateway.health import folders, projection, services, watch
from services.gateway.health.clock import FORGET_S, Clock
from services.gateway.health.condition import Condition
from services.gateway.health.folders import Folders
from services.gateway.health.projection import Projection
from services.gateway.health.services import LOADING_S, Services
from services.gateway.health.storage import FULL, LOW, Storage
from services.gateway.running import scanning
from services.gateway.tables.pool import Views
from services.gateway.workers.pool import WorkerPool
from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.bus.patience import CLOSE_S
from services.kernel.bus.topology import CLASSIFY_BULK
from services.kernel.paths import preview_path
from services.kernel.settings import Settings
from services.projector import runner
from tests.support import archives, photos
from tests.support.log import records
from tests.support.stack import Stack, stack, with_photos
from tests.support.waiting import eventually


def codes(conditions: Collection[Condition]) -> list[str]:
    return [condition.code for condition in conditions]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    one = Settings(data=tmp_path / "data", previews=tmp_path / "data" / "previews", workers=1)
    one.data.mkdir()
    return one


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "EVERY_S", 0.05)
    for module in (projection, services):
        monkeypatch.setattr(module, "LASTING_S", 0.2)
    monkeypatch.setattr(projection, "STARTING_S", 0.0)


def test_everything_shows_within_ten_seconds() -> None:
    """The longest: a state begins just after a check, must last, and a page's line is sent once a second."""
    assert 2 * watch.EVERY_S + projection.LASTING_S + 1.0 < 10.0
    assert services.LASTING_S <= projection.LASTING_S
    assert watch.EVERY_S + services.SILENT_BROKER_S + CLOSE_S + 1.0 < 10.0, (
        "more than LASTING_S has passed then"
    )
    assert watch.EVERY_S + folders.HANGING_S + 1.0 < 10.0


class Disk:
    """What the system says of the disk; as in reality but for what a test sets."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.values: dict[str, int] = {}
        real = os.statvfs

        def statvfs(path: Any) -> Any:
            seen = real(path)
            plenty = {"f_bavail": (LOW << 4) // seen.f_frsize, "f_flag": 0}
            return SimpleNamespace(
                **{name: getattr(seen, name) for name in dir(seen) if name.startswith("f_")}
                | plenty
                | self.values
            )

        monkeypatch.setattr(os, "statvfs", statvfs)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"f_bavail": FULL - 1, "f_frsize": 1}, ["disk_full"]),
        ({"f_bavail": FULL, "f_frsize": 1}, ["disk_low"]),
        ({"f_bavail": LOW - 1, "f_frsize": 1}, ["disk_low"]),
        ({"f_bavail": LOW, "f_frsize": 1}, []),
        ({"f_files": 100, "f_favail": 0}, ["disk_full"]),
        ({"f_files": 0, "f_favail": 0}, []),
        ({"f_flag": os.ST_RDONLY}, ["read_only"]),
    ],
)
async def test_a_disk(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, values: dict[str, int], code: list[str]
) -> None:
    disk, check = Disk(monkeypatch), Storage(settings)
    assert codes(await check.ask()) == []
    disk.values = values
    assert codes(await check.ask()) == code
    disk.values = {}
    assert codes(await check.ask()) == []


@pytest.mark.parametrize("path", [".", "run", "views", "previews", "events.db", "events.db-wal"])
async def test_permission_lost(settings: Settings, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """Root may write anywhere, so the system's answer is replaced."""
    for folder in ("run", "views", "previews"):
        (settings.data / folder).mkdir()
    for name in ("events.db", "events.db-wal"):
        (settings.data / name).touch()
    check, lost = Storage(settings), {settings.data / path}
    monkeypatch.setattr(os, "access", lambda asked, mode: Path(asked) not in lost)
    (condition,) = await check.ask()
    assert condition.code == "read_only" and "Permission denied" in str(condition.problem.values["why"])
    lost.clear()
    assert codes(await check.ask()) == []


async def test_the_data_folder_is_gone(settings: Settings) -> None:
    check = Storage(settings)
    settings.data.rename(settings.data.with_name("elsewhere"))
    assert codes(await check.ask()) == ["data_gone"]
    settings.data.with_name("elsewhere").rename(settings.data)
    assert codes(await check.ask()) == []


@pytest.mark.usefixtures("quick")
async def test_no_projector(settings: Settings) -> None:
    async with stack(settings, projector=False) as running:
        await eventually(lambda: "projector_down" in codes(running.gateway.health.conditions), "it is missed")
        assert (await running.client.get("/readyz")).status_code == 503
        stop = asyncio.Event()
        projecting = asyncio.create_task(runner.run(running.broker, settings, stop))
        await eventually(lambda: not running.gateway.health.conditions, "it is back")
        stop.set()
        await projecting


@pytest.mark.usefixtures("quick")
async def test_a_projector_that_hangs(settings: Settings) -> None:
    """It holds its lock and does nothing. While there is nothing to do, that is no fault."""
    async with stack(settings, projector=False) as running:
        settings.run.mkdir(exist_ok=True)
        with (settings.run / "projector.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            check = Projection(settings, running.gateway.events, running.gateway.views)
            assert await check.ask() == []
            await running.gateway.events.append(records([AlbumCreated(album_id="a", name="A")]))

            async def behind() -> bool:
                return codes(await check.ask()) == ["projector_behind"]

            await eventually(behind, "it is behind")
            (condition,) = await check.ask()
            assert condition.problem.values["number"] == Number(1)


async def test_damaged_tables(tmp_path: Path) -> None:
    """They are remembered as damaged until other tables take their place."""
    for name in ("one", "two"):
        with sqlite3.connect(tmp_path / name) as db:
            db.execute("CREATE TABLE t (x)")
            db.executemany("INSERT INTO t VALUES (?)", [("x" * 1_000,)] * 100)
            db.commit()
        db.close()
    with (tmp_path / "one").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 40_000)
    (tmp_path / "current").write_text("one")
    views = Views(tmp_path)
    try:
        before = views.damage
        with pytest.raises(sqlite3.DatabaseError):
            await views.fetch("SELECT count(x) FROM t")
        assert before is None and "malformed" in (views.damage or "")
        (tmp_path / "next").write_text("two")
        (tmp_path / "next").replace(tmp_path / "current")
        assert await views.fetch("SELECT count(x) FROM t") == [(100,)]
        assert views.damage is None
    finally:
        await views.close()


@pytest.fixture
async def broker() -> AsyncIterator[EmbeddedBroker]:
    one = EmbeddedBroker()
    yield one
    await one.close()


async def test_no_classifier(broker: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "LASTING_S", 0.01)
    check = Services(broker)

    async def says(*wanted: str) -> bool:
        return codes(await check.ask()) == [*wanted]

    await eventually(lambda: says("workers_missing"), "none is there")
    async with broker.consume(CLASSIFY_BULK, 1):
        assert await check.ask() == []
    await eventually(lambda: says("workers_missing"), "it has gone")
    await broker.close()
    await eventually(lambda: says("broker_away"), "the broker is away, so who else is missing is unknown")


class Silent(EmbeddedBroker):
    """Holds the connection, and answers nothing."""

    async def consumers(self, queue: str) -> int:
        await asyncio.Event().wait()
        return 0


async def test_a_broker_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "SILENT_BROKER_S", 0.05)
    monkeypatch.setattr(services, "LASTING_S", 0.01)
    broker = Silent()
    assert broker.connected
    assert codes(await Services(broker).ask()) == ["broker_away"]
    await broker.close()


async def test_the_first_classifier_may_take_its_time(
    broker: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr(services, "time", SimpleNamespace(monotonic=lambda: now))
    check = Services(broker, {"inference": None})
    assert await check.ask() == []
    now += services.LASTING_S + 1
    assert codes(await check.ask()) == ["workers_starting"]
    now += LOADING_S - 1
    assert codes(await check.ask()) == ["workers_starting"]
    now += services.LASTING_S
    assert codes(await check.ask()) == ["workers_missing"]
    async with broker.consume(CLASSIFY_BULK, 1):
        assert await check.ask() == []
    now += services.LASTING_S + 1
    assert codes(await check.ask()) == ["workers_missing"], "it has loaded and is gone"


async def test_a_classifier_that_dies_as_it_starts_is_missed_at_once(
    broker: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr(services, "time", SimpleNamespace(monotonic=lambda: now))
    ended: dict[str, float | None] = {"inference": None}
    check = Services(broker, ended)
    now += 1
    ended["inference"] = now
    now += services.LASTING_S
    assert await check.ask() == []
    now += watch.EVERY_S
    assert codes(await check.ask()) == ["workers_missing"]


async def test_a_projector_that_starts_and_one_that_dies_as_it_starts(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stack(settings, projector=False) as running:
        now, ended = 1_000.0, dict[str, float | None](projector=None)
        monkeypatch.setattr(projection, "time", SimpleNamespace(monotonic=lambda: now))
        starting = Projection(settings, running.gateway.events, running.gateway.views, ended)
        dying = Projection(settings, running.gateway.events, running.gateway.views, ended_early := {**ended})
        assert await starting.ask() == []
        now += projection.LASTING_S + 1
        ended_early["projector"] = now - projection.LASTING_S - 0.5
        assert codes(await starting.ask()) == ["projector_starting"]
        assert codes(await dying.ask()) == ["projector_down"]
        now += projection.STARTING_S
        assert codes(await starting.ask()) == ["projector_down"]


class Time:
    """A wall clock that can be set, and one that can't."""

    def __init__(self) -> None:
        self.wall_s, self.steady_s, self.recorded_s = 2_000_000_000.0, 50.0, 0.0

    def passes(self, seconds: float) -> None:
        self.wall_s += seconds
        self.steady_s += seconds

    async def recorded(self) -> int:
        return int(self.recorded_s * 1_000_000)

    def clock(self) -> Clock:
        return Clock(self.recorded, lambda: int(self.wall_s * 1_000_000), lambda: self.steady_s)


async def test_the_clock_goes_back() -> None:
    time = Time()
    clock = time.clock()
    assert await clock.ask() == []
    time.passes(10)
    assert await clock.ask() == []
    time.wall_s -= 3
    assert await clock.ask() == [], "time servers do that"
    time.wall_s -= 3_600
    assert codes(await clock.ask()) == ["clock_back"]
    time.passes(100)
    assert codes(await clock.ask()) == ["clock_back"], "it lasts"
    time.wall_s += 3_603
    assert await clock.ask() == [], "it was set right"


async def test_a_clock_that_stays_back_is_believed_after_a_while() -> None:
    time = Time()
    clock = time.clock()
    await clock.ask()
    time.wall_s -= 10 * 365 * 86_400
    assert codes(await clock.ask()) == ["clock_back"]
    time.passes(FORGET_S + 1)
    assert await clock.ask() == []


async def test_the_clock_is_behind_the_log() -> None:
    """Set back while Albumen was not running."""
    time = Time()
    clock = time.clock()
    time.recorded_s = time.wall_s + 3_600
    assert codes(await clock.ask()) == ["clock_back"]
    time.recorded_s = time.wall_s
    assert await clock.ask() == []


async def test_a_clock_that_goes_forward_is_no_fault() -> None:
    time = Time()
    clock = time.clock()
    await clock.ask()
    time.wall_s += 86_400
    assert await clock.ask() == []


async def test_a_photo_folder_is_away(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    check = Folders([str(one), str(two)])
    assert await check.ask() == []
    two.rename(tmp_path / "elsewhere")
    (condition,) = await check.ask()
    assert (condition.code, condition.grave) == ("photos_away", False)
    assert condition.problem.values["folder"] == str(two)
    two.touch()
    assert codes(await check.ask()) == ["photos_away"], "a file is no folder"
    two.unlink()
    (tmp_path / "elsewhere").rename(two)
    assert await check.ask() == []


async def test_an_archive_given_as_a_photo_folder_is_away(tmp_path: Path) -> None:
    archive = archives.packed(tmp_path / "takeout.zip", {})
    check = Folders([str(archive)])
    assert await check.ask() == []
    archive.unlink()
    assert codes(await check.ask()) == ["photos_away"]


async def test_a_folder_that_does_not_answer_keeps_one_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a network mount whose server is gone."""
    monkeypatch.setattr(folders, "HANGING_S", 0.01)
    server, asked = threading.Event(), list[str]()
    real = os.scandir

    def scandir(path: Any) -> Any:
        asked.append(path)
        server.wait()
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    check = Folders([str(tmp_path)])
    try:
        for _ in range(5):
            assert codes(await check.ask()) == ["photos_away"]
        assert len(asked) == 1
        server.set()

        async def well() -> bool:
            return await check.ask() == []

        await eventually(well, "the server is back")
    finally:
        server.set()


async def fill(running: Stack) -> list[int]:
    """Let the log grow no further, as on a full disk, and give commands until one is refused; returns all statuses."""
    log = running.gateway.events
    (pages,) = (await log._in_thread(log._db.execute, "PRAGMA page_count")).fetchone()
    await log._in_thread(log._db.execute, f"PRAGMA max_page_count = {pages}")
    statuses = [202]
    while statuses[-1] == 202 and len(statuses) < 300:
        answer = await running.post("create-album", {"name": f"{len(statuses)}" * 60})
        statuses.append(answer.status_code)
    assert statuses[-1] == 503
    assert "The disk is full" in answer.json()["detail"] and "Free some space" in answer.json()["detail"]
    return statuses[1:]


async def make_room(running: Stack) -> None:
    log = running.gateway.events
    await log._in_thread(log._db.execute, "PRAGMA max_page_count = 1000000")


@pytest.mark.usefixtures("quick")
async def test_a_disk_that_is_full_when_a_command_comes(settings: Settings) -> None:
    """Refused with words and 503, never 500; accepted again by itself once there is room."""
    async with stack(settings) as running:
        await running.done("create-album", {"name": "Before"})
        statuses = await fill(running)
        assert len(await running.events(AlbumCreated)) == 1 + statuses.count(202)
        await eventually(lambda: "log_failing" in codes(running.gateway.health.conditions), "it is said")
        assert (await running.client.get("/readyz")).status_code == 503
        async with running.browser() as browser:
            assert "The disk is full" in (await browser.get("/albums")).text
        await make_room(running)
        await eventually(lambda: not running.gateway.health.conditions, "this is fixed without a command")
        assert (await running.post("create-album", {"name": "After"})).status_code == 202


@pytest.mark.usefixtures("quick")
async def test_a_disk_that_is_full_during_a_scan(album: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scan waits and says so; no photo is blamed for it."""
    monkeypatch.setattr(scanning, "WAITS_S", 0.2)
    opened, read = asyncio.Event(), WorkerPool.read

    async def later(pool: WorkerPool, root: Path, path: str) -> Any:
        await opened.wait()
        return await read(pool, root, path)

    monkeypatch.setattr(WorkerPool, "read", later)
    async with stack(album) as running:
        assert (await running.post("scan")).status_code == 202
        await eventually(lambda: running.gateway.scanning.scanning, "it runs")
        await fill(running)
        opened.set()

        async def waits() -> bool:
            return await note(running) == "Waiting until the log can be written to."

        await eventually(waits, "it says so")
        await make_room(running)

        async def ended() -> bool:
            jobs = (await running.client.get("/api/jobs")).json()
            return [(job["status"], job["done"], job["failed"]) for job in jobs] == [("done", 1, 0)]

        await eventually(ended, "it is done")


async def note(running: Stack) -> str:
    jobs = (await running.client.get("/api/jobs")).json()
    return next((job["note"] or "" for job in jobs if job["status"] == "running"), "")


@pytest.fixture
async def album(settings: Settings, tmp_path: Path) -> Settings:
    photos.write(tmp_path / "photos" / "a.jpg")
    return with_photos(settings, tmp_path / "photos")


@pytest.mark.usefixtures("quick")
async def test_previews_that_can_not_be_written(album: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file stands where their folder should be. The scan says why it waits, and continues once that is mended."""
    monkeypatch.setattr(scanning, "WAITS_S", 3_600.0)
    album.previews.write_text("no folder")
    async with stack(album) as running:
        assert (await running.post("scan")).status_code == 202
        await eventually(lambda: "previews_failing" in codes(running.gateway.health.conditions), "it is said")
        reason = f"Previews can't be written to {album.previews}: "
        assert (await note(running)).startswith(reason)
        (condition,) = (await running.client.get("/readyz")).json()["conditions"]
        assert condition["problem"].startswith(reason)
        album.previews.unlink()
        await eventually(lambda: not running.gateway.health.conditions, "this is fixed")

        async def ended() -> bool:
            return bool((await running.client.get("/api/jobs")).json()[0]["status"] == "done")

        await eventually(ended, "the scan is done")
        assert (await running.get("/api/images"))["total"] == 1


@pytest.mark.usefixtures("quick")
async def test_processes_that_open_photos_do_not_start(
    album: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(scanning, "WAITS_S", 0.1)
    async with stack(album) as running:
        executable = sys.executable
        monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
        assert (await running.post("scan")).status_code == 202
        await eventually(lambda: "decoders_failing" in codes(running.gateway.health.conditions), "it is said")
        assert (await note(running)).startswith("The program that opens photos does not start (")
        monkeypatch.setattr(sys, "executable", executable)
        await eventually(lambda: not running.gateway.health.conditions, "this is fixed")


async def test_a_scan_says_what_it_waits_for(album: Settings) -> None:
    """For another scan, or for the read tables."""
    async with stack(album) as running:
        scans = running.gateway.scanning
        assert scans.waits_for("a") == "Waiting for its turn."
        async with AsyncExitStack() as undo:
            undo.callback(setattr, scans, "current", scans.current)
            scans.current = SimpleNamespace(job_id="b", counts=SimpleNamespace(added=0))  # type: ignore[assignment]
            assert scans.waits_for("a") == "Waiting for the scan before it."
    async with stack(album, projector=False) as running:
        await running.gateway.events.append(records([AlbumCreated(album_id="a", name="A")]))
        running.gateway.scanning.wake()
        wanted = "Waiting until the pages have caught up with the log."
        await eventually(lambda: running.gateway.scanning.waits_for("a") == wanted, "it says so")


async def test_a_preview_says_the_disks_reason(album: Settings) -> None:
    """Not that there is no copy of the photo."""
    async with stack(album) as running:
        await running.done("scan")
        (image,) = (await running.get("/api/images"))["items"]
        path = preview_path(album.previews, image["id"])
        path.unlink()
        path.parent.rmdir()
        path.parent.write_text("no folder")
        answer = await running.client.get(image["preview_url"])
        assert answer.status_code == 503
        assert answer.json()["detail"].startswith(f"Previews can't be written to {album.previews}: ")
        path.parent.unlink()
        assert (await running.client.get(image["preview_url"])).status_code == 200
