"""What an open log still holds is saved, whatever has become of its files on disk; and the stand-in until then."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from services.domain.albums.events import AlbumCreated
from services.kernel.log.closed_log import ClosedLog
from services.kernel.log.finding import Finding, LogError
from services.kernel.log.rescue import identities, rescue
from services.kernel.log.sqlite import WRITER
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.sentence import Sentence
from tests.support.log import records

ROWS = 50
WHY = Finding("absent", Sentence("The log is gone."), Sentence("Restore it."))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "events.db"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "saved").mkdir()
    return tmp_path / "saved"


@pytest.fixture
def db(path: Path) -> Iterator[sqlite3.Connection]:
    """Half of its rows in the file, the others in the WAL."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for pragma in WRITER:
            db.execute(pragma)
        db.execute("CREATE TABLE row (number INTEGER)")
        for number in range(ROWS):
            if number == ROWS // 2:
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.execute("INSERT INTO row VALUES (?)", (number,))
        yield db


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT count(*) FROM row").fetchone()[0])


def replaced(path: Path) -> None:
    path.unlink()
    path.write_bytes(b"another's")


@pytest.mark.parametrize("damage", [Path.unlink, replaced])
def test_a_log_that_was_removed_or_replaced_is_copied(
    db: sqlite3.Connection, path: Path, place: Path, damage: Callable[[Path], None]
) -> None:
    opened = identities(path)
    damage(path)
    there = path.read_bytes() if path.exists() else None
    rescue(db, path, place, opened)
    assert count(place / "events.db") == ROWS
    assert (path.read_bytes() if path.exists() else None) == there, "what is there now stays as it is"


def test_what_a_removed_wal_held_is_written_into_the_log(
    db: sqlite3.Connection, path: Path, place: Path, tmp_path: Path
) -> None:
    opened = identities(path)
    path.with_name("events.db-wal").unlink()
    rescue(db, path, place, opened)
    assert count(Path(shutil.copy(path, tmp_path / "copy.db"))) == ROWS
    assert list(place.iterdir()) == []


def test_the_wal_of_an_emptied_log_is_kept(db: sqlite3.Connection, path: Path, place: Path) -> None:
    opened = identities(path)
    wal = path.with_name("events.db-wal").read_bytes()
    os.truncate(path, 0)
    rescue(db, path, place, opened)
    assert [(one.name, one.read_bytes()) for one in place.iterdir()] == [("events.db-wal", wal)]


def test_where_nothing_is_left_nothing_is_saved(db: sqlite3.Connection, path: Path, place: Path) -> None:
    opened = identities(path)
    path.with_name("events.db-wal").unlink()
    os.truncate(path, 0)
    rescue(db, path, place, opened)
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: os.truncate(path, 0)])
def test_a_place_that_cannot_be_written_to_stops_nothing(
    db: sqlite3.Connection, path: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    opened = identities(path)
    damage(path)
    rescue(db, path, tmp_path / "nowhere", opened)
    assert not (tmp_path / "nowhere").exists()


async def test_a_closed_log_is_empty_and_takes_nothing() -> None:
    log = await ClosedLog.standing_in(WHY, 7, None)
    assert (log.readable, await log.head(), await log.read(0, 10)) == (False, 7, [])
    with pytest.raises(LogError, match="The log is gone"):
        await log.append(records([AlbumCreated(album_id="a", name="A")]))
    await log.close()


def files(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


def a_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE note (text TEXT)")


@pytest.mark.parametrize(
    "make", [lambda path: path.write_bytes(b"no database" * 1000), a_database, Path.mkdir, lambda _: None]
)
async def test_what_is_no_log_is_not_shown(tmp_path: Path, make: Callable[[Path], object]) -> None:
    path = tmp_path / "events.db"
    make(path)
    before = files(tmp_path)
    log = await ClosedLog.standing_in(WHY, 7, path)
    assert (log.readable, await log.head(), await log.read(0, 10)) == (False, 7, [])
    await log.close()
    assert files(tmp_path) == before


async def test_a_closed_log_shows_the_real_one_and_leaves_it_as_it_is(tmp_path: Path) -> None:
    real = await SqliteLog.open(tmp_path / "events.db")
    await real.append(records([AlbumCreated(album_id="a", name="A")]))
    await real.close()
    before = (tmp_path / "events.db").read_bytes()
    log = await ClosedLog.standing_in(WHY, 7, tmp_path / "events.db")
    assert (log.readable, await log.head()) == (True, 7)
    assert [row.type for row in await log.read(0, 10)] == ["album_created"]
    with pytest.raises(LogError):
        await log.append(records([AlbumCreated(album_id="b", name="B")]))
    await log.close()
    assert (tmp_path / "events.db").read_bytes() == before
