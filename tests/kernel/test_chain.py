"""The hash chain: whatever happens to a record, `verify` finds it; old logs get their chain while in use."""

import asyncio
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from services.domain.albums.events import AlbumRenamed
from services.kernel.log import chain
from services.kernel.log.envelope import Record, record_event
from services.kernel.log.ids import new_id
from services.kernel.log.migrate import NewerSchema, NotALog, open_log, steps
from services.kernel.log.rows import COLUMNS
from services.kernel.log.sqlite import APPLICATION_ID
from services.kernel.log.sqlite_log import CHAINED_AT_ONCE, SqliteLog
from services.kernel.log.verify import findings, verify
from tests.support.chance import examples
from tests.support.waiting import eventually

RECORDS = 30
NAMES = [name.strip() for name in COLUMNS.split(",")]


def record(n: int) -> Record:
    event = AlbumRenamed(album_id=f"a{n % 3}", name=f"Ägypten {n}")
    cause = new_id() if n % 2 else None
    return record_event(event, event_id=new_id(), correlation_id=new_id(), causation_id=cause)


def write(path: Path, count: int) -> None:
    """Some records each by itself, the others at once."""

    async def fill() -> None:
        log = await SqliteLog.open(path)
        for n in range(RECORDS // 2):
            await log.append([record(n)])
        await log.append([record(n) for n in range(RECORDS // 2, count)])
        await log.close()

    asyncio.run(fill())


async def chained(log: SqliteLog, position: int) -> bool:
    return await log.link(position) is not None


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "events.db"
    write(path, RECORDS)
    return path


@pytest.fixture
def log(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(whole, tmp_path / "events.db"))


@contextmanager
def tampering(path: Path) -> Iterator[sqlite3.Connection]:
    """As a careless hand does it: without triggers and constraints."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for (trigger,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute("PRAGMA synchronous = OFF")
        yield db
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def codes(path: Path) -> list[tuple[str, int | None]]:
    return [(one.code, one.position) for one in findings(path)]


def test_a_link_is_what_it_was_in_the_first_version_of_the_chain() -> None:
    """SHA-256 of a MessagePack array that was put together byte by byte."""
    row = (1, bytes(16), "album-ä", 1, "E", "album_renamed", 1, "{}", bytes(16), None, 1_790_000_000_000_000)

    assert chain.link(chain.BEGINNING.hash, row).hex() == (
        "65c70b2d98cf2a0c96b5e5391d0984f8ccb8fe42ba4942dea7180aa087045037"
    )


def test_an_untouched_log_has_no_fault(log: Path) -> None:
    assert verify(log) is None
    assert verify(log, last=5) is None
    assert verify(log, last=10 * RECORDS) is None


@examples(150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    position=st.integers(1, RECORDS),
    column=st.sampled_from([name for name in NAMES if name != "position"]),
    place=st.integers(0, 400),
    bits=st.integers(1, 255),
)
def test_any_byte_of_any_column_that_changes_is_found(
    whole: Path, tmp_path: Path, position: int, column: str, place: int, bits: int
) -> None:
    """Also if the text is no longer UTF-8 or JSON."""
    log = Path(shutil.copy(whole, tmp_path / "events.db"))
    with tampering(log) as db:
        db.text_factory = bytes
        kind, value = db.execute(
            f"SELECT typeof({column}), {column} FROM event WHERE position = ?", (position,)
        ).fetchone()
        if kind == b"integer":
            value ^= bits << 8 * (place % 7)
        else:
            content = bytearray(value or b"\0")
            content[place % len(content)] ^= bits
            value = bytes(content)
        new = "CAST(? AS TEXT)" if kind == b"text" else "?"
        db.execute(f"UPDATE OR REPLACE event SET {column} = {new} WHERE position = ?", (value, position))
    assert ("changed", position) in codes(log)


@examples(40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(1, RECORDS), place=st.integers(0, 31), bits=st.integers(1, 255))
def test_any_byte_of_a_hash_that_changes_is_found(
    whole: Path, tmp_path: Path, position: int, place: int, bits: int
) -> None:
    log = Path(shutil.copy(whole, tmp_path / "events.db"))
    with tampering(log) as db:
        hash_ = chain.Hashes(db).at(position)
        assert hash_ is not None
        value = bytearray(hash_)
        value[place] ^= bits
        last, block = db.execute(
            "SELECT min(position), hashes FROM chain WHERE position >= ?", (position,)
        ).fetchone()
        db.execute("UPDATE chain SET hashes = ? WHERE position = ?", (block.replace(hash_, value), last))
    assert ("changed", position) in codes(log)


def test_any_letter_of_the_schema_that_changes_is_found(whole: Path, tmp_path: Path) -> None:
    """Also of a CHECK, which SQLite passes over for whoever only reads, and of a trigger."""
    log, original = tmp_path / "events.db", whole.read_bytes()
    with closing(sqlite3.connect(whole)) as db:
        texts = [text for (text,) in db.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")]
    assert len(texts) == 9
    for text in texts:
        start = original.index(text.encode())
        for at in range(start, start + len(text), 3):
            changed = bytearray(original)
            changed[at] ^= 1
            log.write_bytes(changed)
            assert verify(log) is not None, (at - start, text)


def test_a_schema_that_is_no_text_can_be_opened_or_is_an_error_of_the_database(
    whole: Path, tmp_path: Path
) -> None:
    """SQLite quotes its names in messages that are no text then."""
    log, original = tmp_path / "events.db", whole.read_bytes()
    with closing(sqlite3.connect(whole)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE sql IS NOT NULL")]
    for place in re.finditer("|".join(names).encode(), original[:8192]):
        for letter in (0xB5, 0xFF):
            changed = bytearray(original)
            changed[place.start() + 1] = letter
            log.write_bytes(changed)
            with suppress(NotALog, sqlite3.DatabaseError):
                open_log(log)[0].close()


def content(path: Path) -> list[tuple[object, ...]]:
    """All that the log says, also by its indexes."""
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute(f"SELECT {COLUMNS} FROM event").fetchall()
        for row in rows:
            by_id = db.execute("SELECT position FROM event WHERE event_id = ?", (row[1],)).fetchall()
            by_stream = db.execute(
                "SELECT position FROM event WHERE stream = ? AND version = ?", (row[2], row[3])
            ).fetchall()
            assert by_id == by_stream == [(row[0],)]
        return rows


@examples(300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
def test_any_byte_of_the_file_that_changes_is_found_or_says_nothing(
    whole: Path, tmp_path: Path, share: float, bits: int
) -> None:
    """Bytes between the rows of a page say nothing."""
    log = tmp_path / "events.db"
    changed = bytearray(whole.read_bytes())
    changed[int(share * len(changed))] ^= bits
    log.write_bytes(changed)
    if verify(log) is None:
        assert content(log) == content(whole)
    for path in tmp_path.iterdir():
        path.unlink()


@pytest.mark.parametrize("hashes", [None, 7, "text", b"short"], ids=["null", "number", "text", "short"])
def test_a_row_of_the_chain_that_holds_no_hashes_is_found(log: Path, hashes: object) -> None:
    """SQLite reads what is cut off as NULL, and a type whose letter has changed as another one."""
    with tampering(log) as db:
        db.execute("CREATE TABLE other AS SELECT * FROM chain")
        db.execute("UPDATE other SET hashes = ? WHERE position = 7", (hashes,))
        db.execute("DROP TABLE chain")
        db.execute("ALTER TABLE other RENAME TO chain")
    assert ("changed", 7) in codes(log)


SWAP = """UPDATE event SET position = -1 WHERE position = 7; UPDATE event SET position = 7 WHERE position = 8;
UPDATE event SET position = 8 WHERE position = -1"""
CONTENTS = """CREATE TEMP TABLE old AS SELECT 15 - position AS position, data FROM event WHERE position IN (7, 8);
UPDATE event SET data = old.data FROM old WHERE event.position = old.position"""


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        ("DELETE FROM event WHERE position = 9", [("missing", 9)]),
        ("DELETE FROM event WHERE position BETWEEN 9 AND 12", [("missing", 9)]),
        ("DELETE FROM event WHERE position IN (1, 9)", [("missing", 1), ("missing", 9)]),
        ("DELETE FROM event WHERE position > 26", [("cut", 27)]),
        ("DELETE FROM event WHERE position > 26; DELETE FROM chain WHERE position > 26", [("cut", 27)]),
        ("DELETE FROM event WHERE position > 26; DELETE FROM sqlite_sequence", [("cut", 27)]),
        ("DELETE FROM event", [("cut", 1)]),
        (SWAP, [("changed", 7), ("changed", 8)]),
        (CONTENTS, [("changed", 7), ("changed", 8)]),
        ("UPDATE event SET position = 40 WHERE position = 30", [("missing", 30)]),
        ("DELETE FROM chain WHERE position = 9", [("changed", 9)]),
    ],
)
def test_records_that_are_gone_or_elsewhere_are_found(
    log: Path, damage: str, expected: list[tuple[str, int | None]]
) -> None:
    with tampering(log) as db:
        db.executescript(damage)
    assert codes(log) == expected
    assert (fault := verify(log)) is not None
    assert (fault.code, fault.position) == expected[0]


def test_a_connection_is_left_as_it_was(log: Path) -> None:
    with closing(open_log(log)[0]) as db:
        assert verify(db) is None
        assert not db.in_transaction
        assert db.execute("PRAGMA ignore_check_constraints").fetchone() == (0,)


def test_the_end_is_checked_alone(log: Path) -> None:
    with tampering(log) as db:
        db.execute("UPDATE event SET data = '{}' WHERE position = 20")
    assert verify(log, last=10) is None
    assert (fault := verify(log, last=11)) is not None
    assert fault.position == 20
    assert not fault.stops


def test_a_page_of_zeroes_is_found_wherever_it_lies(log: Path, tmp_path: Path) -> None:
    """Also pages that only indexes use, and those of the chain."""
    content = log.read_bytes()
    for number in range(len(content) // 4096):
        hurt = tmp_path / f"page{number}.db"
        hurt.write_bytes(content[: number * 4096] + bytes(4096) + content[(number + 1) * 4096 :])
        assert (fault := verify(hurt)) is not None, number
        assert fault.stops


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_half_a_file_is_found(log: Path, share: float) -> None:
    """An empty file is a log without records for SQLite; that it held some, only the read tables know."""
    os.truncate(log, int(log.stat().st_size * share))
    assert codes(log) != [] or share == 0.0


def foreign(path: Path, application: int, tables: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"PRAGMA application_id = {application}; {tables}")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: None, "absent"),
        (lambda path: path.mkdir(), "unreadable"),
        (lambda path: path.write_text("Dear diary, " * 1000), "not_a_log"),
        (lambda path: path.write_bytes(os.urandom(100_000)), "not_a_log"),
        (lambda path: foreign(path, 0, "CREATE TABLE moz_places (id INTEGER)"), "not_a_log"),
        (lambda path: foreign(path, 7, "CREATE TABLE event (id INTEGER)"), "not_a_log"),
        (lambda path: foreign(path, 0, "CREATE TABLE event (id INTEGER)"), "not_a_log"),
        (lambda path: foreign(path, APPLICATION_ID, "CREATE TABLE image (id INTEGER)"), "not_a_log"),
    ],
)
def test_what_is_no_log_is_told_and_left_alone(
    tmp_path: Path, make: Callable[[Path], object], code: str
) -> None:
    path = tmp_path / "events.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None

    assert (fault := verify(path)) is not None
    assert fault.code == code
    assert str(path) in fault.words
    if before:
        with pytest.raises(NotALog):
            asyncio.run(SqliteLog.open(path))
        assert path.read_bytes() == before
        assert list(tmp_path.iterdir()) == [path]


def test_a_log_of_a_newer_albumen_is_refused_with_both_versions(log: Path) -> None:
    newest = steps()[-1][0]
    with closing(sqlite3.connect(log)) as db:
        db.execute(f"PRAGMA user_version = {newest + 1}")
    content = log.read_bytes()

    with pytest.raises(NewerSchema, match=rf"schema {newest + 1}.*up to {newest}.*Install the newer"):
        asyncio.run(SqliteLog.open(log))
    assert log.read_bytes() == content
    assert (fault := verify(log)) is not None
    assert fault.code == "newer_schema"


def unchained(path: Path) -> None:
    with tampering(path) as db:
        db.executescript("DROP TABLE chain; PRAGMA user_version = 3")


def chain_of(path: Path) -> list[bytes | None]:
    with closing(sqlite3.connect(path)) as db:
        hashes = chain.Hashes(db)
        return [hashes.at(position) for position in range(1, chain.end(db).position + 1)]


async def test_an_old_log_is_chained_while_it_is_used(tmp_path: Path) -> None:
    """New records wait for the old ones' hashes, and the result is the chain that the log would have had."""
    path = tmp_path / "events.db"
    count = 2 * CHAINED_AT_ONCE + 10
    await asyncio.to_thread(write, path, count)
    hashes = chain_of(path)
    unchained(path)
    assert verify(path) is None

    log = await SqliteLog.open(path)
    assert await log.link(count) is None
    await log.append([record(count)])
    assert await log.link(count + 1) is None
    await eventually(lambda: chained(log, count + 1), "the chain is complete")
    await log.close()

    assert chain_of(path)[:-1] == hashes
    assert verify(path) is None


async def test_chaining_an_old_log_goes_on_where_it_was_broken_off(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    await asyncio.to_thread(write, path, RECORDS)
    unchained(path)
    db, _ = open_log(path)
    assert chain.extend(db, 10).position == 10
    assert chain.extend(db, 10).position == 20
    db.close()
    assert verify(path) is None

    log = await SqliteLog.open(path)
    await eventually(lambda: chained(log, RECORDS), "the chain is complete")
    await log.close()
    assert verify(path) is None


async def test_an_old_log_with_a_record_that_is_no_text_is_used_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    await asyncio.to_thread(write, path, RECORDS)
    unchained(path)
    with tampering(path) as db:
        db.execute("UPDATE event SET data = CAST(x'ff' AS TEXT) WHERE position = 9")

    log = await SqliteLog.open(path)
    assert (await log.append([record(RECORDS)])).positions == [RECORDS + 1]
    await log.close()
    assert codes(path) == [("changed", 9)]
