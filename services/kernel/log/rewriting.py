"""Writes a log anew: the only way in which something can leave it. The original is not touched.

Positions stay. Versions within streams are counted anew, since a row may have got another stream, and the chain of
hashes is made anew.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from services.kernel.log import chain
from services.kernel.log.envelope import Envelope
from services.kernel.log.migrate import open_log
from services.kernel.log.rows import COLUMNS, INSERT, envelope, replaced
from services.kernel.log.rows import row as columns
from services.kernel.log.sqlite import open_reader

_AT_ONCE: Final = 5000
"""Rows in one transaction."""
_ALL: Final = f"SELECT {COLUMNS} FROM event ORDER BY position"
_CURSORS: Final = "SELECT name, position FROM cursor"
_MOVE: Final = "INSERT OR REPLACE INTO cursor (name, position) VALUES (?, ?)"

_Done = Callable[[int], None]
"""Called with the number of rows done."""


def each(log: Path) -> Iterator[Envelope]:
    """Every row, in order. Raises sqlite3.DatabaseError."""
    with closing(open_reader(log)) as db:
        db.text_factory = replaced
        yield from map(envelope, db.execute(_ALL))


class Gaps(NamedTuple):
    """What a log lacks."""

    stand_in: Callable[[int], Envelope]
    """What to put at a position that is missing."""
    until: int
    """The position up to which there is to be something."""

    def closed(self, rows: Iterable[Envelope]) -> Iterator[Envelope]:
        """The rows, and something in each gap."""
        last = 0
        for row in rows:
            yield from map(self.stand_in, range(last + 1, row.position))
            yield row
            last = row.position
        yield from map(self.stand_in, range(last + 1, self.until + 1))


def rewrite(
    source: Path,
    target: Path,
    change: Callable[[Envelope], Envelope],
    more: Sequence[Envelope] = (),
    progress: _Done = lambda done: None,
    gaps: Gaps | None = None,
) -> int:
    """Write the changed rows of `source`, then `more`, to a new log; returns the number of rows that differ. `gaps`:
    how to close them, if there may be any. Raises sqlite3.DatabaseError, leaving an unfinished target."""
    differing, done, versions = 0, 0, Counter[str]()
    with closing(open_log(target)[0]) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")  # what is damaged stays as it is
        rows = gaps.closed(each(source)) if gaps else each(source)
        while group := list(islice(rows, _AT_ONCE)):
            changed = [change(row) for row in group]
            differing += sum(new is not old for new, old in zip(changed, group, strict=True))
            _insert(db, changed, versions)
            progress(done := done + len(group))
        _insert(db, more, versions)
        with closing(open_reader(source)) as old:
            db.executemany(_MOVE, old.execute(_CURSORS).fetchall())
        while chain.end(db).position < chain.extend(db, _AT_ONCE).position:
            pass
        db.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
    return differing


def _insert(db: sqlite3.Connection, rows: Sequence[Envelope], versions: Counter[str]) -> None:
    db.execute("BEGIN IMMEDIATE")
    for row in rows:
        versions[row.stream] += 1
        db.execute(INSERT, columns(msgspec.structs.replace(row, version=versions[row.stream])))
    db.execute("COMMIT")
