"""Backups of a log that is in use; damage of every kind is noticed before anything is replaced."""

import asyncio
import errno
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from services.kernel.backup import making, restoring
from services.kernel.backup.checking import BadCopy, contents, sha256
from services.kernel.backup.making import BackupFailed, make, mirror, prune
from services.kernel.backup.manifest import Backup, backups
from services.kernel.backup.restoring import NothingToRestore, restore
from services.kernel.log.envelope import Envelope
from services.kernel.log.sqlite import open_writer
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.paths import preview_path
from services.kernel.settings import Settings
from tests.gateway.pages import seeded
from tests.support.log import records, write

NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    own = Settings(data=tmp_path / "data", previews=tmp_path / "data/previews")
    asyncio.run(write(own, list(seeded.library(tmp_path / "photos"))[:60]))
    own.backups.mkdir()
    return own


async def rows(settings: Settings) -> list[Envelope]:
    log = await SqliteLog.open(settings.events_db)
    try:
        return await log.read(0, 10_000)
    finally:
        await log.close()


def days(settings: Settings, *ago: int) -> list[Backup]:
    return [make(settings, settings.backups, now=NOW - timedelta(days=day)) for day in ago]


def test_a_backup_is_the_log_and_says_what_is_in_it(settings: Settings) -> None:
    backup = make(settings, settings.backups, now=NOW)

    assert backup.path.name == "albumen-2026-11-29T03-00-00Z.db"
    assert backups(settings.backups) == [backup]
    assert backup.manifest
    assert backup.manifest.position == 60
    assert backup.whole
    assert backup.path.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in settings.backups.iterdir()) == [
        "albumen-2026-11-29T03-00-00Z.db",
        "albumen-2026-11-29T03-00-00Z.json",
    ]
    before = asyncio.run(rows(settings))
    shutil.copyfile(backup.path, settings.events_db)  # by hand, without Albumen
    assert asyncio.run(rows(settings)) == before


async def test_it_is_the_log_of_one_moment_while_much_is_appended(settings: Settings) -> None:
    """Whatever was acknowledged before it began is in it, and it has no gap."""
    log = await SqliteLog.open(settings.events_db)
    stop = asyncio.Event()
    events = list(seeded.library(settings.data / "photos"))

    async def busily() -> None:
        while not stop.is_set():
            await log.append(records(events[60:100]))

    task = asyncio.create_task(busily())
    try:
        for number in range(3):
            head = await log.head()
            backup = await asyncio.to_thread(
                make, settings, settings.backups, now=NOW + timedelta(days=number)
            )
            assert backup.manifest
            assert head <= backup.manifest.position <= await log.head()
            assert contents(backup.path).position == backup.manifest.position
    finally:
        stop.set()
        await task
        await log.close()


def test_two_in_one_second_have_two_names(settings: Settings) -> None:
    names = [backup.name for backup in days(settings, 0, 0, 0)]
    assert len(set(names)) == 3


def test_previews_are_packed_and_unpacked(settings: Settings, tmp_path: Path) -> None:
    small = preview_path(settings.previews, seeded.image_id(1))
    small.parent.mkdir(parents=True)
    small.write_bytes(b"\xff\xd8preview")
    backup = make(settings, settings.backups, previews=True)
    assert backup.manifest
    assert backup.manifest.previews
    new = Settings(data=tmp_path / "new", previews=tmp_path / "new/previews")

    assert restore(new, settings.backups).previews == 1

    assert preview_path(new.previews, seeded.image_id(1)).read_bytes() == b"\xff\xd8preview"


def test_no_member_of_an_archive_leads_out_of_the_previews(settings: Settings, tmp_path: Path) -> None:
    backup = make(settings, settings.backups)
    with zipfile.ZipFile(backup.path.with_name(f"{backup.name}-previews.zip"), "w") as packed:
        packed.writestr("../../out.jpg", b"x")
        packed.writestr("aa/../../../out.jpg", b"x")
    new = Settings(data=tmp_path / "new", previews=tmp_path / "new/previews")

    assert restore(new, settings.backups).previews == 0

    assert list(tmp_path.rglob("out.jpg")) == []


def test_old_ones_go_and_nothing_else(settings: Settings) -> None:
    days(settings, *range(20, 0, -1))
    (settings.backups / "letter.db").write_bytes(b"mine")
    (settings.backups / "albumen-2026-99-99T03-00-00Z.db").write_bytes(b"mine, too")
    newest = make(settings, settings.backups, now=NOW)

    deleted = prune(settings.backups, newest)

    assert len(deleted) == 21 - len(backups(settings.backups))
    assert 14 <= len(backups(settings.backups)) <= 18
    assert {"letter.db", "albumen-2026-99-99T03-00-00Z.db"} <= {
        path.name for path in settings.backups.iterdir()
    }
    assert len(list(settings.backups.glob("*.json"))) == len(backups(settings.backups))


def another_album(settings: Settings) -> None:
    settings.events_db.unlink()
    asyncio.run(write(settings, list(seeded.library(settings.data))[:5]))


def an_older_copy(settings: Settings) -> None:
    shutil.copyfile(settings.backups.with_name("early.db"), settings.events_db)


@pytest.mark.parametrize("changed", [another_album, an_older_copy])
def test_a_log_that_lacks_events_displaces_no_backup_that_has_them(
    settings: Settings, changed: Callable[[Settings], None]
) -> None:
    shutil.copyfile(days(settings, 50)[0].path, settings.backups.with_name("early.db"))
    asyncio.run(write(settings, list(seeded.library(settings.data))[:5]))
    full = days(settings, *range(40, 20, -1))
    changed(settings)
    for day in range(20, 0, -1):
        prune(settings.backups, *days(settings, day))

    assert {backup.name for backup in full} <= {backup.name for backup in backups(settings.backups)}


def test_a_damaged_backup_takes_no_good_ones_place(settings: Settings) -> None:
    first, second = days(settings, 0, 0)
    second.path.write_bytes(second.path.read_bytes()[:5000])
    third = make(settings, settings.backups, now=NOW - timedelta(days=1))

    prune(settings.backups, third)

    assert first.path.exists()


def flipped(path: Path) -> None:
    """One letter in the middle of an event."""
    content = path.read_bytes()
    at = content.rindex(b'"JPEG"')
    path.write_bytes(content[:at] + b'"JPEX"' + content[at + 6 :])


def zeroed(path: Path) -> None:
    """A page with events on it."""
    content = bytearray(path.read_bytes())
    page = content.rindex(b'"JPEG"') // 4096 * 4096
    content[page : page + 4096] = bytes(4096)
    path.write_bytes(content)


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.executescript("CREATE TABLE event (position INTEGER PRIMARY KEY); INSERT INTO event VALUES (1)")


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 999")


def shorter(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript("DROP TRIGGER event_no_delete; DELETE FROM event WHERE position = 20")


DAMAGE: Any = {
    "a letter": (flipped, "changed"),
    "a page of zeros": (zeroed, "changed"),
    "half of it": (lambda path: path.write_bytes(path.read_bytes()[:20_000]), "changed"),
    "nothing in it": (lambda path: path.write_bytes(b""), "changed"),
    "a letter to grandmother": (lambda path: path.write_bytes(b"Dear grandmother"), "changed"),
    "another program's": (foreign, "changed"),
    "a newer Albumen's": (newer, "changed"),
    "an event is missing": (shorter, "changed"),
}
UNMANIFESTED: Any = {
    "a letter": (flipped, "not what Albumen wrote"),
    "a page of zeros": (zeroed, "damaged"),
    "half of it": (lambda path: path.write_bytes(path.read_bytes()[:20_000]), "damaged"),
    "nothing in it": (lambda path: path.write_bytes(b""), "not an SQLite database"),
    "a letter to grandmother": (lambda path: path.write_bytes(b"Dear grandmother"), "not an SQLite database"),
    "another program's": (foreign, "not Albumen’s log"),
    "a newer Albumen's": (newer, "this Albumen knows schemas only up to"),
    "an event is missing": (shorter, "Entry 20 is missing"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_bad_newest_is_passed_over_with_a_word(settings: Settings, tmp_path: Path, kind: str) -> None:
    old, new = days(settings, 1, 0)
    damage, word = DAMAGE[kind]
    damage(new.path)
    target = Settings(data=tmp_path / "new", previews=tmp_path / "new/previews")

    restored = restore(target, settings.backups)

    assert restored.source == old.path
    assert word in restored.passed_over[0]
    assert new.path.name in restored.passed_over[0]
    assert restored.contents.position == 60


@pytest.mark.parametrize("kind", UNMANIFESTED)
def test_a_bad_file_without_a_manifest_is_refused_and_nothing_changes(settings: Settings, kind: str) -> None:
    (backup,) = days(settings, 0)
    bad = backup.path.rename(settings.data / "bad.db")
    damage, word = UNMANIFESTED[kind]
    damage(bad)
    before = {path: path.read_bytes() for path in settings.data.rglob("*") if path.is_file()}

    with pytest.raises(BadCopy, match=word) as error:
        restore(settings, bad)

    assert "bad.db" in str(error.value)
    assert {path: path.read_bytes() for path in settings.data.rglob("*") if path.is_file()} == before


def test_what_was_there_is_moved_aside_with_its_write_ahead_log(settings: Settings) -> None:
    (backup,) = days(settings, 0)
    (settings.views).mkdir()
    (settings.views / "current").write_text("views-1.db")
    log = settings.events_db.read_bytes()
    settings.events_db.with_name("events.db-wal").write_bytes(b"not applied")

    restored = restore(settings, backup.path)

    assert restored.aside
    assert restored.aside.name.startswith("replaced-")
    assert (restored.aside / "events.db").read_bytes() == log
    assert (restored.aside / "events.db-wal").read_bytes() == b"not applied"
    assert (restored.aside / "views/current").read_text() == "views-1.db"
    assert not settings.views.exists()
    assert len(asyncio.run(rows(settings))) == 60
    assert not (settings.data / "restoring").exists()


def test_a_copied_log_is_restored_with_its_write_ahead_log(settings: Settings, tmp_path: Path) -> None:
    """As somebody copies it by hand while Albumen runs, or after it was killed."""
    copy = tmp_path / "stick"
    copy.mkdir()
    with closing(open_writer(settings.events_db, durable=True)) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("INSERT INTO cursor VALUES ('in the wal', 1)")
        for path in settings.data.glob("events.db*"):
            shutil.copyfile(path, copy / path.name)
    assert (copy / "events.db-wal").stat().st_size
    new = Settings(data=tmp_path / "new", previews=tmp_path / "new/previews")

    assert restore(new, copy).source == copy / "events.db"

    with closing(sqlite3.connect(new.events_db)) as db:
        assert db.execute("SELECT name FROM cursor").fetchall() == [("in the wal",)]


def test_there_must_be_something_to_restore(settings: Settings, tmp_path: Path) -> None:
    for source, word in (
        (tmp_path / "unplugged", "Connect its disk"),
        (settings.backups, "no sound backup"),
        (settings.events_db, "log in use"),
    ):
        with pytest.raises(NothingToRestore, match=word):
            restore(settings, source)


class Usage(NamedTuple):
    free: int


def test_a_full_disk_is_not_filled_further(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(making.SPARE + 1000))
    with pytest.raises(BackupFailed, match="only 64 MB left"):
        make(settings, settings.backups)
    assert list(settings.backups.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS])
@pytest.mark.parametrize("call", ["put_in_place", "sha256"])
def test_a_disk_that_fails_leaves_nothing_half(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, number: int, call: str
) -> None:
    (good,) = days(settings, 1)

    def fails(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(making, call, fails)
    with pytest.raises(BackupFailed, match=os.strerror(number)):
        make(settings, settings.backups, now=NOW)
    with pytest.raises(BackupFailed, match=os.strerror(number)):
        mirror(good, settings.data)
    assert backups(settings.backups) == [good]
    assert list(settings.data.rglob("*.part")) == []


def test_a_second_disk_that_is_away_is_not_created(settings: Settings, tmp_path: Path) -> None:
    (backup,) = days(settings, 0)
    with pytest.raises(BackupFailed, match="Connect its disk"):
        mirror(backup, tmp_path / "media/usb")
    assert not (tmp_path / "media").exists()


def test_the_second_copy_is_compared(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (backup,) = days(settings, 0)
    copy = shutil.copyfile

    def rots(source: Path, target: Path) -> Path:
        copy(source, target)
        flipped(target) if target.name.endswith(".db.part") else None
        return target

    second = tmp_path / "usb"
    second.mkdir()
    assert mirror(backup, second).manifest == backup.manifest
    monkeypatch.setattr(shutil, "copyfile", rots)
    with pytest.raises(BackupFailed, match="is that disk failing"):
        mirror(make(settings, settings.backups, now=NOW + timedelta(days=1)), second)
    assert [one.name for one in backups(second)] == [backup.name]


def test_a_damaged_log_makes_no_backup(settings: Settings) -> None:
    (good,) = days(settings, 0)
    zeroed(settings.events_db)
    with pytest.raises(BackupFailed, match="albumen doctor"):
        make(settings, settings.backups, now=NOW + timedelta(days=1))
    assert backups(settings.backups) == [good]


@pytest.fixture(params=["_link", "put_in_place"])
def killed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(restoring, request.param, die)
    yield request.param


def test_a_restore_that_is_killed_leaves_the_old_log(settings: Settings, killed: str) -> None:
    (backup,) = days(settings, 0)
    before = settings.events_db.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        restore(settings, backup.path)
    assert settings.events_db.read_bytes() == before


def test_a_manifest_that_is_no_json_makes_no_difference(settings: Settings, tmp_path: Path) -> None:
    (backup,) = days(settings, 0)
    backup.path.with_suffix(".json").write_bytes(msgspec.json.encode([1]))
    new = Settings(data=tmp_path / "new", previews=tmp_path / "new/previews")
    assert restore(new, settings.backups).contents.position == 60


def test_a_folder_with_backups_of_two_albums(settings: Settings, tmp_path: Path) -> None:
    """Only the album that is here is restored from it; a new machine must say which."""
    other = Settings(data=tmp_path / "other", previews=tmp_path / "other/previews")
    asyncio.run(write(other, list(seeded.library(tmp_path / "photos"))[:7]))
    usb = tmp_path / "usb"
    usb.mkdir()
    (mine,) = days(settings, 1)
    other.backups.mkdir()
    theirs = make(other, other.backups, now=NOW - timedelta(days=1))
    copies = [mirror(one, usb) for one in (mine, theirs)]
    assert len({one.name for one in copies}) == 2
    mirror(make(other, other.backups, now=NOW), usb)

    assert restore(settings, usb).contents.position == 60
    assert restore(other, usb).contents.position == 7

    with pytest.raises(NothingToRestore, match="backups of 2 albums: name one"):
        restore(Settings(data=tmp_path / "new", previews=tmp_path / "new/previews"), usb)


def test_what_a_killed_one_left_is_deleted(settings: Settings, tmp_path: Path) -> None:
    """On a shared disk only once nobody can be writing it any more."""
    usb = tmp_path / "usb"
    usb.mkdir()
    for folder in (settings.backups, usb):
        (folder / "albumen-2020-01-01T00-00-00Z.db.part").write_bytes(b"half")
    (backup,) = days(settings, 0)
    mirror(backup, usb)
    assert list(settings.backups.glob("*.part")) == []
    (part,) = usb.glob("*.part")
    os.utime(part, (0, 0))
    mirror(make(settings, settings.backups), usb)
    assert list(usb.glob("*.part")) == []


def test_a_disk_that_fails_at_the_newest_gives_the_one_before(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = days(settings, 1, 0)

    def fails(path: Path) -> str:
        if path == new.path:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return sha256(path)

    monkeypatch.setattr(restoring, "sha256", fails)
    restored = restore(Settings(data=tmp_path / "new", previews=tmp_path / "new/previews"), settings.backups)
    assert restored.source == old.path
    assert "Input/output error" in restored.passed_over[0]


def test_a_full_disk_leaves_the_old_log(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    (backup,) = days(settings, 0)
    before = settings.events_db.read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space left"):
        restore(settings, backup.path)
    assert settings.events_db.read_bytes() == before
    assert list(settings.data.glob("replaced-*")) == []
    assert not (settings.data / "restoring").exists()
