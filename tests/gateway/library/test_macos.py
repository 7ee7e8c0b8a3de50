"""What macOS lacks costs no photo: simulated, as there is no Mac here (tests/support/a_mac)."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from services.gateway.reading import sandbox
from services.gateway.reading.photo import Photo
from services.gateway.workers import notice, process
from services.gateway.workers.pool import WorkerPool
from tests.support import kinds, photos
from tests.support.album import Service
from tests.support.films import made as film
from tests.support.waiting import PATIENCE_S, eventually

A_MAC = Path(__file__).parents[2] / "support/a_mac"


@pytest.fixture
async def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WorkerPool]:
    """Of processes on a Mac."""
    here = process.environment

    def there() -> dict[str, str]:
        return here() | {"PYTHONPATH": f"{A_MAC}{os.pathsep}{here()['PYTHONPATH']}"}

    monkeypatch.setattr(process, "environment", there)
    process._tell_once.cache_clear()
    workers = WorkerPool(tmp_path / "previews", 1)
    yield workers
    await workers.close()
    process._tell_once.cache_clear()


async def test_photos_are_scanned_where_memory_has_no_limit(tmp_path: Path, pool: WorkerPool) -> None:
    """It is said, once, however many processes start."""
    for name, content in kinds.SHOWN.items():
        (tmp_path / name).write_bytes(content())
    (tmp_path / "a.mp4").write_bytes(film([kinds.SCENE]))
    with capture_logs() as lines:
        for name in (*kinds.SHOWN, "a.mp4"):
            assert isinstance(await pool.read(tmp_path, name), Photo), name
        await pool._all[0].end()
        assert isinstance(await pool.read(tmp_path, "a.mp4"), Photo)
    assert [line["reason"] for line in lines if line["log_level"] == "warning"] == [process.MEMORY_UNLIMITED]


async def test_doctor_says_what_does_not_hold(pool: WorkerPool) -> None:
    found = await pool.confinement()
    assert set(found.missing) == {*(sandbox.LITTLE_MEMORY, sandbox.CALLS, sandbox.PATHS, sandbox.NAMESPACES)}
    assert notice.in_words(found) == f"{notice.NOT_CONFINED} {process.MEMORY_UNLIMITED}"


@pytest.mark.parametrize("refusal", [ValueError("current limit exceeds maximum limit"), OSError(22, "no")])
def test_the_limits_that_are_not_refused_hold(monkeypatch: pytest.MonkeyPatch, refusal: Exception) -> None:
    held: dict[int, int] = {}

    def setrlimit(which: int, limits: tuple[int, int]) -> None:
        if which == resource.RLIMIT_AS:
            raise refusal
        held[which] = limits[0]

    monkeypatch.setattr(resource, "setrlimit", setrlimit)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert sandbox.limit() == [sandbox.LITTLE_MEMORY]
    assert held == {resource.RLIMIT_FSIZE: sandbox.FILE_SIZE, resource.RLIMIT_CORE: 0}


def test_folders_are_listed_there(tmp_path: Path) -> None:
    """The listing's process, which also has no parent to die with."""
    photos.write(tmp_path / "pictures/a.jpg")
    program = """
import os, sys
import msgspec
from services.gateway.listing.messages import Listing
from services.gateway.listing.process import items
from services.gateway.reading.suffixless import Suffixless
from services.inference.lanes import lane_count
assert sys.platform == "darwin" and lane_count() >= 1
listing = Listing(os.fsencode(sys.argv[1]), [], [], os.fsencode(sys.argv[2]))
print([p.name for one in items(listing, Suffixless()) for p in getattr(one, "pictures", [])])
"""
    ran = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "pictures"), str(tmp_path / "previews")],
        env={**os.environ, "PYTHONPATH": f"{A_MAC}{os.pathsep}{process.REPOSITORY}"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert ran.stdout == "['a.jpg']\n", ran.stderr


async def test_an_album_starts_there(tmp_path: Path) -> None:
    """The gateway is on a Mac, the processes that it starts are not. Of what is missing, one thing is said."""
    photos.write(tmp_path / "pictures/a.jpg")
    service = Service(
        *("up", tmp_path / "pictures", "--data", tmp_path / "data"),
        *("--port", "0", "--no-browser", "--no-classify"),
        log=tmp_path / "stderr",
        PYTHONPATH=f"{A_MAC}{os.pathsep}{process.REPOSITORY}",
    )

    def scanned() -> bool:
        assert service.running, service.errors()
        return "1 photo" in service.printed()

    try:
        await eventually(scanned, "the photo is there")
    finally:
        assert service.stop() == 0
    assert service.errors() == ""
    logged = (tmp_path / "data/run/albumen.log").read_text().splitlines()
    (warning,) = [line for line in logged if "[warning" in line or "[error" in line]
    assert "photos are opened without a sandbox" in warning
