"""A page of the log that is damaged costs what is on it, and nothing before or behind it."""

import random
import re
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import combinations, islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.albums.events import AlbumCreated
from services.kernel.log.around import CAREFULLY, ascending, read_after, read_each
from services.kernel.log.sqlite import is_damage, open_reader
from services.kernel.log.verify import findings, verify
from tests.support.log import laid_down

EVENTS = 1500
PAGE = 4096


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = laid_down(
        tmp_path_factory.mktemp("log"),
        lambda _: [AlbumCreated(album_id=f"{n:04}", name=f"Album {n} ") for n in range(EVENTS)],
    )
    with closing(sqlite3.connect(settings.events_db)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return settings.events_db


@pytest.fixture
def log(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(original, tmp_path / "events.db"))


def zero(log: Path, names: Sequence[str]) -> None:
    """The pages that hold these albums."""
    content = bytearray(log.read_bytes())
    for name in names:
        start = content.index(f'"{name} "'.encode()) // PAGE * PAGE
        content[start : start + PAGE] = bytes(PAGE)
    log.write_bytes(content)


def all_of(log: Path) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    with closing(open_reader(log)) as db:
        while more := read_after(db, rows[-1][0] if rows else 0, 100):
            rows += more
    return rows


def still_there(log: Path, names: Sequence[str]) -> set[int]:
    """Positions that the bytes of the file still hold."""
    return {n + 1 for n in range(EVENTS) if f'"Album {n} "'.encode() in log.read_bytes()}


@pytest.mark.parametrize(
    "names", [["Album 700"], ["Album 0"], [f"Album {EVENTS - 1}"], ["Album 700", "Album 900"]]
)
def test_what_is_on_other_pages_is_read(log: Path, original: Path, names: list[str]) -> None:
    zero(log, names)
    whole = {row[0]: row for row in all_of(original)}
    rows = all_of(log)
    assert [row[0] for row in rows] == sorted(still_there(log, names))
    assert 0 < len(rows) < EVENTS
    assert all(row == whole[row[0]] for row in rows)
    with closing(open_reader(log)) as db:
        assert read_each(db, range(1, EVENTS + 1)) == rows


@pytest.mark.parametrize("seed", range(5))
def test_several_places(log: Path, original: Path, seed: int) -> None:
    """Islands between them are found, too."""
    chosen = random.Random(seed).sample(range(EVENTS), 12)
    content = original.read_bytes()
    pages = {content.index(f'"Album {n} "'.encode()) // PAGE for n in chosen}
    changed = bytearray(content)
    for page in pages:
        changed[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
    log.write_bytes(changed)
    assert [row[0] for row in all_of(log)] == sorted(still_there(log, []))


def test_a_long_stretch(tmp_path: Path) -> None:
    """Longer than what is tried one by one: its end is found all the same."""
    count = 3 * CAREFULLY
    settings = laid_down(
        tmp_path, lambda _: [AlbumCreated(album_id=f"{n:05}", name=f"Album {n} ") for n in range(count)]
    )
    with closing(sqlite3.connect(settings.events_db)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = settings.events_db.read_bytes()
    first, last = (content.index(f'"Album {n} "'.encode()) // PAGE for n in (100, 2 * CAREFULLY))
    settings.events_db.write_bytes(
        content[: first * PAGE] + bytes((last - first) * PAGE) + content[last * PAGE :]
    )
    positions = [row[0] for row in all_of(settings.events_db)]
    there = re.findall(rb'"Album (\d+) "', settings.events_db.read_bytes())
    assert positions == sorted({int(number) + 1 for number in there})
    assert 3000 < len(positions) < count - CAREFULLY


def test_an_error_that_has_no_code_is_damage_if_it_is_of_no_kind() -> None:
    """Those that are raised here for what Python can't decode; SQLite gives all others a code."""
    assert is_damage(sqlite3.DatabaseError("malformed database schema"))
    assert not is_damage(sqlite3.OperationalError("locked"))


def test_of_the_newest_records_that_are_verified_the_first_is_one(log: Path) -> None:
    log.write_bytes(log.read_bytes().replace(b'"Album 0 "', b'"Elbum 0 "'))
    for last in (EVENTS, EVENTS + 1, None):
        fault = verify(log, last)
        assert fault and (fault.code, fault.position) == ("changed", 1)
    assert verify(log, EVENTS - 1) is None


def test_nothing_else_is_hidden(log: Path) -> None:
    with closing(sqlite3.connect(":memory:")) as db, pytest.raises(sqlite3.OperationalError):
        read_after(db, 0, 10)


def renumber(log: Path, name: str, number: int) -> None:
    """Give the row of this album another number, of two bytes: as letters that have changed."""
    content = bytearray(log.read_bytes())
    at = content.index(f'"{name} "'.encode())
    start = at // PAGE * PAGE
    cells = [start + int.from_bytes(content[n : n + 2]) for n in range(start + 8, start + PAGE // 4, 2)]
    cell = max(one for one in cells if one < at)
    place = next(n + 1 for n in range(cell, cell + 3) if content[n] < 0x80)  # behind the length
    content[place : place + 2] = bytes((0x80 | number >> 7, number & 0x7F))
    log.write_bytes(content)


@pytest.mark.parametrize("number", [0, 5, 700, 702, 16_383])
def test_a_row_with_another_number_is_found_and_ends_nowhere(log: Path, number: int) -> None:
    """It stands among others, but not where its number says: whoever goes on behind it would come back for ever."""
    renumber(log, "Album 700", number)
    positions = [row[0] for row in all_of(log)]
    assert positions == sorted(set(positions)) and set(range(1, 700)) <= set(positions)
    faults = list(islice(findings(log), EVENTS + 10))
    assert 0 < len(faults) < EVENTS
    placed = [one.position for one in faults if one.position is not None]
    assert placed == sorted(set(placed)) and not any("to -" in one.words for one in faults)


@given(st.lists(st.integers(0, 9), max_size=8), st.integers(0, 9))
def test_of_rows_in_any_order_most_are_read(positions: list[int], first: int) -> None:
    rows = [(position,) for position in positions]
    kept = [one[0] for one in ascending(rows, first)]
    assert kept == sorted(set(kept)) and all(position >= first for position in kept)
    following = iter(positions)
    assert all(position in following for position in kept), "in the order in which they stand"
    longest = max(
        len(some)
        for length in range(len(positions) + 1)
        for some in combinations(positions, length)
        if list(some) == sorted(set(some)) and all(position >= first for position in some)
    )
    assert len(kept) == longest


def test_a_last_page_without_rows_ends_the_verification(log: Path) -> None:
    """SQLite knows how far the log was, and reads nothing there."""
    content = bytearray(log.read_bytes())
    start = content.index(f'"Album {EVENTS - 1} "'.encode()) // PAGE * PAGE
    content[start + 3 : start + 5] = bytes(2)  # how many there are
    log.write_bytes(content)
    faults = list(islice(findings(log), 10))
    assert 0 < len(faults) < 10
