"""Databases that another program holds open are read as SQLite itself would read them."""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from services.gateway.imports.wal import Unsteady, with_log


@pytest.fixture
def files(tmp_path: Path) -> Iterator[tuple[sqlite3.Connection, Path, Path]]:
    """A database held open, with commits of several sizes in its log, some checkpointed."""
    place = tmp_path / "x.db"
    with closing(sqlite3.connect(place, isolation_level=None)) as db:
        db.execute("PRAGMA page_size = 1024")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("CREATE TABLE t (n INTEGER, text TEXT)")
        db.executemany("INSERT INTO t VALUES (?, ?)", [(n, "x" * n) for n in range(200)])
        db.execute("PRAGMA wal_checkpoint(RESTART)")
        db.execute("DELETE FROM t WHERE n > 150")
        db.execute("INSERT INTO t VALUES (1000, 'last')")
        yield db, place, tmp_path / "x.db-wal"


def copied(database: bytes, log: bytes) -> list[tuple[int, str]]:
    copy = io.BytesIO()
    with_log(io.BytesIO(database), io.BytesIO(log), copy)
    image = bytearray(copy.getvalue())
    image[18:20] = b"\1\1"
    with closing(sqlite3.connect(":memory:")) as db:
        db.deserialize(bytes(image))
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return db.execute("SELECT n, text FROM t ORDER BY n, text").fetchall()


def test_it_reads_what_sqlite_reads(files: tuple[sqlite3.Connection, Path, Path]) -> None:
    db, place, log = files
    wanted = db.execute("SELECT n, text FROM t ORDER BY n, text").fetchall()
    assert copied(place.read_bytes(), log.read_bytes()) == wanted
    db.execute("BEGIN")
    db.execute("DELETE FROM t")
    assert copied(place.read_bytes(), log.read_bytes()) == wanted, "not committed"


def test_a_log_that_is_cut_or_damaged_counts_up_to_there(
    files: tuple[sqlite3.Connection, Path, Path],
) -> None:
    """Every commit that is whole counts, and nothing of the next."""
    _, place, log = files
    database, whole = place.read_bytes(), log.read_bytes()
    counts = [len(copied(database, whole[:end])) for end in range(0, len(whole), 61)]
    assert set(counts) == {200, 151, 152}
    assert counts.index(151) < counts.index(152)
    assert sorted(counts, key=[200, 151, 152].index) == counts
    flipped = bytearray(whole)
    flipped[100] ^= 1
    assert len(copied(database, bytes(flipped))) == 200


@pytest.mark.parametrize("log", [b"", b"x", b"x" * 5000, bytes(5000)])
def test_what_is_no_log_changes_nothing(files: tuple[sqlite3.Connection, Path, Path], log: bytes) -> None:
    _, place, _ = files
    assert len(copied(place.read_bytes(), log)) == 200


def test_a_log_that_begins_anew_each_time_is_given_up() -> None:
    class Restless(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.reads += 1
            return bytes([self.reads]) * 32

    with pytest.raises(Unsteady):
        with_log(io.BytesIO(b"x"), Restless(), io.BytesIO())
