"""An append is acknowledged only if it will be found again, whatever becomes of the log's files while they are open."""

import asyncio
import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import closing, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from services.domain.albums.events import AlbumRenamed
from services.kernel.log import chain, guard
from services.kernel.log.envelope import Record
from services.kernel.log.finding import LogError
from services.kernel.log.migrate import open_log
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.log.verify import verify
from tests.support.log import records

RECORDS = 200


def record(n: int) -> Record:
    return records([AlbumRenamed(album_id="a", name=f"{n} " + "x" * 200)])[0]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A symbolic link, like a data folder on another disk."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "disk")
    return tmp_path / "data"


@pytest.fixture
async def log(data: Path) -> AsyncIterator[SqliteLog]:
    """RECORDS records, the first half of them in the database, the others in the WAL."""
    one = await SqliteLog.open(data / "events.db")
    for n in range(RECORDS):
        if n == RECORDS // 2:
            with closing(sqlite3.connect(data / "events.db")) as db:
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        await one.append([record(n)])
    yield one
    with suppress(RuntimeError):  # the test has closed it
        await one.close()


def disk(data: Path) -> Path:
    return data.with_name("disk")


def shell(command: str, data: Path) -> None:
    """Not in this process: SQLite's locks are lost when their process closes any other handle of the file."""
    subprocess.run(["sh", "-c", command], cwd=data, check=True)


def move(data: Path) -> None:
    disk(data).rename(data.with_name("moved"))


def move_back(data: Path) -> None:
    data.with_name("moved").rename(disk(data))


def replace(data: Path) -> None:
    """By a copy, or another disk mounted over it."""
    move(data)
    shutil.copytree(data.with_name("moved"), disk(data))


def put_back(data: Path) -> None:
    disk(data).rename(data.with_name("other"))
    move_back(data)


def retarget(data: Path) -> None:
    data.unlink()
    data.symlink_to(data.parent)


def target_again(data: Path) -> None:
    data.unlink()
    data.symlink_to(disk(data))


@pytest.mark.parametrize(
    ("damage", "repair"), [(move, move_back), (replace, put_back), (retarget, target_again)]
)
async def test_a_folder_that_is_elsewhere_is_written_to_again_once_it_is_back(
    log: SqliteLog, data: Path, damage: Callable[[Path], None], repair: Callable[[Path], None]
) -> None:
    damage(data)
    with pytest.raises(LogError, match=r"moved or replaced.*Put it back") as refusal:
        await log.append([record(RECORDS)])
    assert await log.fault() == refusal.value.finding
    assert await log.head() == RECORDS

    repair(data)
    assert await log.fault() is None
    assert (await log.append([record(RECORDS)])).positions == [RECORDS + 1]
    assert verify(data / "events.db") is None


async def test_nothing_is_acknowledged_once_the_folder_is_read_only(
    log: SqliteLog, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite still writes through the mount that a read-only one has covered."""
    read_only = SimpleNamespace(f_flag=os.ST_RDONLY)
    monkeypatch.setattr(os, "statvfs", lambda path: read_only if Path(path).parent == data else None)
    with pytest.raises(
        LogError, match=r"Nothing can be saved in .*events.db \(Read-only file system\)"
    ) as refusal:
        await log.append([record(RECORDS)])
    assert await log.fault() == refusal.value.finding
    assert await log.head() == RECORDS

    monkeypatch.undo()
    assert await log.fault() is None
    assert (await log.append([record(RECORDS)])).positions == [RECORDS + 1]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: shutil.rmtree(disk(data)),
        lambda data: shell("rm events.db", data),
        lambda data: shell("rm events.db*", data),
        lambda data: shell("rm ../data", data),
    ],
)
async def test_nothing_is_acknowledged_in_a_log_that_is_removed(
    log: SqliteLog, data: Path, damage: Callable[[Path], object]
) -> None:
    damage(data)
    with pytest.raises(LogError) as refusal:
        await log.append([record(RECORDS)])
    assert refusal.value.finding.code == "elsewhere"


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.endswith("-shm")}


async def test_closing_leaves_alone_what_has_taken_the_place_of_the_log(log: SqliteLog, data: Path) -> None:
    """SQLite removes the WAL when it closes a database: not the one of another database at the same path."""
    replace(data)
    before = content(disk(data))
    with pytest.raises(LogError):
        await log.append([record(RECORDS)])
    await log.close()
    assert content(disk(data)) == before
    assert before["events.db-wal"]


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
async def test_what_a_removed_wal_holds_is_saved(data: Path, log: SqliteLog, suffix: str) -> None:
    """All that was acknowledged is in the log after a restart, even if the process is killed now."""
    (data / f"events.db{suffix}").unlink()
    with pytest.raises(LogError, match=rf"events.db{suffix} was removed .* Restart Albumen. Nothing is lost"):
        await log.append([record(RECORDS)])

    copied = Path(shutil.copy(data / "events.db", data.with_name("copied.db")))
    assert verify(copied) is None
    again = await SqliteLog.open(copied)
    assert await again.head() == RECORDS
    await again.close()


def scribble(data: Path) -> None:
    pages = (data / "events.db").stat().st_size // 4096
    shell(
        f"head -c 8192 /dev/urandom | dd of=events.db bs=4096 seek={pages // 2} conv=notrunc status=none",
        data,
    )


def overwrite_with_an_older_copy(data: Path) -> None:
    """As `cp` does it, into the same file."""
    with closing(sqlite3.connect(data / "events.db")) as db, closing(sqlite3.connect(data / "old.db")) as old:
        db.backup(old)
        old.execute("DROP TRIGGER event_no_delete")
        old.execute("DROP TRIGGER chain_no_delete")
        old.execute("DELETE FROM event WHERE position > 50")
        old.execute("DELETE FROM chain WHERE position > 50")
        old.execute("UPDATE sqlite_sequence SET seq = 50")
        old.commit()
        old.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shell("cat old.db > events.db", data)


@pytest.mark.parametrize(
    "damage", [scribble, overwrite_with_an_older_copy, lambda data: shell(": > events.db", data)]
)
async def test_a_file_that_is_written_over_is_noticed_before_anything_is_appended(
    log: SqliteLog, data: Path, damage: Callable[[Path], object]
) -> None:
    writes = log.foreign_writes
    damage(data)
    for _ in range(2):
        with pytest.raises(LogError) as refusal:
            await log.append([record(RECORDS)])
        assert refusal.value.finding.stops
        assert await log.fault() == refusal.value.finding
    assert log.foreign_writes == writes + 1


async def test_after_a_disk_that_could_not_be_read_it_goes_on(
    log: SqliteLog, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite calls it malformed; the system says that the disk fails, so it may pass."""

    def failing(descriptor: int, length: int, at: int) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    shell("cp events.db whole.db", data)
    scribble(data)
    with monkeypatch.context() as patch:
        patch.setattr(os, "pread", failing)
        with pytest.raises(LogError, match="Input/output error") as refusal:
            await log.append([record(RECORDS)])
        assert refusal.value.finding.code == "unreadable"
        assert await log.fault() == refusal.value.finding
    shell("cat whole.db > events.db", data)
    assert await log.fault() is None
    assert (await log.append([record(RECORDS)])).positions == [RECORDS + 1]


async def test_another_program_that_writes_like_sqlite_does_no_harm(log: SqliteLog, data: Path) -> None:
    """It should not, but what it appended is kept."""
    other = await SqliteLog.open(data / "events.db")
    await other.append([record(RECORDS), record(RECORDS + 1)])
    await other.close()

    assert (await log.append([record(RECORDS + 2)])).positions == [RECORDS + 3]
    assert verify(data / "events.db") is None
    assert log.foreign_writes >= 1


async def test_a_file_system_whose_times_change_by_themselves_is_not_verified_again_and_again(
    log: SqliteLog, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Path] = []
    monkeypatch.setattr(guard, "verify", lambda path, last: calls.append(path))
    for n in range(3 * guard.OFTEN):
        os.utime(data / "events.db", (n, n))
        await log.append([record(n)])
    assert 0 < len(calls) <= guard.OFTEN
    assert verify(data / "events.db") is None


async def test_a_folder_that_moves_during_a_commit_is_noticed_after_it(
    log: SqliteLog, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller learns that nothing is certain; repeating the append with the same ids is harmless, as always."""
    links = chain.links

    def meanwhile(previous: bytes, rows: list[tuple[object, ...]]) -> list[bytes]:
        move(data)
        monkeypatch.undo()
        return links(previous, rows)

    monkeypatch.setattr(chain, "links", meanwhile)
    late = record(RECORDS)
    with pytest.raises(LogError, match="moved or replaced"):
        await log.append([late])

    move_back(data)
    assert (await log.append([late])).positions == [RECORDS + 1]
    assert await log.head() == RECORDS + 1


async def test_a_record_that_is_missing_is_told_but_stops_nothing(data: Path, log: SqliteLog) -> None:
    """As after `doctor --recover`, which can't bring back everything: the rest is safe, and so is what comes."""
    await log.close()
    with closing(sqlite3.connect(data / "events.db")) as db:
        db.executescript("DROP TRIGGER event_no_delete; DELETE FROM event WHERE position = 150")

    again = await SqliteLog.open(data / "events.db")
    assert (await again.append([record(RECORDS)])).positions == [RECORDS + 1]
    assert (fault := await again.fault()) is not None
    assert (fault.code, fault.position) == ("missing", 150)
    assert len(await again.read(0)) == RECORDS
    await again.close()


async def test_a_record_that_was_changed_is_told_but_stops_nothing(data: Path, log: SqliteLog) -> None:
    await log.close()
    with closing(sqlite3.connect(data / "events.db")) as db:
        db.executescript("DROP TRIGGER event_no_update; UPDATE event SET data = '{}' WHERE position = 150")

    again = await SqliteLog.open(data / "events.db")
    assert (await again.append([record(RECORDS)])).positions == [RECORDS + 1]
    assert (fault := await again.fault()) is not None
    assert (fault.code, fault.position) == ("changed", 150)
    await again.close()


@pytest.mark.parametrize("damage", [": > events.db", "rm events.db"])
def test_a_wal_without_its_log_is_kept(data: Path, damage: str) -> None:
    """SQLite would delete it when it opens the database, and with it the newest records."""
    asyncio.run(killed(data / "events.db"))
    shell(damage, data)
    before = content(disk(data))
    assert before["events.db-wal"]

    assert (fault := verify(data / "events.db")) is not None
    assert fault.code == "absent"
    with pytest.raises(LogError, match=r"only entries in .*events.db-wal"):
        open_log(data / "events.db")
    assert content(disk(data)) == before


def test_a_wal_that_holds_nothing_is_none(data: Path) -> None:
    """As SQLite leaves one of which every entry is in the log. What is written then survives a power cut."""
    (data / "events.db-wal").touch()
    db, _ = open_log(data / "events.db")
    assert db.execute("PRAGMA synchronous").fetchone() == (2,), "FULL"
    db.close()
    assert verify(data / "events.db") is None


async def killed(path: Path) -> None:
    """A log as a process that is killed leaves it: not closed, with its WAL."""
    log = await SqliteLog.open(path.with_name("living.db"))
    await log.append([record(0)])
    for suffix in ("", "-wal"):
        shell(f"cp living.db{suffix} events.db{suffix}", path.parent)
    await log.close()


async def test_a_log_too_damaged_to_be_opened_says_so(data: Path, log: SqliteLog) -> None:
    await log.close()
    shell("dd if=/dev/urandom of=events.db bs=4096 seek=1 count=4 conv=notrunc status=none", data)
    with pytest.raises(LogError, match=r"The file of the log is damaged .* restore the newest backup"):
        await SqliteLog.open(data / "events.db")
