"""The disk fails to read a page of the log (EIO): pages show all that can be read all the same, nothing is accepted,
and Albumen goes on once the disk works."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from services.kernel.settings import Settings
from tests.gateway.pages.test_damaged_log import EVENTS, PAGE, damaged_themselves, of_another_version, written
from tests.support.album import Album
from tests.support.faulty_disk import FaultyDisk
from tests.support.waiting import eventually

pytestmark = pytest.mark.chaos

ON_A_PAGE = 40
"""Events on a page of this log, at most."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return written(tmp_path)


def in_the_middle(log: Path) -> tuple[int, int]:
    start = log.read_bytes().index(b'"Album 300 "') // PAGE * PAGE
    return start, start + PAGE


def the_first_page(log: Path) -> tuple[int, int]:
    return 0, PAGE


def above_all_events(log: Path) -> tuple[int, int]:
    return _root(log, "event")


def of_the_hashes(log: Path) -> tuple[int, int]:
    return _root(log, "chain")


def _root(log: Path, table: str) -> tuple[int, int]:
    with closing(sqlite3.connect(log)) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    return (page - 1) * PAGE, page * PAGE


def removed(settings: Settings) -> None:
    shutil.rmtree(settings.views)


@pytest.mark.parametrize(
    ("lost", "tables", "least"),
    [
        (in_the_middle, of_another_version, EVENTS - ON_A_PAGE),
        (in_the_middle, damaged_themselves, EVENTS - ON_A_PAGE),
        (the_first_page, of_another_version, EVENTS),
        (above_all_events, removed, EVENTS),
        (of_the_hashes, of_another_version, EVENTS),
    ],
)
async def test_what_can_be_read_is_shown(
    settings: Settings,
    tmp_path: Path,
    lost: Callable[[Path], tuple[int, int]],
    tables: Callable[[Settings], object],
    least: int,
) -> None:
    disk = FaultyDisk(tmp_path, settings.events_db, *lost(settings.events_db))
    tables(settings)
    disk.break_()
    (tmp_path / "photos").mkdir()
    album = Album(tmp_path / "photos", settings.data, None, "--no-classify", **disk.variables)
    album.start_all()
    try:
        async with await album.ready() as client:
            await eventually(lambda: _shows(client, least), "what is left is shown")
            page = await client.get("/albums", headers={"Accept": "text/html"})
            assert page.status_code == 200
            assert "Input/output error" in page.text or "disk I/O error" in page.text
            refused = await client.post("/commands/create-album", json={"name": "A"})
            assert refused.status_code == 503
            assert "can’t be read" in refused.json()["detail"]
            disk.mend()

            async def accepted() -> bool:
                try:
                    answer = await client.post("/commands/create-album", json={"name": "B"})
                except httpx.TransportError:
                    return False  # it begins again with the log, and ends the connections of before
                return answer.status_code == 202

            await eventually(accepted, "it goes on")
            await eventually(lambda: _shows(client, EVENTS + 1), "all of it is shown")
    finally:
        album.stop_all()


async def _shows(client: httpx.AsyncClient, least: int) -> bool:
    answer = await client.get("/api/albums")
    return answer.status_code == 200 and len(answer.json()) >= least
