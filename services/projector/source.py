"""Reads the log by position over its own connection; the gateway is the only writer."""

import sqlite3
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from services.kernel.log import finding
from services.kernel.log.sqlite import is_closed_off, is_unreadable, open_reader
from services.projector.batch import Batch
from services.projector.errors import LogUnreadable, NoLog
from services.projector.projections import project_row
from services.projector.setting_aside import UNREADABLE, absent_range, require_storable, undecodable

Row = tuple[Any, ...]
"""position, kind, type, schema_version, data, correlation_id, recorded_at, event_id"""

_READ: Final = """SELECT position, kind, type, schema_version, data, correlation_id, recorded_at, event_id
  FROM event WHERE position > ? ORDER BY position LIMIT ?"""
_HEAD: Final = "SELECT coalesce(max(position), 0) FROM event"
_EVENT_ID: Final = "SELECT event_id FROM event WHERE position = ?"
_IS_COMMAND: Final = "SELECT 1 FROM event WHERE event_id = ? AND kind = 'C'"


class Source:
    def __init__(self, path: Path) -> None:
        """Raises NoLog while there is no file, or one that the gateway has not finished creating. SQLite must
        not open an empty one: it would delete the WAL beside it. Raises LogUnreadable."""
        if not path.exists() or path.stat().st_size == 0:
            raise NoLog
        self._path = path
        try:
            self._db = open_reader(path, check_same_thread=False)
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from error
        try:
            self.head()
        except sqlite3.OperationalError as error:
            self._db.close()
            if "no such table" in str(error):
                raise NoLog from error
            raise
        except BaseException:
            self._db.close()
            raise

    def read(self, after: int, limit: int) -> list[Row]:
        """Rows after a position, in order. A text that is not UTF-8 comes as bytes. Raises LogUnreadable."""
        try:
            return self._ask(_READ, after, limit)
        except sqlite3.OperationalError as error:
            if "UTF-8" not in str(error):
                raise
        self._db.text_factory = _text
        try:
            return self._ask(_READ, after, limit)
        finally:
            self._db.text_factory = str

    def head(self) -> int:
        """Raises LogUnreadable."""
        return int(self._ask(_HEAD)[0][0])

    def event_id(self, position: int) -> bytes:
        """Empty when there is no such position. Raises LogUnreadable."""
        rows = self._ask(_EVENT_ID, position)
        return rows[0][0] if rows else b""

    def is_command(self, id_: UUID) -> bool:
        """Whether the log has one with this id, which began what has it as correlation id. Raises LogUnreadable."""
        return bool(self._ask(_IS_COMMAND, id_.bytes))

    def _ask(self, sql: str, *parameters: int | bytes) -> list[Row]:
        try:
            return self._db.execute(sql, parameters).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: sqlite3.DatabaseError) -> Exception:
        """The error itself if it says nothing of the file."""
        if is_unreadable(error) or is_closed_off(error):
            file = str(self._path)
            return LogUnreadable(finding.unless_its_disk_fails(finding.unusable(error, file), file))
        return error

    def close(self) -> None:
        self._db.close()


def _text(content: bytes) -> str | bytes:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content


def batch(rows: list[Row], after: int | None = None, cautious: bool = False) -> Batch:
    """Pure. Rows that can't be read are set aside, and so are the positions that are missing, if `after`, the position
    before the first row, is given. `cautious`: so are rows with values that SQLite can't store, which is slower."""
    result = Batch()
    for position, kind, name, schema_version, data, correlation_id, recorded_us, _ in rows:
        if after is not None:
            if position != after + 1:
                result.add(absent_range(after + 1, position - 1))
            after = position
        if kind == "E":
            try:
                changes = project_row(position, name, schema_version, data, correlation_id, recorded_us)
                if cautious:
                    require_storable(parameters for _, parameters in changes)
            except UNREADABLE as error:
                changes = undecodable(position, name, data, error)
            result.add(changes)
    return result
