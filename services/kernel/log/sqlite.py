"""All pragmas, and how database files are opened."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

_DAMAGE: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR_SHORT_READ")
APPLICATION_ID: Final = 0x416C624D  # "AlbM"

# Not trusted_schema=OFF here: SQLite 3.40 then refuses json_valid() in the log's own CHECK.
WRITER: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA temp_store = MEMORY",
)
# No mmap: a file that is cut while it is mapped ends the process with SIGBUS instead of an error.
READER: Final = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA query_only = ON",
    "PRAGMA trusted_schema = OFF",
)
"""Without mmap_size: the process would be killed (SIGBUS) when a file is cut off or its disk fails while it reads."""

EVEN_CUT: Final = "PRAGMA writable_schema = ON"
"""For a reader: SQLite then reads what is left of a file that is shorter than it says (`lockBtree` in `btree.c`)."""


def open_writer(path: Path, *, durable: bool, check_same_thread: bool = True) -> sqlite3.Connection:
    """Open for writing in explicit transactions.

    `durable`: synchronous=FULL, a commit survives a power cut (the log). Otherwise NORMAL: consistent, but the last
    commits may be lost (the views, which can be rebuilt).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    db = _connect(str(path), WRITER, check_same_thread)
    db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    db.execute(f"PRAGMA fullfsync = {int(durable)}")  # macOS: out of the disk's own cache; nothing elsewhere
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    return db


def reader_uri(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro"


def open_reader(path: Path, *, check_same_thread: bool = True) -> sqlite3.Connection:
    """Open read-only. Raises sqlite3.OperationalError when the file does not exist."""
    _roll_back(path)
    return _connect(reader_uri(path), READER, check_same_thread, uri=True)


def _roll_back(path: Path) -> None:
    """Undo what a power cut broke off while the file was made, before it had a WAL: whoever only reads can't, and
    SQLite then says that the database is read-only. What stands in the way of it, reading says."""
    if path.with_name(f"{path.name}-journal").exists():
        address = f"{path.absolute().as_uri()}?mode=rw"
        with suppress(sqlite3.Error), closing(sqlite3.connect(address, uri=True)) as db:
            db.execute("SELECT count(*) FROM sqlite_schema")


def open_untouched(path: Path, *, check_same_thread: bool = True) -> sqlite3.Connection:
    """Open read-only; create nothing beside the file unless a `-wal` is there already. Raises like `open_reader`."""
    if path.with_name(f"{path.name}-wal").exists():
        return open_reader(path, check_same_thread=check_same_thread)
    return _connect(f"{reader_uri(path)}&immutable=1", READER, check_same_thread, uri=True)


def _connect(name: str, pragmas: Sequence[str], same_thread: bool, uri: bool = False) -> sqlite3.Connection:
    db = sqlite3.connect(
        name, isolation_level=None, check_same_thread=same_thread, cached_statements=256, uri=uri
    )
    try:
        for pragma in pragmas:
            db.execute(pragma)
    except UnicodeDecodeError as error:  # SQLite quotes the damaged text of a schema in its message
        db.close()
        raise sqlite3.DatabaseError("malformed database schema") from error
    except BaseException:
        db.close()
        raise
    return db


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file is corrupt, as opposed to busy or out of disk space."""
    name = getattr(error, "sqlite_errorname", None)
    return name.startswith(_DAMAGE) if name else type(error) is sqlite3.DatabaseError


def is_unreadable(error: sqlite3.DatabaseError) -> bool:
    """Whether the file or its disk has lost what was asked for, as opposed to busy or out of disk space."""
    return is_damage(error) or getattr(error, "sqlite_errorname", "").startswith("SQLITE_IOERR")


def is_closed_off(error: sqlite3.DatabaseError) -> bool:
    """Whether the file can't even be opened: it may not be, or its disk fails at its first bytes."""
    return getattr(error, "sqlite_errorname", "").startswith(
        ("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR")
    )


_PASSING: Final = (
    "SQLITE_IOERR",
    "SQLITE_FULL",
    "SQLITE_READONLY",
    "SQLITE_CANTOPEN",
    "SQLITE_BUSY",
    "SQLITE_PERM",
)


def may_pass(error: sqlite3.DatabaseError) -> bool:
    """Whether the cause is the disk, or who may write there, so that the same may succeed later."""
    return getattr(error, "sqlite_errorname", "").startswith(_PASSING)
