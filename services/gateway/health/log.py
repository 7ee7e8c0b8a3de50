"""Whether the log is in order and can be appended to. All of it is verified once a day."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog

from services.gateway.health.condition import Condition
from services.kernel.log.apart import VerificationFailed, verify_apart
from services.kernel.log.finding import Finding
from services.kernel.log.sqlite_log import SqliteLog

log = structlog.get_logger(__name__)

CODES_OF_THE_LOG: Final = ("log_failing", "log_damaged")
QUIET_S: Final = 60.0
"""After the start, so that the first minute belongs to the person."""
DAILY_S: Final = 24 * 3600.0
_FAILING: Final = ("elsewhere", "side_file_gone", "full", "not_writable")


class LogState:
    def __init__(self, events: SqliteLog, path: Path) -> None:
        self._events, self._path = events, path
        self._damage: Finding | None = None
        self._foreign_writes = 0
        self._at_once = asyncio.Event()

    async def ask(self) -> Collection[Condition]:
        fault = await self._events.fault() or self._damage
        if self._events.foreign_writes != self._foreign_writes:
            self._foreign_writes = self._events.foreign_writes
            self._at_once.set()
        if fault is None:
            return []
        code = "log_failing" if fault.code in _FAILING else "log_damaged"
        return [Condition(code=code, problem=fault.what, remedy=fault.advice)]

    async def run(self, first_s: float = QUIET_S) -> None:
        """Verify all of the log each day, and at once when another program has written to it; never returns."""
        wait_s = first_s
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._at_once.wait(), wait_s)
            self._at_once.clear()
            try:
                faults = await verify_apart(self._path)
                self._damage = faults[0] if faults else None
                log.info("the log is verified", faults=len(faults))
            except VerificationFailed as error:
                log.warning("the log could not be verified", error=str(error))
            wait_s = DAILY_S
