"""Bring `events.db` to the current schema: numbered SQL files, one transaction each; `user_version` is the last one
applied. Rows of the log are never touched; old events are upcast on reading."""

import re
import sqlite3
from importlib.resources import files

from services.kernel.log.sqlite import APPLICATION_ID


class NewerSchema(Exception):
    """A newer Albumen wrote the database."""


class NotALog(Exception):
    """The file is some other program's database."""


def steps() -> list[tuple[int, str]]:
    """(number, SQL) of every migration, in order."""
    return sorted(
        (int(entry.name[:3]), entry.read_text("utf-8"))
        for entry in files("services.kernel.log.migrations").iterdir()
        if re.fullmatch(r"\d{3}_\w+\.sql", entry.name)
    )


def version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: sqlite3.Connection) -> list[int]:
    """Apply the missing steps and return their numbers; a crash midway leaves only whole steps applied.

    Raises NewerSchema or NotALog, having changed nothing.
    """
    application = db.execute("PRAGMA application_id").fetchone()[0]
    tables = db.execute("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").fetchone()[0]
    if tables and application not in (0, APPLICATION_ID):
        raise NotALog("events.db is not a log of Albumen: choose another --data folder.")
    available, current, applied = steps(), version(db), []
    if current > (newest := available[-1][0]):
        raise NewerSchema(
            f"events.db has schema {current}, this Albumen knows up to {newest}: install a newer one."
        )
    for number, sql in available:
        if number > current:
            db.executescript(f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {number};\nCOMMIT;")
            applied.append(number)
    return applied
