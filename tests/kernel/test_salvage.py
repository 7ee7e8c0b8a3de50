"""Whatever is damaged, every event on a page that is whole is in the new log, at its position, and what is lost is
said."""

import asyncio
import errno
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services.domain.albums.events import AlbumCreated, AlbumDescribed
from services.domain.subject import Event
from services.kernel.log import raw
from services.kernel.log import salvage as salvage_module
from services.kernel.log.rows import COLUMNS
from services.kernel.log.salvage import Salvaged, salvage
from services.kernel.log.setback import Witness
from services.kernel.log.verify import verify
from services.kernel.settings import Settings
from tests.support.log import write

EVENTS = 300


def events(count: int = EVENTS, first: int = 0) -> list[Event]:
    """Every tenth is longer than a page, and one longer than many."""
    return [
        AlbumDescribed(album_id=f"{n:04}", description=f"{n} " * (20_000 if n == 50 else 1500))
        if n % 10 == 0
        else AlbumCreated(album_id=f"{n:04}", name=f"Album {n}")
        for n in range(first, first + count)
    ]


@pytest.fixture(scope="module")
def laid_down(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log")
    asyncio.run(write(Settings(data=folder, previews=folder), events()))
    with closing(sqlite3.connect(folder / "events.db")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "events.db"


@pytest.fixture
def log(laid_down: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(laid_down, tmp_path / "events.db"))


def rows(path: Path) -> dict[int, tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return {row[0]: row for row in db.execute(f"SELECT {COLUMNS} FROM event")}


def salvaged(*sources: Path, witness: Witness | None = None) -> tuple[Salvaged, dict[int, tuple[Any, ...]]]:
    """The report and the rows of the new log, which is as sound as one with gaps can be."""
    before = {path: path.read_bytes() for source in sources for path in source.parent.glob(f"{source.name}*")}
    target = sources[0].with_name("new.db")
    report = salvage(sources, target, witness)
    assert {path: path.read_bytes() for path in before} == before
    with closing(sqlite3.connect(target)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return report, rows(target)


def zero_page(number: int) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.seek((number - 1) * 4096)
            file.write(bytes(4096))

    return damage


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 + 1234)


def without_magic(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"not SQLite at all")


def test_a_whole_log_is_copied(log: Path) -> None:
    before = rows(log)
    report, after = salvaged(log)
    assert after == before
    assert (report.events, report.last, report.gaps, report.lost) == (EVENTS, EVENTS, [], 0)
    assert verify(log.with_name("new.db")) is None


@pytest.mark.parametrize("damage", [zero_page(1), without_magic])
def test_a_log_that_nothing_can_open_is_whole(log: Path, damage: Callable[[Path], None]) -> None:
    """Its first page holds no events."""
    before = rows(log)
    damage(log)
    _report, after = salvaged(log)
    assert after == before


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_page_that_the_disk_can_not_read_costs_only_its_own_events(
    log: Path, monkeypatch: pytest.MonkeyPatch, in_memory: bool
) -> None:
    """A file that is mapped into memory would end the process there."""
    before, read, bad = rows(log), os.pread, 12 * 4096

    def failing(descriptor: int, length: int, at: int) -> bytes:
        if at < bad + 4096 and at + length > bad:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(descriptor, length, at)

    with monkeypatch.context() as patch:
        patch.setattr(os, "pread", failing)
        if not in_memory:
            patch.setattr(raw, "_IN_MEMORY", 0)
        _report, with_failures = salvaged(log)
    zero_page(13)(log)
    log.with_name("new.db").unlink()
    _report, with_zeros = salvaged(log)
    assert with_failures == with_zeros
    assert EVENTS - 60 <= len(with_failures) < len(before)


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_page_costs_only_its_own_events(log: Path, seed: int) -> None:
    before = rows(log)
    size = log.stat().st_size // 4096
    zero_page(random.Random(seed).randrange(2, size))(log)
    report, after = salvaged(log, witness=Witness(EVENTS, before[EVENTS][1].hex().upper(), 1))
    assert all(before[position] == row for position, row in after.items())
    assert len(after) >= EVENTS - 60
    assert report.lost == EVENTS - len(after)
    assert sum(last - first + 1 for first, last in report.gaps) + EVENTS - report.last == report.lost


def test_half_a_log_is_half_of_the_events(log: Path) -> None:
    before = rows(log)
    cut_in_half(log)
    report, after = salvaged(log, witness=Witness(EVENTS, "", 1))
    assert all(before[position] == row for position, row in after.items())
    assert EVENTS // 4 < len(after) < EVENTS
    assert report.lost == EVENTS - len(after)


def test_what_only_the_wal_holds_counts(log: Path) -> None:
    """As a kill leaves it; up to its last whole commit."""
    source = sqlite3.connect(log, isolation_level=None)
    source.execute("PRAGMA journal_mode = WAL")
    source.execute("PRAGMA wal_autocheckpoint = 0")
    for n in range(5):
        source.execute(
            f"INSERT INTO event ({COLUMNS}) "
            "VALUES (?, randomblob(16), ?, 1, 'E', 'x', 1, '{}', randomblob(16), NULL, 1)",
            (EVENTS + n + 1, f"s-{n}"),
        )
    killed = log.parent / "killed"
    killed.mkdir()
    for path in log.parent.glob("events.db*"):
        shutil.copy(path, killed)
    source.close()
    report, after = salvaged(killed / "events.db")
    assert (report.last, len(after)) == (EVENTS + 5, EVENTS + 5)
    (killed / "new.db").unlink()
    wal = killed / "events.db-wal"
    os.truncate(wal, wal.stat().st_size - 100)
    report, after = salvaged(killed / "events.db")
    assert (report.last, len(after)) == (EVENTS + 4, EVENTS + 4)


def test_a_copy_fills_what_the_log_has_lost(log: Path, laid_down: Path) -> None:
    cut_in_half(log)
    copy = log.with_name("copy.db")
    shutil.copy(laid_down, copy)
    report, after = salvaged(log, copy)
    assert (after, report.lost) == (rows(laid_down), 0)


def test_the_log_of_another_album_is_not_mixed_in(log: Path, tmp_path: Path) -> None:
    """Which one is ours is known by the event that the read tables know."""
    other = tmp_path / "other"
    asyncio.run(write(Settings(data=other, previews=other), events(20, 1000)))
    mine = rows(log)
    witness = Witness(EVENTS, mine[EVENTS][1].hex().upper(), 1)
    report, after = salvaged(other / "events.db", log, witness=witness)
    assert (after, report.lost) == (mine, 0)


def test_the_first_entry_fits_its_hash_or_is_named(log: Path) -> None:
    """There is no hash before it."""
    log.write_bytes(log.read_bytes().replace(b'"album_id":"0000"', b'"album_id":"0009"', 1))
    report, _after = salvaged(log)
    assert (report.changed, report.lost) == ([1], 0)


def test_an_entry_that_was_changed_is_taken_from_a_copy_that_has_it_right(log: Path, laid_down: Path) -> None:
    """Its hash tells which one that is; without such a copy it is kept and named."""
    before = rows(log)
    content = log.read_bytes()
    changed = content.index(b"Album 77")
    log.write_bytes(content[:changed] + b"Elbum" + content[changed + 5 :])

    report, after = salvaged(log)
    assert (report.changed, report.lost) == ([78], 0)
    assert b"Elbum 77" in after[78][7].encode()
    log.with_name("new.db").unlink()

    report, after = salvaged(log, Path(shutil.copy(laid_down, log.with_name("copy.db"))))
    assert (after, report.changed, report.lost) == (before, [], 0)


def test_a_position_that_no_log_can_have_does_not_count(log: Path) -> None:
    """A number that is damaged must not put the end of the log anywhere."""
    with closing(sqlite3.connect(log)) as db:
        db.execute(
            f"INSERT INTO event ({COLUMNS}) "
            "VALUES (9000000000, randomblob(16), 's-1', 1, 'E', 'x', 1, '{}', randomblob(16), NULL, 1)"
        )
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    report, _after = salvaged(log)
    assert (report.last, report.gaps) == (EVENTS, [])


@pytest.mark.parametrize(("lost", "end"), [(100_090, 100_100), (100_091, 10)])
def test_a_log_holds_a_tenth_of_what_it_names_after_the_first_hundred_thousand(lost: int, end: int) -> None:
    assert Salvaged(events=10, last=10, gaps=[], lost=lost).end == end


@pytest.mark.parametrize(
    ("numbers", "kept"),
    [([5], [5]), ([5, 900], [5, 900]), ([5, 900, 7], [5, 7]), ([5, 6, 900], [5, 6]), ([1, 900, 40], [])],
)
def test_on_a_page_of_three_events_two_tell_which_number_is_damaged(
    numbers: list[int], kept: list[int]
) -> None:
    event = (None, bytes(16), "s", 1, "E", "x", 1, "{}", bytes(16), None, 1)
    leaf = [(index, number, event) for index, number in enumerate(numbers)]
    assert [row[0] for row in salvage_module._events(leaf)] == kept


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, 1),
        (1, b"1"),
        (1, None),
        (2, b"s"),
        (3, "1"),
        (4, "X"),
        (5, None),
        (7, b"{}"),
        (8, b"1"),
        (9, b"1"),
        (9, 16),
    ],
)
def test_a_column_that_no_event_has_makes_it_none(place: int, value: object) -> None:
    columns: list[object] = [None, bytes(16), "s", 1, "E", "x", 1, "{}", bytes(16), bytes(16), 1]
    assert salvage_module._event(7, tuple(columns)) == (7, *columns[1:])
    assert salvage_module._event(0, tuple(columns)) is None
    assert salvage_module._event(7, tuple(columns[:10])) is None
    columns[place] = value
    assert salvage_module._event(7, tuple(columns)) is None


@pytest.mark.parametrize("seed", range(4))
def test_no_garbage_stops_it(log: Path, seed: int) -> None:
    """Random bytes anywhere: what comes out is a log, and no row of it is invented."""
    chance, before = random.Random(seed), rows(log)
    content = bytearray(log.read_bytes())
    for _ in range(400):
        content[chance.randrange(len(content))] = chance.randrange(256)
    log.write_bytes(content)
    report, after = salvaged(log)
    assert set(after) <= set(before)
    assert sum(before[position] == row for position, row in after.items()) > len(after) * 0.9
    assert len(after) > EVENTS // 3
    assert report.last <= EVENTS
