"""Where the log lies. SQLite goes on writing to its open files even when nobody can find them any more, because their
folder was moved, removed, replaced or covered by another disk; so their paths are looked up at each commit (40 µs).
So it does after a read-only mount has covered the folder: it writes through the one before, although whoever looks
there is promised that nothing changes.
"""

import errno
import os
import sqlite3
from contextlib import suppress
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
        self._db = db
        self._paths = {suffix: str(path) + suffix for suffix in ("", *BESIDE)}
        self._seen = self._files = self._now()
        self.changed = False
        """Another program has written to the files, or the disk is not what it was."""

    def fault(self) -> Finding | None:
        """None if the paths lead to the files, and no mount forbids to write. What those beside the log hold is saved
        into it if they are lost."""
        if fault := self._compared() or self._read_only():
            return fault
        suffixes = [suffix for suffix in WRITTEN if suffix in self._files]
        self.changed = any(_traces(self._seen[suffix]) != _traces(self._files[suffix]) for suffix in suffixes)
        return None

    def fault_after_commit(self) -> Finding | None:
        """Whether the paths still lead to the files; how they look now is the commit's doing."""
        fault = self._compared()
        if fault is None:
            self.remember()
        return fault

    def remember(self) -> None:
        """How the files looked at the last comparison is how they should look."""
        self._files = self._files | self._seen
        self.changed = False

    def _compared(self) -> Finding | None:
        now = self._seen = self._now()
        for suffix, file in self._files.items():
            if suffix not in now or not os.path.samestat(now[suffix], file):
                if suffix in BESIDE:
                    return finding.side_file_gone(self._paths[suffix], saved=self._save())
                return finding.elsewhere(self._paths[""])
        return None

    def _read_only(self) -> Finding | None:
        path = self._paths[""]
        with suppress(OSError):
            if os.statvfs(path).f_flag & os.ST_RDONLY:
                return finding.not_writable(path, os.strerror(errno.EROFS))
        return None

    def _now(self) -> dict[str, os.stat_result]:
        stats = {}
        for suffix, path in self._paths.items():
            with suppress(OSError):
                stats[suffix] = os.stat(path)  # noqa: PTH116  half as long as Path.stat
        return stats

    def _save(self) -> bool:
        """Copy what the open WAL holds into the database; whether all of it is there."""
        try:
            busy, frames, copied = self._db.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
        except sqlite3.Error:
            return False
        return not busy and frames == copied


def _traces(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_size, stat.st_mtime_ns
