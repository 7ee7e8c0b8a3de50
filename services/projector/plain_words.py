"""The words of a document as the full-text index has them: a derived step after a batch's rows, in its transaction.

SQLite's tokenizer folds case and accents by itself. Of words in other than ASCII characters the rest is done here (ß,
ø, ı, decomposed and wide characters, scripts without spaces), as SQL can't.
"""

import sqlite3
from collections.abc import Iterable
from typing import Any, Final

from services.knowledge.folding import indexed

_DUE: Final = "SELECT number, words FROM unfolded JOIN document USING (number)"
_ALL: Final = "SELECT number, words FROM document WHERE length(words) <> length(CAST(words AS BLOB))"
_SET: Final = "UPDATE document SET plain = ? WHERE number = ?"
_DONE: Final = "DELETE FROM unfolded"


def fold_due(db: sqlite3.Connection) -> None:
    """Of documents that have changed."""
    if due := db.execute(_DUE).fetchall():
        _fold(db, due)
        db.execute(_DONE)


def fold_all(db: sqlite3.Connection) -> None:
    """Of all, after a bulk load and before they are indexed."""
    _fold(db, db.execute(_ALL).fetchall())


def _fold(db: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    db.executemany(_SET, [(indexed(words), number) for number, words in rows])
