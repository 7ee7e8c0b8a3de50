"""An album at work for a while, with photos that come and go, commands, pages and streams: it holds no more at the end
than after its first minutes. ALBUMEN_SOAK_S: for so many seconds (900 with `./albumen test --chaos`).

Descriptors, threads and processes are counted whenever nothing is going on. Memory is compared in the long form alone:
caches need minutes to be full.
"""

import asyncio
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.support import photos
from tests.support.album import Album, all_classified, give
from tests.support.footprint import Footprint, footprint
from tests.support.waiting import eventually

SOAK_S: Final = float(os.environ.get("ALBUMEN_SOAK_S") or 10)
LONG_S: Final = 600.0
"""From here on memory is compared."""
FEWEST: Final = 3
"""Rounds: one in each third."""
COUNT: Final = 24
ALBUMS: Final = 4
"""As many in each round, for an album with more in it rightly takes more memory."""
STREAMS: Final = 12
SPARE: Final = 3
"""Descriptors or threads that may be in use for a moment."""
POOL: Final = min(32, (os.cpu_count() or 1) + 4)
"""Threads of the pool that `asyncio.to_thread` uses. It starts one whenever more is asked for at once than ever before,
so in the short form it may not be full after one round."""
GROWTH_MB: Final = 24.0
"""From the second third to the last: less than a kilobyte per request would be more. What grows is the gateway,
by SQLite's caches of the read tables, which follow the file's size up to 32 MB for each of two connections
(`tables/pool.py`), and by the versions of streams, up to 20 MB (`sqlite_log.py`)."""
WAL_MB: Final = 70.0
"""`journal_size_limit`, and what one transaction may add."""
PAGES: Final = (
    *(
        "/",
        "/albums",
        "/categories",
        "/jobs",
        "/history",
        "/duplicates",
        "/places",
        "/settings",
        "/search?q=a",
    ),
    *("/api/images?limit=100", "/api/albums", "/api/categories", "/metrics", "/readyz", "/events?limit=500"),
)

pytestmark = [pytest.mark.chaos, pytest.mark.tensorflow, pytest.mark.timeout(int(900 + 3 * SOAK_S))]


@pytest.fixture
def album(tmp_path: Path) -> Album:
    for number in range(COUNT):
        photos.write(tmp_path / f"photos/{number:03}.jpg", number, size=(640, 480))
    return Album(tmp_path / "photos", tmp_path / "data")


async def one_round(client: httpx.AsyncClient, folder: Path, turn: int) -> None:
    newest = folder / f"new{turn:06}.jpg"
    photos.write(newest, 1000 + turn, size=(320, 240))
    (folder / f"new{turn - 3:06}.jpg").unlink(missing_ok=True)
    await give(client, "scan")
    images = [one["id"] for one in (await client.get("/api/images?limit=20")).json()["items"]]
    if turn == 0:
        for number in range(ALBUMS):
            await give(client, "create-album", {"name": f"A{number}", "images": images[:5]})
    for number, one in enumerate((await client.get("/api/albums")).json()):
        await give(client, "rename-album", {"album_id": one["id"], "name": f"A{turn}.{number}"})
    await give(client, "hide-images", {"images": images[:1]})
    await give(client, "unhide-images", {"images": images[:1]})
    html = {"Accept": "text/html"}
    photo_pages = [
        f"/images/{one}{rest}" for one in images[:5] for rest in ("", "/preview", "/large", "/original")
    ]
    for path in (*PAGES, *photo_pages):
        assert (await client.get(path, headers=html)).status_code == 200, path
    await asyncio.gather(*(a_moment_of(client, path) for path in ("/events/stream", "/jobs") * STREAMS))


async def a_moment_of(client: httpx.AsyncClient, path: str) -> None:
    """As a browser that goes away while it is answered."""
    async with client.stream("GET", path) as answer:
        assert answer.status_code == 200


async def at_rest(client: httpx.AsyncClient, pid: int) -> Footprint:
    """Once two looks, a moment apart, count the same."""
    last = footprint(pid)

    async def unchanged() -> bool:
        nonlocal last
        await asyncio.sleep(0.2)
        before, last = last, footprint(pid)
        return before[1:] == last[1:]

    await eventually(unchanged, "it has come to rest")
    return last


async def test_it_holds_no_more_after_hours_than_after_minutes(album: Album, tmp_path: Path) -> None:
    album.start_all()
    try:
        rounds: list[Footprint] = []
        async with await album.scanned() as client:
            await all_classified(client, COUNT)  # TensorFlow has all its threads from then on
            began = time.monotonic()
            while len(rounds) < FEWEST or time.monotonic() - began < SOAK_S:
                await one_round(client, album.photos, len(rounds))
                rounds.append(await at_rest(client, album.gateway.process.pid))
        third = len(rounds) // 3
        middle, last = rounds[third : 2 * third], rounds[2 * third :]
        for line in (rounds[0], middle[0], last[0], last[-1]):
            sys.stderr.write(f"{line}\n")
        for name in ("descriptors", "threads", "processes"):
            counts = [max(getattr(one, name) for one in some) for some in (middle, last)]
            filling = POOL if name == "threads" and SOAK_S < LONG_S else 0
            assert counts[1] <= counts[0] + SPARE + filling, (name, rounds)
        if SOAK_S >= LONG_S:
            memory = [statistics.median(one.resident_mb for one in some) for some in (middle, last)]
            assert memory[1] <= memory[0] + GROWTH_MB, memory
        wals = {path.name: path.stat().st_size / 1e6 for path in album.data.rglob("*-wal")}
        assert wals and max(wals.values()) < WAL_MB, wals
    finally:
        album.stop_all()
