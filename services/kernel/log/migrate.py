"""Bring `events.db` to the current schema: numbered SQL files, one transaction each; `user_version` is the last one
applied. Rows of the log are never touched; old events are upcast on reading."""

import re
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

from services.kernel.log import finding
from services.kernel.log.finding import Finding, LogError
from services.kernel.log.sqlite import APPLICATION_ID, open_reader, open_writer


class NewerSchema(LogError):
    """A newer Albumen wrote the database."""


class NotALog(LogError):
    """The file is some other program's database, or none."""


def steps() -> list[tuple[int, str]]:
    """(number, SQL) of every migration, in order."""
    return sorted(
        (int(entry.name[:3]), entry.read_text("utf-8"))
        for entry in files("services.kernel.log.migrations").iterdir()
        if re.fullmatch(r"\d{3}_\w+\.sql", entry.name)
    )


def version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def recognise(db: sqlite3.Connection, file: str = "events.db") -> Finding | None:
    """None if the database is a log that this program can open, or empty. `file`: its name for people.

    Raises sqlite3.DatabaseError.
    """
    (application,) = db.execute("PRAGMA application_id").fetchone()
    try:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    except UnicodeDecodeError as error:  # SQLite quotes the damaged text in its message
        raise sqlite3.DatabaseError("malformed database schema") from error
    if tables and (application != APPLICATION_ID or "event" not in tables):
        return finding.not_a_log(file)
    current, newest = version(db), steps()[-1][0]
    return finding.newer_schema(file, current, newest) if current > newest else None


def migrate(db: sqlite3.Connection, file: str = "events.db") -> list[int]:
    """Apply the missing steps and return their numbers; a crash midway leaves only whole steps applied.

    Raises NewerSchema or NotALog, having changed nothing.
    """
    _refuse(recognise(db, file))
    current, applied = version(db), []
    for number, sql in steps():
        if number > current:
            db.executescript(f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {number};\nCOMMIT;")
            applied.append(number)
    return applied


def absence(path: Path) -> Finding | None:
    """None if the file is there and holds something. To be asked before SQLite opens it: of an empty database it would
    delete the WAL, even if it only reads."""
    if path.exists() and (path.is_dir() or path.stat().st_size):
        return None
    return (finding.orphaned if _has_wal(path) else finding.absent)(str(path))


def _has_wal(path: Path) -> bool:
    wal = path.with_name(f"{path.name}-wal")
    return wal.exists() and wal.stat().st_size > 0


def open_log(path: Path, *, check_same_thread: bool = True) -> tuple[sqlite3.Connection, list[int]]:
    """Open the log for writing, created or brought to the current schema, and say which steps that took.

    Raises LogError, NewerSchema or NotALog among them, having written nothing to the file, and sqlite3.DatabaseError.
    """
    fault = absence(path)
    if fault is None:
        _require(path)
    elif _has_wal(path):
        raise LogError(fault)
    db = open_writer(path, durable=True, check_same_thread=check_same_thread)
    try:
        return db, migrate(db, str(path))
    except BaseException:
        db.close()
        raise


def _require(path: Path) -> None:
    """Look before opening for writing, which would make even another program's database a WAL one."""
    try:
        with closing(open_reader(path)) as db:
            fault = recognise(db, str(path))
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "") != "SQLITE_NOTADB":
            raise
        fault = finding.no_database(str(path))
    _refuse(fault)


def _refuse(fault: Finding | None) -> None:
    if fault:
        raise (NewerSchema if fault.code == "newer_schema" else NotALog)(fault)
