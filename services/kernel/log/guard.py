"""Nothing is acknowledged that might not be found again: the guard of the log's write connection.

At the start, and whenever another program has written to the log's files, SQLite's structures and the newest records
are verified before anything else is appended. Before and after each commit, the paths must lead to the open files.
"""

import sqlite3
from pathlib import Path

from services.kernel.log import finding
from services.kernel.log.finding import Finding, LogError
from services.kernel.log.open_files import OpenFiles
from services.kernel.log.verify import NEWEST, verify

_PROBE = "INSERT INTO cursor (name, position) VALUES ('probe', 1) ON CONFLICT DO UPDATE SET position = position + 1"


class Guard:
    """For the thread that owns the connection."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self._path, self._db = path, db
        self._files = OpenFiles(path, db)
        self._away = False
        self.damage: Finding | None = None
        """What the last verification found."""
        self.failure: Finding | None = None
        """Why the last commit failed; None if it didn't."""
        self.out_of_date = False
        """Another program may have appended, so the log's writer must read again what it remembers of the log."""
        self.foreign_writes = 0
        """How often another program has written to the log's files."""

    def verify(self) -> None:
        self.damage = verify(self._path, NEWEST)

    def admit(self) -> None:
        """Raises LogError if nothing may be appended."""
        if fault := self._files.fault():
            self._away = True
            raise LogError(fault)
        self.out_of_date, self._away = self.out_of_date or self._away, False
        if self._files.changed():
            self.out_of_date = True
            self.foreign_writes += 1
            self.verify()
            self._files.written()
        if self.damage and self.damage.stops:
            raise LogError(self.damage)

    def committed(self) -> None:
        """Raises LogError if the commit went where nobody will look for it."""
        if fault := self._files.fault():
            self._away = True
            raise LogError(fault)
        self._files.written()
        self.failure = None

    def refused(self, error: sqlite3.Error) -> LogError:
        """In words; remembered until a commit succeeds."""
        self.failure = finding.refusal(error, str(self._path))
        return LogError(self.failure)

    def fault(self) -> Finding | None:
        """What is wrong now, be it only with one record. After a commit that failed it tries to write."""
        try:
            self.admit()
            if self.failure:
                self._db.execute(_PROBE)
                self.committed()
        except LogError as error:
            return error.finding
        except sqlite3.Error as error:
            return self.refused(error).finding
        return self.damage
