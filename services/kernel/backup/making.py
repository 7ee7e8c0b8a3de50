"""Makes backups. A copy counts once it has been read back and checked; whatever fails before that leaves nothing, and
no older backup is deleted before a newer one counts.

The log is copied by `VACUUM INTO` (https://sqlite.org/lang_vacuum.html#vacuuminto): one read transaction, so the copy
is the log as of one moment, however much is appended meanwhile, and no writer waits for it. (SQLite's online backup
begins anew whenever another connection writes, and might never end on a busy album.)
"""

import contextlib
import fcntl
import os
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from services.kernel.backup import manifest as names
from services.kernel.backup.checking import BadCopy, Contents, contents, sha256
from services.kernel.backup.manifest import Backup, Manifest, backups, read_backup
from services.kernel.backup.retention import keep
from services.kernel.clock import now_us
from services.kernel.durable import put_in_place
from services.kernel.log.sqlite import reader_uri
from services.kernel.sentence import Explained
from services.kernel.settings import Settings
from services.kernel.version import VERSION

SPARE: Final = 64_000_000
"""Bytes that a backup leaves free on a disk: the album itself must go on."""
ABANDONED_S: Final = 86_400
"""A part that was written to so long ago belongs to nobody; in a shared folder a younger one may be another album's."""
_PART: Final = ".part"


class BackupFailed(Explained):
    """There is no new backup; the older ones are untouched. The message says what to do."""


@contextlib.contextmanager
def making(settings: Settings) -> Iterator[None]:
    """One at a time for a data folder. Raises BackupFailed if another is being made.

    On a disk that has become read-only there is no lock, and no reason for one: backups go elsewhere.
    """
    if settings.data.exists() and not os.access(settings.data, os.W_OK):
        yield
        return
    with _written(settings.run):
        settings.run.mkdir(parents=True, exist_ok=True)
        file = (settings.run / "backup.lock").open("a")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed("A backup is already running.") from None
        yield


def make(settings: Settings, folder: Path, *, previews: bool = False, now: datetime | None = None) -> Backup:
    """A verified backup in the folder, which exists. Raises BackupFailed."""
    source = settings.events_db
    if not source.exists():
        raise BackupFailed("There is no log in %(folder)s to back up.", folder=str(settings.data))
    with _written(folder):
        _tidy(folder, 0 if folder == settings.backups else ABANDONED_S)
        _require_room(folder, _log_size(source) + (_folder_size(settings.previews) if previews else 0))
        moment = now or datetime.now(UTC)
        stem = names.new_stem(folder, moment)
        parts = {end: folder / f"{stem}{end}{_PART}" for end in (names.PREVIEWS, names.MANIFEST, names.LOG)}
        try:
            inside = _copied(source, parts[names.LOG])
            if previews:
                _pack(settings.previews, parts[names.PREVIEWS])
            described = _manifest(settings, inside, parts, moment)
            parts[names.MANIFEST].write_bytes(msgspec.json.format(msgspec.json.encode(described)))
            for end, part in parts.items():
                if part.exists():
                    part.chmod(0o600)
                    put_in_place(part, folder / f"{stem}{end}")
        finally:
            for part in parts.values():
                part.unlink(missing_ok=True)
    return read_backup(folder / f"{stem}{names.LOG}", moment)


def mirror(backup: Backup, folder: Path) -> Backup:
    """The same backup in another folder, which exists: read back and compared. Raises BackupFailed."""
    assert backup.manifest is not None
    with _written(folder):
        _tidy(folder, ABANDONED_S)
        _require_room(folder, backup.size)
        stem = names.new_stem(folder, backup.time)  # another album's may have been made in the same second
        for path in reversed([path for path in backup.files() if path.exists()]):
            target = folder / f"{stem}{path.name.removeprefix(backup.name)}"
            part = target.with_name(f"{path.name}{_PART}")
            try:
                part.touch(mode=0o600)
                shutil.copyfile(path, part)
                if sha256(part) != sha256(path):
                    raise BackupFailed(
                        "The copy in %(folder)s differs from what was written: is that disk failing?",
                        folder=str(folder),
                    )
                put_in_place(part, target)
            finally:
                part.unlink(missing_ok=True)
    return read_backup(folder / f"{stem}{names.LOG}", backup.time)


def _tidy(folder: Path, older_than_s: float) -> None:
    """Delete what one that was killed has left."""
    for leftover in folder.glob(f"albumen-*{_PART}*"):
        if time.time() - leftover.stat().st_mtime >= older_than_s:
            leftover.unlink(missing_ok=True)


def prune(folder: Path, newest: Backup) -> list[Backup]:
    """Delete what retention doesn't keep; returns that. Counts and deletes only whole backups of this very log, which
    `newest` holds: those of another album, and those that know events the log has lost, stay. Raises BackupFailed."""
    with _written(folder):
        mine = _of_the_log(backups(folder), newest)
        keeping = keep(backup.time for backup in mine)
        old = [backup for backup in mine if backup.time not in keeping]
        for backup in old:
            for path in backup.files():
                path.unlink(missing_ok=True)
    return old


def _of_the_log(all_: list[Backup], newest: Backup) -> list[Backup]:
    uri = f"{newest.path.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as db:

        def in_it(backup: Backup) -> bool:
            if backup.manifest is None or not backup.whole:
                return False
            row = db.execute(
                "SELECT hex(event_id) FROM event WHERE position = ?", (backup.manifest.position,)
            ).fetchone()
            return row is not None and row[0].lower() == backup.manifest.last_event_id

        return [backup for backup in all_ if in_it(backup)]


def _copied(source: Path, part: Path) -> Contents:
    part.touch(mode=0o600)
    try:
        source.open("rb").close()
    except OSError as error:
        raise BackupFailed(
            "%(file)s can’t be read (%(why)s).", file=str(source), why=error.strerror or str(error)
        ) from error
    try:
        with (
            _openable(source, part) as log,
            closing(sqlite3.connect(reader_uri(log), uri=True, isolation_level=None)) as db,
        ):
            db.execute("PRAGMA busy_timeout = 5000")
            db.execute("VACUUM INTO ?", (str(part),))
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname in ("SQLITE_FULL", "SQLITE_CANTOPEN") or "IOERR" in error.sqlite_errorname:
            raise BackupFailed(
                "The backup in %(folder)s could not be written (%(why)s).",
                folder=str(part.parent),
                why=str(error),
            ) from error
        raise _damaged(str(error)) from error
    except sqlite3.DatabaseError as error:
        raise _damaged(str(error)) from error
    try:
        return contents(part)
    except BadCopy as error:
        raise _damaged(str(error)) from error


@contextlib.contextmanager
def _openable(source: Path, part: Path) -> Iterator[Path]:
    """The log; or a copy of its files beside the backup, if SQLite can't write beside it what it needs to read it."""
    if os.access(source.parent, os.W_OK):
        yield source
        return
    copy = part.with_name(f"{part.name}.log")
    try:
        for end in ("", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(f"{source}{end}", f"{copy}{end}")
        yield copy
    finally:
        for end in ("", "-wal", "-shm"):
            Path(f"{copy}{end}").unlink(missing_ok=True)


def _damaged(why: str) -> BackupFailed:
    return BackupFailed(
        "The log did not pass the check of its copy (%(why)s), so there is no new backup; earlier ones stay. "
        "Run “albumen doctor”.",
        why=why,
    )


def _manifest(settings: Settings, inside: Contents, parts: dict[str, Path], moment: datetime) -> Manifest:
    log, previews = parts[names.LOG], parts[names.PREVIEWS]
    return Manifest(
        **msgspec.structs.asdict(inside),
        version=VERSION,
        size=log.stat().st_size,
        sha256=sha256(log),
        made_us=int(moment.timestamp() * 1e6),
        verified_us=now_us(),
        models=sorted(path.parent.name for path in settings.models.glob("*/model.json")),
        previews=previews.stat().st_size if previews.exists() else 0,
    )


def _pack(previews: Path, part: Path) -> None:
    """JPEGs don't get smaller: they are stored as they are."""
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as packed:
        for path in sorted(previews.glob("??/*.jpg")):
            with contextlib.suppress(FileNotFoundError):  # deleted meanwhile
                packed.write(path, path.relative_to(previews))
    with zipfile.ZipFile(part) as packed:
        if bad := packed.testzip():
            raise OSError(None, f"{bad} differs from what was written")


def _require_room(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < size + SPARE:
        raise BackupFailed(
            "The backup takes %(size)s MB and %(folder)s has only %(free)s MB left. Make room, or choose another disk.",
            folder=str(folder),
            size=-(-size // 1_000_000),
            free=free // 1_000_000,
        )


def _log_size(source: Path) -> int:
    wal = source.with_name(f"{source.name}-wal")
    return source.stat().st_size + (wal.stat().st_size if wal.exists() else 0)


def _folder_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("??/*.jpg"))


@contextlib.contextmanager
def _written(folder: Path) -> Iterator[None]:
    """Raises BackupFailed in place of OSError."""
    try:
        yield
    except FileNotFoundError as error:
        raise BackupFailed(
            "%(folder)s is not there. Connect its disk, or create the folder.", folder=str(folder)
        ) from error
    except OSError as error:
        raise BackupFailed(
            "%(folder)s can’t be written (%(why)s).", folder=str(folder), why=error.strerror or str(error)
        ) from error
