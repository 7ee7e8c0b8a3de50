"""Reads the log by position over its own connection; the gateway is the only writer."""

import sqlite3
from pathlib import Path
from typing import Any, Final

from services.kernel.log.sqlite import open_reader
from services.projector.batch import Batch
from services.projector.errors import GapInLog, NoLog
from services.projector.projections import project_row

Row = tuple[Any, ...]
"""position, kind, type, schema_version, data, correlation_id, recorded_at, event_id"""

_READ: Final = """SELECT position, kind, type, schema_version, data, correlation_id, recorded_at, event_id
  FROM event WHERE position > ? ORDER BY position LIMIT ?"""
_HEAD: Final = "SELECT coalesce(max(position), 0) FROM event"
_EVENT_ID: Final = "SELECT event_id FROM event WHERE position = ?"


class Source:
    def __init__(self, path: Path) -> None:
        """Raises NoLog while there is no file, or one that the gateway has not finished creating. SQLite must
        not open an empty one: it would delete the WAL beside it."""
        if not path.exists() or path.stat().st_size == 0:
            raise NoLog
        self._db = open_reader(path, check_same_thread=False)
        try:
            self.head()
        except sqlite3.OperationalError as error:
            self._db.close()
            if "no such table" in str(error):
                raise NoLog from error
            raise

    def read(self, after: int, limit: int) -> list[Row]:
        """Rows after a position, in order. Raises GapInLog."""
        rows: list[Row] = self._db.execute(_READ, (after, limit)).fetchall()
        if rows and rows[-1][0] != after + len(rows):
            wrong = next(n for n, row in enumerate(rows, after + 1) if row[0] != n)
            raise GapInLog(wrong, rows[wrong - after - 1][0])
        return rows

    def head(self) -> int:
        return int(self._db.execute(_HEAD).fetchone()[0])

    def event_id(self, position: int) -> bytes:
        """Empty when there is no such position."""
        row = self._db.execute(_EVENT_ID, (position,)).fetchone()
        return row[0] if row else b""

    def close(self) -> None:
        self._db.close()


def batch(rows: list[Row]) -> Batch:
    """Pure. Raises codec.UnknownEvent or codec.BrokenEvent."""
    result = Batch()
    for position, kind, name, schema_version, data, correlation_id, recorded_us, _ in rows:
        if kind == "E":
            result.add(project_row(position, name, schema_version, data, correlation_id, recorded_us))
    return result
