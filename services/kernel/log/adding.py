"""Adds a record to a log that nobody has open: what a command says of a log before the gateway runs."""

from contextlib import closing
from pathlib import Path
from typing import Final

from services.kernel.log import chain
from services.kernel.log.envelope import Record
from services.kernel.log.eventlog import plan
from services.kernel.log.migrate import open_log
from services.kernel.log.rows import INSERT, row

_HEAD: Final = "SELECT coalesce(max(position), 0) FROM event"
_VERSION: Final = "SELECT coalesce(max(version), 0) FROM event WHERE stream = ?"


def add(path: Path, record: Record) -> int:
    """Append it, creating the log if there is none; returns its position. Raises LogError and sqlite3.DatabaseError,
    having appended nothing."""
    with closing(open_log(path)[0]) as db:
        db.execute("BEGIN IMMEDIATE")
        (head,), (version,) = (
            db.execute(_HEAD).fetchone(),
            db.execute(_VERSION, (record.stream,)).fetchone(),
        )
        rows, positions = plan([record], {}, {record.stream: version}, {}, head)
        values = [row(one) for one in rows]
        db.executemany(INSERT, values)
        end = chain.end(db)
        if end.position == head:  # else the log is older than the chain, which the gateway makes
            chain.store(db, end, chain.links(end.hash, values))
        db.execute("COMMIT")
    return positions[0]
