"""What a scan has found, on its way to the log: in batches, a few times a second, as each append wakes the projector
and everything that waits for the log. Files whose records are lost in a crash are examined again."""

import time
from collections.abc import Iterable
from typing import Final

from services.kernel.log.envelope import Record
from services.kernel.log.eventlog import Log

TOGETHER: Final = 256
"""Facts appended in one batch …"""
TOGETHER_S: Final = 0.2
"""… and how long the first waits for others."""


class Appending:
    def __init__(self, events: Log) -> None:
        self._log = events
        self._pending: list[Record] = []
        self._appended = 0.0
        """When records were last appended, by the monotonic clock."""

    async def add(self, records: list[Record]) -> None:
        """In one transaction, maybe together with others. Raises LogError."""
        self._pending += records
        if len(self._pending) >= TOGETHER or time.monotonic() - self._appended >= TOGETHER_S:
            await self.flush()

    async def add_each(self, records: Iterable[Record]) -> None:
        """Any number, each for itself. They are made as they are appended: thousands of them would keep the event loop
        from everything else. Raises LogError."""
        for record in records:
            self._pending.append(record)
            if len(self._pending) >= TOGETHER:
                await self.flush()

    async def flush(self) -> None:
        """Everything is in the log. Raises LogError."""
        records, self._pending = self._pending, []
        self._appended = time.monotonic()
        if records:
            await self._log.append(records)
