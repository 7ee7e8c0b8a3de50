"""What rows leave to be worked out, once for all of them: a derived step after a batch's rows, in its transaction.

A photo's words depend on each of its keywords, a category's place on each merger. Triggers only note that something is
due (`checkpoint.sql`); deleting the note works it out. So a batch costs what has changed, not its square.
"""

import sqlite3
from typing import Final

BEFORE_ZONES: Final = ("stem", "appearance", "kinds", "bursts", "standing", "dates")
"""Each may note the later ones. `stem`: of files that may belong together by name."""
AFTER_ZONES: Final = ("order", "words")
"""These rest on dates in local time (`local_time.py`), or on nothing that is due."""

_WORK_OUT: Final = "DELETE FROM due WHERE what = ?"


def before_zones(db: sqlite3.Connection) -> None:
    _work_out(db, BEFORE_ZONES)


def after_zones(db: sqlite3.Connection) -> None:
    _work_out(db, AFTER_ZONES)


def _work_out(db: sqlite3.Connection, subjects: tuple[str, ...]) -> None:
    db.executemany(_WORK_OUT, [(what,) for what in subjects])
