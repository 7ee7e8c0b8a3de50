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
from services.kernel.log.sqlite import open_untouched
from services.kernel.log.sqlite_log import SqliteLog

_NOWHERE: Final = Path(":memory:")


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
        thread = ThreadPoolExecutor(1, thread_name_prefix="closed log")
        try:
            log = await cls._over(path, thread) if path else None
        except (sqlite3.Error, OSError):
            log = None
        readable = log is not None
        log = log or await cls._over(None, thread)
        log.why, log.position, log.readable = why, position, readable
        return log

    @classmethod
    async def _over(cls, path: Path | None, thread: ThreadPoolExecutor) -> Self:
        """Raises sqlite3.Error and OSError."""
        db = await asyncio.get_running_loop().run_in_executor(thread, _opened, path)
        try:
            return cls(_NOWHERE, db, thread)
        except BaseException:
            await asyncio.get_running_loop().run_in_executor(thread, db.close)
            raise

    async def append(self, records: Sequence[Record], expected: Mapping[str, int] = {}) -> Appended:
        raise LogError(self.why)

    async def head(self) -> int:
        return self.position


def _opened(path: Path | None) -> sqlite3.Connection:
    if path:
        return open_untouched(path, check_same_thread=False)
    db = sqlite3.connect(_NOWHERE, isolation_level=None, check_same_thread=False)
    migrate(db)
    return db
