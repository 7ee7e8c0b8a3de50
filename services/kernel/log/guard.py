"""Nothing is acknowledged that might not be found again: the guard of the log's write connection.

At the start, and whenever another program has written to the log's files, SQLite's structures and the newest records
are verified before anything else is appended. Before and after each commit, the paths must lead to the open files.
"""

import sqlite3
from collections import deque
from pathlib import Path
from time import monotonic
from typing import Final

from services.kernel.log import finding
from services.kernel.log.finding import Finding, LogError
from services.kernel.log.open_files import OpenFiles
from services.kernel.log.verify import NEWEST, verify

_PROBE = (
    "BEGIN IMMEDIATE",
    "INSERT INTO cursor (name, position) VALUES ('probe' || hex(zeroblob(32768)), 1)",
    "DELETE FROM cursor WHERE name LIKE 'probe%'",
    "COMMIT",
)
"""Needs 64 kB, as an append may: a few bytes find room even on a disk that is full for everything else."""


OFTEN: Final = 10
WITHIN_S: Final = 60.0
"""Not more verifications in this time: there are file systems whose times change by themselves."""


class Guard:
    """For the thread that owns the connection."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self._path, self._db = path, db
        self._files = OpenFiles(path, db)
        self._away = self._doubtful = False
        self._verified = deque[float](maxlen=OFTEN)
        self.damage: Finding | None = None
        """What the last verification found."""
        self.failure: Finding | None = None
        """Why the last commit failed; None if it didn't."""
        self.out_of_date = False
        """Another program may have appended, so the log's writer must read again what it remembers of the log."""
        self.foreign_writes = 0
        """How often another program has written to the log's files."""

    def verify(self) -> None:
        self._verified.append(monotonic())
        self.damage = verify(self._path, NEWEST)

    def _verified_often(self) -> bool:
        return len(self._verified) == OFTEN and monotonic() - self._verified[0] < WITHIN_S

    def admit(self) -> None:
        """Raises LogError if nothing may be appended."""
        if fault := self._files.fault():
            self._away = True
            raise LogError(fault)
        self.out_of_date, self._away = self.out_of_date or self._away, False
        if self._files.changed:
            self.out_of_date = self._doubtful = True
            self.foreign_writes += 1
            self._files.remember()
        if self.damage and self.damage.code == "unreadable":  # the disk may have recovered
            self._doubtful = True
        if self._doubtful and not self._verified_often():
            self.verify()
            self._doubtful = False
        if self.damage and self.damage.stops:
            raise LogError(self.damage)

    def committed(self) -> None:
        """Raises LogError if the commit went where nobody will look for it."""
        if fault := self._files.fault_after_commit():
            self._away = True
            raise LogError(fault)
        self.failure = None

    def rolled_back(self) -> None:
        """What a commit that failed has left in the files is no foreign write."""
        if self._files.fault_after_commit():
            self._away = True

    def refused(self, error: sqlite3.Error) -> LogError:
        """In words; remembered until a commit succeeds."""
        self.failure = finding.refusal(error, str(self._path))
        return LogError(self.failure)

    def fault(self) -> Finding | None:
        """What is wrong now, be it only with one record. After a commit that failed it tries to write."""
        try:
            self.admit()
            if self.failure:
                for statement in _PROBE:
                    self._db.execute(statement)
                self.committed()
        except LogError as error:
            return error.finding
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            self.rolled_back()
            return self.refused(error).finding
        return self.damage
