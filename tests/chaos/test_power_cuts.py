"""The power goes at any moment, and whatever was not flushed is lost: what was acknowledged is in the log.

A program that appends to a log is recorded, and the log opened in the states in which a power cut may have left it. The
states depend on a seed that is printed on failure; ALBUMEN_CHAOS_SEED repeats it, ALBUMEN_CHAOS_CUTS makes more.
"""

import os
import random
import shutil
import sqlite3
import sys
from pathlib import Path
from typing import Final

import pytest

from services.kernel.log.finding import LogError
from services.kernel.log.sqlite_log import SqliteLog
from tests.chaos.appender import numbered
from tests.support.album import environment
from tests.support.disk import Call, Disk, record

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]

CUTS: Final = int(os.environ.get("ALBUMEN_CHAOS_CUTS") or 60)
SIZE: Final = 40_000
"""Bytes per record: a hundred need more than SQLite's four megabytes until it moves them from the WAL into the file."""
COUNT: Final = 130
MADE_CUTS: Final = 3
"""Per call before the first record is acknowledged."""


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    """Two runs: a new log, and the same one opened again."""
    folder = tmp_path_factory.mktemp("power") / "data"
    folder.mkdir()
    appends = [sys.executable, "-m", "tests.chaos.appender", str(folder / "events.db"), str(COUNT), str(SIZE)]
    return [call for _ in range(2) for call in record(appends, folder, environment())]


async def rows_of(path: Path) -> list[tuple[int, str]]:
    """Position and data of each record; none if the log was not made yet."""
    log = await SqliteLog.open(path)
    try:
        return [(row.position, row.data) for row in await log.read(0, 10_000)]
    finally:
        await log.close()


async def test_what_was_acknowledged_survives_every_cut(calls: list[Call], tmp_path: Path) -> None:
    seed = int(os.environ.get("ALBUMEN_CHAOS_SEED") or random.randrange(1_000_000))
    sys.stderr.write(f"ALBUMEN_CHAOS_SEED={seed}\n")  # pytest shows it with a failure
    chance = random.Random(seed)
    moments = sorted(chance.choices(range(len(calls) + 1), k=CUTS))
    expected = [(number, numbered(number, SIZE).data) for number in range(1, 2 * COUNT + 1)]
    disk, done = Disk(), 0
    for moment in moments:
        for call in calls[done:moment]:
            disk.call(call)
        done = moment
        disk.cut(tmp_path / "cut", chance)
        acknowledged = int((disk.printed.split() or [b"0"])[-1])
        rows = await rows_of(tmp_path / "cut/events.db")
        assert len(rows) >= acknowledged, f"after call {moment}"
        assert rows == expected[: len(rows)], f"after call {moment}"
        shutil.rmtree(tmp_path / "cut")


async def test_whenever_the_power_goes_while_a_log_is_made_it_can_be_made_again(
    calls: list[Call], tmp_path: Path
) -> None:
    """SQLite has a rollback journal then, not yet a WAL."""
    first = next(place for place, call in enumerate(calls) if call.kind == "print")
    disk = Disk()
    for moment in range(first):
        disk.call(calls[moment])
        for seed in range(MADE_CUTS):
            disk.cut(tmp_path / "cut", random.Random(seed))
            rows = await rows_of(tmp_path / "cut/events.db")
            assert rows in ([], [(1, numbered(1, SIZE).data)]), f"after call {moment}, seed {seed}"
            shutil.rmtree(tmp_path / "cut")


async def test_a_log_that_is_not_flushed_is_found_out(calls: list[Call], tmp_path: Path) -> None:
    """The same recording without its flushes: the test above would notice."""
    chance, lost = random.Random(1), 0
    for _ in range(10):
        disk = Disk()
        for call in calls:
            if call.kind != "sync":
                disk.call(call)
        disk.cut(tmp_path / "cut", chance)
        try:
            rows = await rows_of(tmp_path / "cut/events.db")
        except (sqlite3.DatabaseError, LogError):
            rows = []
        lost += len(rows) < 2 * COUNT
        shutil.rmtree(tmp_path / "cut")
    assert lost
