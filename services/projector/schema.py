"""The schema of the read tables, assembled from the SQL of all subjects (`projections/*.sql`).

The tables are disposable: rebuilt from the log whenever the code that builds them changes. A file is filled in four
steps, and the kind of a statement decides its step, so each subject keeps its tables, triggers and the rest together.

Within a step subjects run in order of their names, so none may rely on another's settling statement.
"""

import re
import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import Final

import msgspec

_KINDS: Final = {
    "tables": re.compile(
        r"CREATE (?:(?:VIRTUAL )?TABLE|VIEW|TRIGGER \w+ (?:INSTEAD OF|AFTER DELETE ON due))\b"
    ),
    "indexes": re.compile(r"CREATE INDEX\b"),
    "settling": re.compile(r"(?:UPDATE|INSERT|DELETE)\b"),
    "triggers": re.compile(r"CREATE TRIGGER\b"),
}
_COMMENTS: Final = re.compile(r"^(?:\s*--[^\n]*\n|\s+)*")


class Schema(msgspec.Struct, frozen=True):
    """Statements in the order in which they run."""

    tables: list[str] = []
    """Tables, views with their INSTEAD OF triggers, and what works out what is due: before the first row."""
    indexes: list[str] = []
    """After a bulk load, which they would slow down."""
    settling: list[str] = []
    """Computes at once, after a bulk load, what triggers maintain one event at a time."""
    triggers: list[str] = []


@lru_cache(maxsize=1)
def schema() -> Schema:
    folder = files("services.projector")
    subjects = [entry for entry in (folder / "projections").iterdir() if entry.name.endswith(".sql")]
    scripts = [folder / "checkpoint.sql", *sorted(subjects, key=lambda entry: entry.name)]
    return assembled(script.read_text("utf-8") for script in scripts)


def assembled(scripts: Iterable[str]) -> Schema:
    """Pure. Raises ValueError for a statement that belongs to no step."""
    whole = Schema()
    for script in scripts:
        for sql in statements(script):
            getattr(whole, _step(sql)).append(sql)
    return whole


def statements(script: str) -> list[str]:
    """Each with the comments before it. Raises ValueError for an unterminated one."""
    complete, rest = list[str](), ""
    for line in script.splitlines(keepends=True):
        rest += line
        if sqlite3.complete_statement(rest):
            complete.append(rest)
            rest = ""
    if _COMMENTS.sub("", rest):
        raise ValueError(f"This statement does not end: {rest}")
    return complete


def _step(sql: str) -> str:
    code = _COMMENTS.sub("", sql)
    for step, kind in _KINDS.items():
        if kind.match(code):
            return step
    raise ValueError(f"This is nothing that read tables are made of: {code}")


def lay_out(db: sqlite3.Connection) -> None:
    """Create empty tables with views and indexes but no triggers, for rows written by hand."""
    whole = schema()
    for sql in (*whole.tables, *whole.indexes):
        db.execute(sql)
