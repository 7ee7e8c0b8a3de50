"""Bring `events.db` to the current schema: numbered SQL files, each in one transaction, `user_version` says
how far it is. Rows of the log are never touched; old events are upcast when they are read."""

import re
import sqlite3
from importlib.resources import files

from services.kernel.log.sqlite import APPLICATION_ID


class NewerSchema(Exception):
    """The database was written by a newer Albumen."""


class NotALog(Exception):
    """The file is a database of something else."""


def steps() -> list[tuple[int, str]]:
    """(number, SQL) of every migration, in order."""
    found = [
        (int(entry.name[:3]), entry.read_text("utf-8"))
        for entry in files("services.kernel.log.migrations").iterdir()
        if re.fullmatch(r"\d{3}_\w+\.sql", entry.name)
    ]
    return sorted(found)


def version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: sqlite3.Connection) -> list[int]:
    """Apply what is missing and return its numbers. A crash in the middle leaves whole steps only.

    Raises NewerSchema or NotALog, having changed nothing.
    """
    application = db.execute("PRAGMA application_id").fetchone()[0]
    tables = db.execute("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").fetchone()[0]
    if tables and application not in (0, APPLICATION_ID):
        raise NotALog("events.db is not a log of Albumen: choose another --data folder.")
    known, current, applied = steps(), version(db), []
    if current > known[-1][0]:
        raise NewerSchema(
            f"events.db has schema {current}, this Albumen knows up to {known[-1][0]}: install a newer one."
        )
    for number, sql in known:
        if number > current:
            db.executescript(f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {number};\nCOMMIT;")
            applied.append(number)
    return applied
