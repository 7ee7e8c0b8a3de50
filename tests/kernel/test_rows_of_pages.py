"""Rows read from pages without SQLite: the values that SQLite reads, and nothing but rows whatever the bytes are."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.kernel.log.pages import LEAF, PAGE, file_pages, leaves, page_size, record, wal_pages
from tests.support.costs import costing

SIXTY_FOUR: Final = st.integers(-(2**63), 2**63 - 1)
VALUES: Final = (
    st.none()
    | SIXTY_FOUR
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary()
)
ROWS: Final = st.dictionaries(SIXTY_FOUR, st.tuples(VALUES, VALUES), max_size=20)
fixtures = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(path: Path, rows: dict[int, tuple[object, object]], size: int = PAGE) -> bytes:
    """`size`: bytes of a page."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"PRAGMA page_size = {size}")
        db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, one, other)")
        db.executemany("INSERT INTO t VALUES (?, ?, ?)", [(key, *values) for key, values in rows.items()])
    return path.read_bytes()


def read(content: bytes) -> dict[int, tuple[object, ...]]:
    pages = file_pages(content, page_size(content[:100]))
    records = [one for page in leaves(pages) for one in page]
    return {rowid: columns[1:] for _, rowid, columns in records if len(columns) == 3}


@fixtures
@given(ROWS, st.integers(0, 30_000), st.sampled_from([512, PAGE, 65_536]))
def test_every_value_is_read_as_sqlite_reads_it(
    tmp_path: Path, rows: dict[int, tuple[object, object]], long: int, size: int
) -> None:
    """Negative numbers and rowids, and what needs pages beyond its own, too."""
    rows = {**rows, 7: ("x" * long, -long)}
    content = written(tmp_path / "some.db", rows, size)
    with closing(sqlite3.connect(tmp_path / "some.db")) as db:
        assert read(content) == {key: (one, other) for key, one, other in db.execute("SELECT * FROM t")}


@fixtures
@given(st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), max_size=8), st.integers(0, 2**20))
def test_damaged_anywhere_rows_are_read_or_left_out(
    tmp_path: Path, damage: list[tuple[int, int]], end: int
) -> None:
    whole = written(tmp_path / "some.db", {number: ("y" * number * 50, number) for number in range(200)})
    content = bytearray(whole)
    for at, byte in damage:
        content[at % len(content)] = byte
    for cut in (content, content[: end % len(content)]):
        read(bytes(cut))
        wal_pages(bytes(cut))


@given(st.binary(max_size=400))
def test_any_bytes_are_pages_or_none(content: bytes) -> None:
    read(content)
    wal_pages(b"\x37\x7f\x06\x82" + content)


def test_a_page_holds_more_rows_than_a_byte_counts(tmp_path: Path) -> None:
    rows: dict[int, tuple[object, object]] = {number: (number, "x") for number in range(700)}
    assert read(written(tmp_path / "some.db", rows, 65_536)) == rows


def test_a_header_of_a_file_that_says_the_size_is_enough() -> None:
    header = b"SQLite format 3\0\x20\x00"
    assert (page_size(header), page_size(header[:17])) == (8192, PAGE)


@pytest.mark.parametrize("size", [512, PAGE, 65_536])
def test_a_wal_has_pages_of_any_size(tmp_path: Path, size: int) -> None:
    with closing(sqlite3.connect(tmp_path / "some.db", isolation_level=None)) as db:
        db.execute(f"PRAGMA page_size = {size}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        wal = (tmp_path / "some.db-wal").read_bytes()
    assert wal_pages(wal)[0] == size


@pytest.mark.parametrize("size", [0, 256, 1000])
def test_a_wal_of_pages_that_no_database_has_is_none(tmp_path: Path, size: int) -> None:
    with closing(sqlite3.connect(tmp_path / "some.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        wal = bytearray((tmp_path / "some.db-wal").read_bytes())
    assert wal_pages(bytes(wal))[0] == PAGE
    wal[8:12] = size.to_bytes(4, "big")
    assert wal_pages(bytes(wal)) == (0, {})


@pytest.mark.parametrize("payload", [b"\x02\x01\x07\x00", b"\x02\x01", b"\x02\x81\x00", b"\x03\x01\x01\x07"])
def test_a_record_is_as_long_as_it_says(payload: bytes) -> None:
    """Neither its columns nor their types may end elsewhere."""
    assert record(b"\x02\x01\x07") == (7,)
    with pytest.raises((ValueError, IndexError)):
        record(payload)


@pytest.mark.parametrize("length", [50_000, 90_000_000])
def test_a_chain_of_pages_that_leads_back_to_itself_has_an_end(length: int) -> None:
    """Its record is left out, at no cost."""
    varint = bytes((length >> shift & 0x7F) | (0x80 if shift else 0) for shift in (21, 14, 7, 0))
    leaf = bytearray(PAGE)
    leaf[0], leaf[3:5], leaf[8:10] = LEAF, (1).to_bytes(2, "big"), (100).to_bytes(2, "big")
    leaf[100 : 101 + len(varint)] = varint + b"\x01"
    for at in range(110, PAGE - 4, 4):
        leaf[at : at + 4] = (2).to_bytes(4, "big")
    loop = (2).to_bytes(4, "big") + bytes(PAGE - 4)
    with costing() as cost:
        assert list(leaves({1: bytes(PAGE), 2: loop, 3: bytes(leaf)})) == [[]]
    assert cost.seconds < 0.5
