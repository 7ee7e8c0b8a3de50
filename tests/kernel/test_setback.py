"""A log that goes backwards is not believed: every kind of damage is recognised by what the read tables know, nothing
is touched, and nothing else is mistaken for it."""

import asyncio
import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from services.domain.albums.events import AlbumCreated
from services.kernel.log.aside import move_aside
from services.kernel.log.setback import Setback, Witness, judge, overrule, tables
from services.kernel.log.verify import verify
from services.kernel.settings import Settings
from services.projector.rebuild import rebuild
from tests.support.log import lay_down, write


def albums(count: int, first: int = 0) -> list[AlbumCreated]:
    return [AlbumCreated(album_id=f"{n:04}", name=f"Album {n}") for n in range(first, first + count)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An album of 40 events, closed."""
    settings = Settings(data=tmp_path / "data", previews=tmp_path / "previews")
    lay_down(settings, albums(40))
    return settings


def files(settings: Settings) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in settings.data.rglob("*") if path.is_file()}


def found(settings: Settings, *, thorough: bool = False) -> Setback | None:
    """The judgement, which must change no file."""
    before = files(settings)
    setback = judge(settings, thorough=thorough)
    assert files(settings) == before
    return setback


def emptied(settings: Settings) -> None:
    os.truncate(settings.events_db, 0)


def emptied_beside_a_wal(settings: Settings) -> None:
    """SQLite deletes the `-wal` of an empty file as soon as it opens it."""
    os.truncate(settings.events_db, 0)
    settings.events_db.with_name("events.db-wal").write_bytes(b"the last events")


def removed(settings: Settings) -> None:
    settings.events_db.unlink()


def cut(settings: Settings) -> None:
    os.truncate(settings.events_db, settings.events_db.stat().st_size // 2 + 1234)


def without_its_last_page(settings: Settings) -> None:
    os.truncate(settings.events_db, settings.events_db.stat().st_size - 4096)


def without_its_magic(settings: Settings) -> None:
    with settings.events_db.open("r+b") as file:
        file.write(b"SQLlite")


def of_one_letter(settings: Settings) -> None:
    settings.events_db.write_bytes(b"S")


def of_another_program(settings: Settings) -> None:
    settings.events_db.unlink()
    with closing(sqlite3.connect(settings.events_db)) as db:
        db.execute("PRAGMA application_id = 7")
        db.execute("CREATE TABLE t (x)")


def text(settings: Settings) -> None:
    settings.events_db.write_text("Dear diary, " * 1000)


def of_a_newer_version(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.events_db)) as db:
        db.execute("PRAGMA user_version = 99")


def older(settings: Settings) -> None:
    settings.events_db.unlink()
    asyncio.run(write(settings, albums(7)))


def of_another_album(settings: Settings) -> None:
    settings.events_db.unlink()
    asyncio.run(write(settings, albums(60, 100)))


def behind_a_folder(settings: Settings) -> None:
    """It can't be opened, not even by root; as when it may not be read."""
    settings.events_db.unlink()
    settings.events_db.mkdir()


def without_its_wal(settings: Settings) -> None:
    """The main file as it was before anything was checkpointed."""
    settings.events_db.unlink()
    with closing(sqlite3.connect(settings.events_db)) as db:
        db.execute("PRAGMA journal_mode = WAL")


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (emptied, "empty"),
        (emptied_beside_a_wal, "empty"),
        (removed, "missing"),
        (cut, "damaged"),
        (without_its_last_page, "damaged"),
        (without_its_magic, "foreign"),
        (text, "foreign"),
        (of_one_letter, "empty"),
        (of_another_program, "foreign"),
        (of_a_newer_version, "newer"),
        (older, "shorter"),
        (of_another_album, "other"),
        (without_its_wal, "empty"),
        (behind_a_folder, "unreadable"),
    ],
)
def test_every_kind_of_damage_is_recognised(
    settings: Settings, damage: Callable[[Settings], None], kind: str
) -> None:
    damage(settings)
    setback = found(settings)
    assert setback is not None
    assert (setback.kind, setback.was) == (kind, 40)
    assert setback.seen_us > 1_700_000_000_000_000


def test_an_older_copy_is_told_by_where_it_ends(settings: Settings) -> None:
    older(settings)
    setback = found(settings)
    assert setback is not None
    assert (setback.ends, setback.was, setback.usable) == (7, 40, True)


@pytest.mark.parametrize("grown", [0, 1, 30])
def test_a_log_that_has_grown_is_sound(settings: Settings, grown: int) -> None:
    """The tables may lag behind, which they do after every crash."""
    asyncio.run(write(settings, albums(grown, 40)))
    assert found(settings, thorough=True) is None


def test_without_anything_there_is_nothing_to_doubt(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, previews=tmp_path / "previews")
    assert found(settings) is None
    settings.events_db.touch()
    assert found(settings) is None, "a start was killed before it had written anything"


def test_tables_of_an_empty_log_know_nothing(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, previews=tmp_path / "previews")
    lay_down(settings, [])
    assert list(tmp_path.glob("views/*.db"))
    settings.events_db.unlink()
    assert found(settings) is None


def test_what_was_last_written_counts_even_without_tables(settings: Settings) -> None:
    shutil.rmtree(settings.views)
    settings.events_db.rename(settings.events_db.with_name("events.db-wal"))
    setback = found(settings)
    assert setback is not None
    assert (setback.kind, setback.was) == ("missing", 0)


def test_earlier_tables_testify_when_the_current_ones_are_damaged(settings: Settings) -> None:
    current = rebuild(settings).path
    current.write_bytes(b"")
    older(settings)
    setback = found(settings)
    assert setback is not None
    assert (setback.kind, setback.was) == ("shorter", 40)


def test_the_tables_in_use_count_most_and_then_the_newest(tmp_path: Path) -> None:
    names = [f"views-{n:012x}-{n}.db" for n in (3, 1, 2)]
    for when, name in enumerate(names):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (when, when))
    assert [path.name for path in tables(tmp_path)] == names[::-1]
    (tmp_path / "current").write_text(f"{names[0]}\n")
    assert [path.name for path in tables(tmp_path)] == [names[0], names[2], names[1]]


def test_a_backup_testifies_when_there_are_no_tables(settings: Settings) -> None:
    shutil.rmtree(settings.views)
    (settings.data / "backups").mkdir()
    manifest = {"position": 33, "last_event_id": "00" * 16, "last_recorded_us": 1_795_000_000_000_000}
    (settings.data / "backups/albumen-2026-11-28T03-00-00Z.json").write_text(json.dumps(manifest))
    older(settings)
    setback = found(settings)
    assert setback is not None
    assert (setback.kind, setback.ends, setback.was) == ("shorter", 7, 33)


def test_what_a_person_has_overruled_does_not_count(settings: Settings) -> None:
    older(settings)
    overrule(settings)
    assert found(settings) is None
    emptied(settings)
    assert found(settings) is None


def test_a_later_loss_counts_again(settings: Settings) -> None:
    older(settings)
    overrule(settings)
    asyncio.run(write(settings, albums(3, 50)))
    rebuild(settings)
    removed(settings)
    setback = found(settings)
    assert setback is not None
    assert (setback.kind, setback.was) == ("missing", 10)


def test_whoever_runs_knows_more_than_the_tables(settings: Settings) -> None:
    asyncio.run(write(settings, albums(5, 40)))
    assert judge(settings, Witness(45, "", 1)) is None
    setback = judge(settings, Witness(46, "", 1))
    assert setback is not None
    assert (setback.kind, setback.ends, setback.was) == ("shorter", 45, 46)


def test_damage_that_no_short_look_meets_is_found_by_a_thorough_one(settings: Settings) -> None:
    size = settings.events_db.stat().st_size // 4096
    with closing(sqlite3.connect(settings.events_db)) as db:
        (index,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'event_told'").fetchone()
    assert 1 < index <= size
    with settings.events_db.open("r+b") as file:
        file.seek((index - 1) * 4096)
        file.write(bytes(4096))
    assert found(settings) is None
    setback = found(settings, thorough=True)
    assert setback is not None
    assert setback.kind == "damaged"


def test_what_its_disk_can_not_read_is_not_called_damaged(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite calls it malformed; the log may be whole once the disk works again."""
    with settings.events_db.open("r+b") as file:
        file.seek(4096)
        file.write(bytes(4096))
    read = os.pread

    def failing(descriptor: int, length: int, at: int) -> bytes:
        if at < 8192 and at + length > 4096:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(descriptor, length, at)

    assert (found(settings, thorough=True) or Setback(kind="other")).kind == "damaged"
    monkeypatch.setattr(os, "pread", failing)
    setback = found(settings, thorough=True)
    assert setback and (setback.kind, setback.detail) == ("unreadable", "Input/output error")
    fault = verify(settings.events_db)
    assert fault and fault.code == "unreadable"


def test_nothing_is_deleted_when_it_is_moved_aside(settings: Settings) -> None:
    before = {path.name: path.read_bytes() for path in settings.events_db.parent.glob("events.db*")}
    first, second = move_aside(settings, views=True), move_aside(settings, views=True)
    assert first != second
    assert {path.name: path.read_bytes() for path in first.glob("events.db*")} == before
    assert any((first / "views").glob("views-*.db"))
    assert not settings.events_db.exists()
    assert found(settings) is None
