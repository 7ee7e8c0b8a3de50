"""Every pragma, and how a database file is opened, in one place."""

import sqlite3
from pathlib import Path
from typing import Final

APPLICATION_ID: Final = 0x416C624D  # "AlbM"

# Not trusted_schema=OFF here: SQLite 3.40 then refuses json_valid() in the log's own CHECK.
WRITER: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA temp_store = MEMORY",
)
READER: Final = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA query_only = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA mmap_size = 268435456",
)


def open_writer(path: Path, *, durable: bool, check_same_thread: bool = True) -> sqlite3.Connection:
    """Open for writing in explicit transactions.

    `durable`: synchronous=FULL, a commit survives a power cut (the log). Otherwise NORMAL: consistent, but
    the last commits may be lost (the views: they can be made again).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(
        path, isolation_level=None, check_same_thread=check_same_thread, cached_statements=256
    )
    for pragma in WRITER:
        db.execute(pragma)
    db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    return db


def reader_uri(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro"


def open_reader(path: Path, *, check_same_thread: bool = True) -> sqlite3.Connection:
    """Open for reading only. Raises sqlite3.OperationalError when the file is not there."""
    db = sqlite3.connect(
        reader_uri(path),
        uri=True,
        isolation_level=None,
        check_same_thread=check_same_thread,
        cached_statements=256,
    )
    for pragma in READER:
        db.execute(pragma)
    return db
