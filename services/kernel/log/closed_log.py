"""The log's stand-in while the real one is not to be believed: it can at most be read, and nothing can be appended."""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Self

from services.kernel.log.envelope import Record
from services.kernel.log.eventlog import Appended
from services.kernel.log.finding import Finding, LogError
from services.kernel.log.migrate import migrate
from services.kernel.log.sqlite import EVEN_CUT, open_untouched
from services.kernel.log.sqlite_log import SqliteLog

_NOWHERE: Final = Path(":memory:")
_SCHEMA: Final = "SELECT 1 FROM event WHERE 0"


class ClosedLog(SqliteLog):
    """A log whose end is where the read tables are: for readers there is nothing to catch up with. It shows what can be
    read of the real one, or is empty."""

    why: Finding
    position: int
    readable: bool

    @classmethod
    async def standing_in(cls, why: Finding, position: int, path: Path | None) -> Self:
        """`why`: what to tell whoever wants to append. `position`: that the read tables have. `path`: of the real log,
        if it may be shown."""
        loop, thread = asyncio.get_running_loop(), ThreadPoolExecutor(1, thread_name_prefix="closed log")
        log = cls(_NOWHERE, await loop.run_in_executor(thread, _empty), thread)
        log.why, log.position = why, position
        log.readable = path is not None and await loop.run_in_executor(thread, log._show, path)
        return log

    def _show(self, path: Path) -> bool:
        """Read from the real log, even if its end is lost; whether that is possible."""
        try:
            db = open_untouched(path, check_same_thread=False)
        except (sqlite3.Error, OSError):
            return False
        try:
            db.execute(EVEN_CUT)
            db.execute(_SCHEMA)
        except sqlite3.Error:
            db.close()
            return False
        self._db.close()
        self._db = db
        return True

    async def append(self, records: Sequence[Record], expected: Mapping[str, int] = {}) -> Appended:
        raise LogError(self.why)

    async def head(self) -> int:
        return self.position


def _empty() -> sqlite3.Connection:
    db = sqlite3.connect(_NOWHERE, isolation_level=None, check_same_thread=False)
    migrate(db)
    return db
