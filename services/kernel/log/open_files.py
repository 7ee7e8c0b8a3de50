"""Where the log lies. SQLite goes on writing to its open files even when nobody can find them any more, because their
folder was moved, removed, replaced or covered by another disk; so their paths are looked up at each commit (10 µs).
"""

import os
import sqlite3
from pathlib import Path
from typing import Final

from services.kernel.log import finding
from services.kernel.log.finding import Finding

BESIDE: Final = ("-wal", "-shm")
"""Suffixes of the files that SQLite keeps beside a database. It never replaces them while a connection is open."""
WRITTEN: Final = ("", "-wal")
"""The others are mapped into memory, so that their time says nothing."""


class OpenFiles:
    """The files of an open connection, which is the only one that writes to them."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        """The connection must have read something, or its files may not be there yet."""
        self._path, self._db = path, db
        self._paths = {suffix: path.with_name(path.name + suffix) for suffix in ("", *BESIDE)}
        self._files: dict[str, os.stat_result] = {}
        self.written()

    def fault(self) -> Finding | None:
        """None if the paths lead to the files. What those beside the log hold is saved into it if they are lost."""
        for suffix, file in self._files.items():
            now = _stat(self._paths[suffix])
            if now is None or not os.path.samestat(now, file):
                if suffix in BESIDE:
                    return finding.side_file_gone(str(self._paths[suffix]), saved=self._save())
                return finding.elsewhere(str(self._path))
        return None

    def changed(self) -> bool:
        """Whether another program has written to the files, or the disk is not what it was."""
        now = {suffix: _stat(self._paths[suffix]) for suffix in self._files if suffix in WRITTEN}
        return any(stat and _traces(stat) != _traces(self._files[suffix]) for suffix, stat in now.items())

    def written(self) -> None:
        """The connection has just committed: how the files look now is its own doing."""
        now = {suffix: _stat(path) for suffix, path in self._paths.items()}
        self._files |= {suffix: stat for suffix, stat in now.items() if stat}

    def _save(self) -> bool:
        """Copy what the open WAL holds into the database; whether all of it is there."""
        try:
            busy, frames, copied = self._db.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
        except sqlite3.Error:
            return False
        return not busy and frames == copied


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _traces(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_size, stat.st_mtime_ns
