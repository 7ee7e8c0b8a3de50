"""Writes a log anew: the only way in which something can leave it. The original is not touched.

Positions stay; versions within streams are counted anew, since a row may have got another stream.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from services.kernel.log.envelope import Envelope
from services.kernel.log.migrate import migrate
from services.kernel.log.sqlite import open_reader, open_writer
from services.kernel.log.sqlite_log import envelope

AT_ONCE: Final = 5000
"""Rows in one transaction."""
_COLUMNS: Final = """position, event_id, stream, version, kind, type, schema_version, data, correlation_id,
  causation_id, recorded_at"""
_ALL: Final = f"SELECT {_COLUMNS} FROM event ORDER BY position"
_INSERT: Final = f"INSERT INTO event ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_CURSORS: Final = "SELECT name, position FROM cursor"
_MOVE: Final = "INSERT OR REPLACE INTO cursor (name, position) VALUES (?, ?)"

Progress = Callable[[int], None]
"""Called with the number of rows done."""


def each(log: Path) -> Iterator[Envelope]:
    """Every row, in order. Raises sqlite3.DatabaseError."""
    with closing(open_reader(log)) as db:
        yield from map(envelope, db.execute(_ALL))


def rewrite(
    source: Path,
    target: Path,
    change: Callable[[Envelope], Envelope],
    more: Sequence[Envelope] = (),
    progress: Progress = lambda done: None,
) -> int:
    """Write the changed rows of `source`, then `more`, to a new log; returns the number of rows that differ. Raises
    sqlite3.DatabaseError, leaving an unfinished target."""
    differing, done, versions = 0, 0, Counter[str]()
    with closing(open_writer(target, durable=True)) as db:
        migrate(db)
        rows = each(source)
        while group := list(islice(rows, AT_ONCE)):
            changed = [change(row) for row in group]
            differing += sum(new is not old for new, old in zip(changed, group, strict=True))
            _insert(db, changed, versions)
            progress(done := done + len(group))
        _insert(db, more, versions)
        with closing(open_reader(source)) as old:
            db.executemany(_MOVE, old.execute(_CURSORS).fetchall())
        db.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
    return differing


def _insert(db: sqlite3.Connection, rows: Sequence[Envelope], versions: Counter[str]) -> None:
    db.execute("BEGIN IMMEDIATE")
    for row in rows:
        versions[row.stream] += 1
        db.execute(_INSERT, _columns(msgspec.structs.replace(row, version=versions[row.stream])))
    db.execute("COMMIT")


def _columns(row: Envelope) -> tuple[object, ...]:
    causation = row.causation_id.bytes if row.causation_id else None
    # fmt: off
    return (
        row.position, row.event_id.bytes, row.stream, row.version, row.kind, row.type, row.schema_version, row.data,
        row.correlation_id.bytes, causation, row.recorded_at,
    )
    # fmt: on
