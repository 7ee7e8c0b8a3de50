"""The log's stand-in while the real one is not to be believed: it holds nothing, and nothing can be appended."""

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
from services.kernel.log.sqlite_log import SqliteLog

_NOWHERE: Final = Path(":memory:")


class ClosedLog(SqliteLog):
    """An empty log in memory, whose end is where the read tables are: for readers there is nothing to catch up with."""

    why: Finding
    position: int

    @classmethod
    async def standing_in(cls, why: Finding, position: int) -> Self:
        """`why`: what to tell whoever wants to append. `position`: that the read tables have."""
        thread = ThreadPoolExecutor(1, thread_name_prefix="closed log")
        log = cls(_NOWHERE, await asyncio.get_running_loop().run_in_executor(thread, _empty), thread)
        log.why, log.position = why, position
        return log

    async def append(self, records: Sequence[Record], expected: Mapping[str, int] = {}) -> Appended:
        raise LogError(self.why)

    async def head(self) -> int:
        return self.position


def _empty() -> sqlite3.Connection:
    db = sqlite3.connect(_NOWHERE, isolation_level=None, check_same_thread=False)
    migrate(db)
    return db
