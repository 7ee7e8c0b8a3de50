"""A disk that fails for a while (EIO): what can't be saved is refused in words, never accepted; what can be made again
is made again; and all goes on by itself once the disk works.

`strace` lets the system calls fail that a running service makes on some files.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from services.kernel.log.sqlite_log import SqliteLog
from tests.support import photos
from tests.support.album import Album
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

WRITES = "pwrite64,fsync,fdatasync"
READS = "pread64"


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[Album, httpx.AsyncClient]]:
    (folder / "photos").mkdir()
    photos.write(folder / "photos/1.jpg", 1, size=(640, 480))
    album = Album(folder / "photos", folder / "data", None, "--no-classify")
    album.start_all()
    try:
        async with await album.scanned() as client:
            yield album, client
    finally:
        album.stop_all()


@asynccontextmanager
async def failing(process: int, calls: str, paths: list[Path]) -> AsyncIterator[None]:
    """While in the context, these calls of a process fail on these files."""
    command = ["strace", "-f", "-qq", "-e", f"trace={calls}", "-e", f"inject={calls}:error=EIO"]
    for path in paths:
        command += ["-P", str(path)]
    tracer = await asyncio.create_subprocess_exec(
        *(*command, "-o", os.devnull, "-p", str(process)),
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )

    def ready() -> bool:
        return tracer.returncode is not None or _traced(process)

    try:
        await eventually(ready, "every thread is traced")
        if tracer.returncode is not None:
            pytest.skip("this system lets nobody trace a process")
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            tracer.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE_S):
            await tracer.wait()


def _traced(process: int) -> bool:
    """Whether every thread is."""
    try:
        states = [(task / "status").read_text() for task in Path(f"/proc/{process}/task").iterdir()]
    except OSError:  # a thread has ended meanwhile
        return False
    return all("\nTracerPid:\t0\n" not in state for state in states)


def of_log(album: Album) -> list[Path]:
    return [album.data / f"events.db{end}" for end in ("", "-wal")]


def of_tables(album: Album) -> list[Path]:
    name = (album.data / "views/current").read_text().strip()
    return [album.data / "views" / f"{name}{end}" for end in ("", "-wal")]


async def post(client: httpx.AsyncClient, name: str) -> httpx.Response:
    return await client.post("/commands/create-album", json={"name": name}, timeout=PATIENCE_S)


async def codes(client: httpx.AsyncClient) -> list[str]:
    return [one["code"] for one in (await client.get("/readyz", timeout=PATIENCE_S)).json()["conditions"]]


async def named(client: httpx.AsyncClient) -> set[str]:
    answer = await client.get("/api/albums", timeout=PATIENCE_S)
    return {album["name"] for album in answer.json()} if answer.status_code == 200 else set()


async def accepted(client: httpx.AsyncClient, name: str) -> bool:
    return (await post(client, name)).status_code == 202


async def test_the_log_can_not_be_written(tmp_path: Path) -> None:
    async with opened(tmp_path) as (album, client):
        assert await accepted(client, "Before")
        async with failing(album.gateway.process.pid, WRITES, of_log(album)):
            for number in range(3):
                refused = await post(client, f"Refused {number}")
                assert refused.status_code == 503
                assert "disk I/O error" in refused.json()["detail"]

            async def told() -> bool:
                return "log_failing" in await codes(client)

            await eventually(told, "it is said")
            page = await client.get("/", headers={"Accept": "text/html"}, timeout=PATIENCE_S)
            assert page.status_code == 200
            assert "disk I/O error" in page.text
        await eventually(lambda: accepted(client, "After"), "it goes on")
        album.gateway.kill()
    log = await SqliteLog.open(album.data / "events.db")
    try:
        rows = await log.read(0, 1000)
        text = " ".join(row.data for row in rows)
        assert [row.position for row in rows] == list(range(1, len(rows) + 1))
        assert "Before" in text and "After" in text
    finally:
        await log.close()


async def test_the_log_can_not_be_read(tmp_path: Path) -> None:
    """A start, which reads all of it, is possible again without another."""
    async with opened(tmp_path) as (album, client):
        assert await accepted(client, "Before")
        async with failing(album.gateway.process.pid, READS, of_log(album)):
            for _ in range(3):
                answer = await client.get("/events", timeout=PATIENCE_S)
                assert answer.status_code in (200, 503)
                assert (await post(client, "Any")).status_code in (202, 503)
                assert (await client.get("/", timeout=PATIENCE_S)).status_code == 200
        await eventually(lambda: accepted(client, "After"), "it goes on")


async def shown(client: httpx.AsyncClient) -> bool:
    return {"Meanwhile", "And again"} <= await named(client)


@pytest.mark.parametrize("calls", [WRITES, READS])
async def test_the_tables(tmp_path: Path, calls: str) -> None:
    """Commands are accepted all the same: only the log is needed for that. Pages show them once the disk works."""
    async with opened(tmp_path) as (album, client):
        projector = album.gateway.child("projector")
        assert projector
        async with failing(projector, calls, of_tables(album)):
            assert await accepted(client, "Meanwhile")
            assert await accepted(client, "And again")

            async def noticed() -> bool:
                return await shown(client) or bool(
                    {"projector_behind", "projector_down"} & {*await codes(client)}
                )

            await eventually(noticed, "other tables are made, or it is said")
        await eventually(lambda: shown(client), "the tables have caught up")

        async def well() -> bool:
            return not {"projector_behind", "projector_down", "tables_damaged"} & {*await codes(client)}

        await eventually(well, "nothing is wrong any more")


async def test_pages_can_not_read_the_tables(tmp_path: Path) -> None:
    """They say so, and other tables are made."""
    async with opened(tmp_path) as (album, client):
        before = of_tables(album)
        async with failing(album.gateway.process.pid, READS, before):
            answers = [await client.get("/api/albums?x=1", timeout=PATIENCE_S) for _ in range(3)]
            assert {answer.status_code for answer in answers} <= {200, 503}
        await eventually(lambda: accepted(client, "After"), "it goes on")

        async def after() -> bool:
            return "After" in await named(client)

        await eventually(after, "pages show it")
