"""What `albumen up` shows on a terminal: its address, progress, results and what is wrong; its log is a file."""

import os
import pty
import re
import select
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.support import photos
from tests.support.album import Service, environment
from tests.support.waiting import PATIENCE_S, eventually

LOGGED = re.compile(r"\[(info|warning|error) ")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(3):
        photos.write(tmp_path / f"photos/{number}.jpg", number)
    (tmp_path / "photos/broken.jpg").write_bytes(b"\xff\xd8\xff but no photo")
    return tmp_path / "photos"


@pytest.fixture
def up(tmp_path: Path, folder: Path) -> Iterator[Service]:
    options = ("--data", tmp_path / "data", "--port", "0", "--no-browser")
    service = Service("up", folder, *options, log=tmp_path / "stderr")
    yield service
    service.stop()


@pytest.fixture
async def client(up: Service) -> AsyncIterator[httpx.AsyncClient]:
    def listening() -> bool:
        assert up.running, up.errors()
        return up.url is not None

    await eventually(listening, "it listens")
    async with httpx.AsyncClient(base_url=up.url or "", timeout=PATIENCE_S, trust_env=False) as client:
        yield client


async def test_results_are_told_and_the_log_is_a_file(
    tmp_path: Path, up: Service, client: httpx.AsyncClient
) -> None:
    def told() -> bool:
        return "classified" in up.printed()

    await eventually(told, "it says that photos are classified")
    log = tmp_path / "data/run/albumen.log"
    assert up.printed().splitlines() == [
        f"Albumen: {up.url}",
        f"Ctrl-C stops it. Its log: {log}",
        f"3 photos; 1 could not be read: {up.url}jobs",
        "3 photos classified",
    ]
    assert up.errors() == ""
    logged = log.read_text()
    assert "read tables" in logged, "the projector's"
    assert LOGGED.search(logged)

    photos.write(tmp_path / "photos/another.jpg", 99)
    await client.post("/commands/scan", json={})
    await eventually(lambda: "4 photos; 1 could not" in up.printed(), "new numbers are told")
    await eventually(lambda: "\n1 photo classified\n" in up.printed(), "so is what was new")


async def test_what_is_wrong_is_told_once_each_time(
    tmp_path: Path, up: Service, client: httpx.AsyncClient
) -> None:
    async def away() -> bool:
        return "photos_away" in [one["code"] for one in (await client.get("/readyz")).json()["conditions"]]

    async def there() -> bool:
        return not await away()

    def told(times: int) -> bool:
        return up.printed().count("can't be read") == times

    await eventually(lambda: "3 photos;" in up.printed(), "the scan has ended")
    for times in (1, 2):
        (tmp_path / "photos").rename(tmp_path / "elsewhere")
        await eventually(away, "the folder is away")
        await eventually(partial(told, times), "that is told")
        (tmp_path / "elsewhere").rename(tmp_path / "photos")
        await eventually(there, "it is there again")
        assert told(times)
    assert f"The photo folder {tmp_path / 'photos'} can't be read" in up.printed()
    assert up.errors() == ""


def test_an_error_at_the_start_is_on_the_terminal(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/events.db").write_bytes(b"no database, but long enough to be looked at" * 100)
    service = Service("up", folder, "--data", tmp_path / "data", "--port", "0", log=tmp_path / "stderr")
    assert service.process.wait(PATIENCE_S) == 2
    assert "events.db is not an Albumen log" in service.errors()


async def test_verbose_logs_to_the_terminal(tmp_path: Path, folder: Path) -> None:
    options = ("--data", tmp_path / "data", "--port", "0", "--no-browser", "--no-classify", "--verbose")
    service = Service("up", folder, *options, log=tmp_path / "stderr")
    try:
        await eventually(lambda: LOGGED.search(service.errors()) is not None, "it logs")
        await eventually(lambda: "Ctrl-C" in service.printed(), "it listens")
    finally:
        service.stop()
    assert service.printed().splitlines() == [f"Albumen: {service.url}", "Ctrl-C stops it."]
    assert not (tmp_path / "data/run/albumen.log").exists()


def on_a_terminal(*arguments: str | Path) -> tuple[subprocess.Popen[bytes], int]:
    """`albumen up` and our end of its terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "services.cli", "up", *map(str, arguments)],
        env=environment(TERM="xterm", COLUMNS="120"),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    return process, ours


def test_a_terminal_shows_a_bar_while_photos_are_classified(tmp_path: Path, folder: Path) -> None:
    """A job waits for the classifier, which takes seconds to load."""
    process, ours = on_a_terminal(folder, "--data", tmp_path / "data", "--port", "0", "--no-browser")
    try:
        shown = b""
        while b"Classifying" not in shown or b"photos classified" not in shown:
            ready, _, _ = select.select([ours], [], [], PATIENCE_S)
            assert ready, shown
            shown += os.read(ours, 65536)
        assert b"Albumen: http://" in shown
        assert not LOGGED.search(shown.decode(errors="replace"))
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        os.close(ours)
