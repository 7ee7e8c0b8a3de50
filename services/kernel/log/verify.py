"""Is a log what Albumen wrote? Checks its schema, SQLite's structures, that no position is missing, and each hash.

What it can't see: that the newest records are gone together with every trace of them (the read tables know how far they
went), and changes by somebody who also computes new hashes.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Final

from services.kernel.log import chain, finding
from services.kernel.log.finding import Finding
from services.kernel.log.migrate import absence, recognise, steps, version
from services.kernel.log.rows import COLUMNS, Columns
from services.kernel.log.sqlite import open_reader

NEWEST: Final = 3000
"""Records that are checked at each start: about 15 ms."""
_AT_ONCE: Final = 500
"""Records per read transaction, so that checkpoints don't have to wait for long."""

_READ: Final = f"SELECT {COLUMNS} FROM event WHERE position > ? ORDER BY position LIMIT ?"
_AFTER: Final = "SELECT position FROM event WHERE position > ? ORDER BY position LIMIT 1"
_HEAD: Final = "SELECT coalesce(max(position), 0) FROM event"
_EVER: Final = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'event'"
"""SQLite remembers the last position of an AUTOINCREMENT table even when its row is gone."""
_CHAINED: Final = "SELECT count(*) FROM sqlite_schema WHERE name = 'chain'"

Advance = Callable[[int, int], None]
"""Called with how many records are checked, and how many there are."""


def verify(
    log: Path | sqlite3.Connection, last: int | None = None, advance: Advance = lambda done, total: None
) -> Finding | None:
    """The first fault; None if there is none. `last`: check only so many records, the newest, and no index."""
    return next(findings(log, last, advance), None)


def findings(
    log: Path | sqlite3.Connection, last: int | None = None, advance: Advance = lambda done, total: None
) -> Iterator[Finding]:
    """All faults, as far as they can be read. A connection must be outside any transaction."""
    if isinstance(log, sqlite3.Connection):
        yield from _guarded(log, "events.db", last, advance)
        return
    try:
        if fault := absence(log):
            yield fault
            return
        db = open_reader(log)
    except sqlite3.DatabaseError as error:
        yield finding.unusable(error, str(log))
        return
    except OSError as error:
        yield finding.unreadable(str(log), error.strerror)
        return
    with closing(db):
        yield from _guarded(db, str(log), last, advance)


def _guarded(db: sqlite3.Connection, file: str, last: int | None, advance: Advance) -> Iterator[Finding]:
    try:
        fault = recognise(db, file)
        if fault or not version(db):
            yield fault or finding.absent(file)
            return
        yield from _schema(db)
        yield from _structure(db, "integrity_check" if last is None else "quick_check")
        yield from _end(db)
        yield from _records(db, last, advance)
    except sqlite3.DatabaseError as error:
        yield finding.unless_its_disk_fails(finding.unusable(error, file), _path(db))
    except UnicodeDecodeError as error:  # SQLite quotes damaged text in its messages
        yield finding.damaged(error.reason)
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def _schema(db: sqlite3.Connection) -> Iterator[Finding]:
    """The texts of tables, indexes and triggers, which no migration ever changes. Whoever only reads doesn't notice
    that the text of a CHECK is damaged; whoever writes can't open such a log. What is missing says nothing here."""
    texts, originals = _objects(db), _originals()
    if differing := sorted(
        name for name in texts.keys() & originals.keys() if texts[name] != originals[name]
    ):
        yield finding.damaged(f"schema: {differing[0]}")


@cache
def _originals() -> dict[str, str]:
    """Name and text of what all migrations make."""
    with closing(sqlite3.connect(":memory:")) as db:
        for _, sql in steps():
            db.executescript(sql)
        return _objects(db)


def _objects(db: sqlite3.Connection) -> dict[str, str]:
    return dict(
        db.execute(
            "SELECT name, type || ' ' || tbl_name || ' ' || sql FROM sqlite_schema WHERE sql IS NOT NULL"
        )
    )


def _structure(db: sqlite3.Connection, check: str) -> Iterator[Finding]:
    """The trees and rows, by SQLite. `quick_check` doesn't compare indexes with their tables, so it takes half
    as long. Constraints aren't evaluated: the hashes cover all that they could say."""
    db.execute("PRAGMA ignore_check_constraints = ON")
    try:
        (report,) = db.execute(f"PRAGMA {check}(1)").fetchone()
    finally:
        db.execute("PRAGMA ignore_check_constraints = OFF")
    if report != "ok":
        yield finding.unless_its_disk_fails(finding.damaged(report.splitlines()[-1]), _path(db))


def _path(db: sqlite3.Connection) -> str:
    return str(db.execute("PRAGMA database_list").fetchone()[2])


def _end(db: sqlite3.Connection) -> Iterator[Finding]:
    db.execute("BEGIN")
    (head,), (ever,) = db.execute(_HEAD).fetchone(), db.execute(_EVER).fetchone()
    chained = chain.end(db).position if _has_chain(db) else 0
    db.execute("COMMIT")
    if head < max(ever, chained):
        yield finding.cut(head, max(ever, chained))


def _has_chain(db: sqlite3.Connection) -> bool:
    return bool(db.execute(_CHAINED).fetchone()[0])


def _records(db: sqlite3.Connection, last: int | None, advance: Advance) -> Iterator[Finding]:
    (head,) = db.execute(_HEAD).fetchone()
    has_chain = _has_chain(db)
    hashes, chained = chain.Hashes(db), chain.end(db).position if has_chain else 0
    position = 0 if last is None else max(0, head - last)
    while position < head:
        last = position
        for here, row in _rows(db, last):
            if here <= position:
                continue  # a number that has changed, of which SQLite's own check tells
            if here != position + 1:
                yield finding.missing(position + 1, here)
            position = here
            if row is None:
                yield finding.changed(position)
            elif position <= chained:
                before, hash_ = hashes.at(position - 1), hashes.at(position)
                if hash_ is None or (before and hash_ != chain.link(before, row)):
                    yield finding.changed(position)
        if position == last:
            yield finding.missing(position + 1, head + 1)
            return
        advance(position, head)


def _rows(db: sqlite3.Connection, after: int) -> Iterator[tuple[int, Columns | None]]:
    """The next rows with their positions, _AT_ONCE at most. The last is None if its text is not UTF-8."""
    rows = db.execute(_READ, (after, _AT_ONCE))
    while True:
        try:
            row = rows.fetchone()
        except sqlite3.OperationalError as error:
            if "decode" not in str(error):
                raise
            yield db.execute(_AFTER, (after,)).fetchone()[0], None
            return
        if row is None:
            return
        after = row[0]
        yield after, row
