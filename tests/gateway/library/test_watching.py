"""Changes in the photo folders are noticed, whatever the files are called."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from services.gateway.running.watching import Watching
from tests.support.waiting import eventually


@asynccontextmanager
async def watching(root: Path, scans: list[set[bytes]]) -> AsyncIterator[None]:
    """`scans`: for each scan, what was in the folder."""

    async def scan() -> None:
        scans.append(set(os.listdir(os.fsencode(root))))  # noqa: PTH208

    stopping = asyncio.Event()
    running = asyncio.create_task(Watching([root], 0, scan, stopping).run())
    try:
        yield
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def noticed(root: Path, name: bytes, scans: list[set[bytes]]) -> None:
    """Once the watch is on it sees the file; until then it is touched again."""
    path = os.fsencode(root) + b"/" + name

    def scanned() -> bool:
        if not any(name in one for one in scans):
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
            os.utime(path)
            return False
        return True

    await eventually(scanned, f"a scan after {name!r} came")


@pytest.mark.parametrize(
    "name",
    [
        b"bad\xff.jpg",
        b"two\nlines\r.jpg",
        "\u202egpj.exe.jpg".encode(),
        b"a" * 251 + b".jpg",
        b"\x1b[31m.jpg",
        b"takeout-001.zip",
    ],
    ids=["not UTF-8", "line breaks", "right to left", "long", "escape", "an archive"],
)
async def test_no_name_blinds_the_watch(tmp_path: Path, name: bytes) -> None:
    """`watchfiles` gives up on a name that is not UTF-8: that costs a scan and one line in the log."""
    scans: list[set[bytes]] = []
    with capture_logs() as lines:
        async with watching(tmp_path, scans):
            await noticed(tmp_path, b"first.jpg", scans)
            await noticed(tmp_path, name, scans)
            await noticed(tmp_path, b"last.jpg", scans)
            if b"\xff" in name:
                await noticed(tmp_path, b"again\xfe.jpg", scans)
    warnings = [line for line in lines if line["log_level"] == "warning"]
    assert len(warnings) == (b"\xff" in name)
