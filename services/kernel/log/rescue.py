"""Saves what an open log holds, once its files on disk are not those that it was opened with."""

import shutil
import sqlite3
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger(__name__)

WAL: Final = "-wal"

Identity = tuple[int, int] | None
"""Device and inode; None: there is no such file."""


def identity(path: Path) -> Identity:
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_dev, seen.st_ino


def identities(path: Path) -> tuple[Identity, Identity]:
    """Of the log's file and of its `-wal`."""
    return identity(path), identity(path.with_name(path.name + WAL))


def rescue(db: sqlite3.Connection, path: Path, place: Path, opened: tuple[Identity, Identity]) -> None:
    """Never fails, as there may be nothing to save. `db`: the connection that still has the files open. `opened`: their
    identities then.

    - The log is still there, but its `-wal` is not: the commits in it are written into the log.
    - The log was removed or replaced: the connection still reads the old file, which is copied to `place`.
    - The log was emptied: its `-wal` is copied to `place` before closing the connection deletes it.
    """
    wal = path.with_name(path.name + WAL)
    file_now, wal_now = identities(path)
    try:
        if file_now != opened[0]:
            db.execute("VACUUM INTO ?", (str(place / path.name),))
        elif path.stat().st_size and wal_now != opened[1]:
            db.execute("PRAGMA wal_checkpoint(PASSIVE)")
        elif wal_now:
            shutil.copyfile(wal, place / wal.name)
    except (sqlite3.Error, OSError) as error:
        log.warning("what the log held could not be saved", reason=str(error))
