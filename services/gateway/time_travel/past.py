"""The album as it was: read tables up to a position of the log, which the projector builds on request."""

import asyncio
import time
from datetime import date, datetime, timedelta
from datetime import time as clock
from itertools import takewhile
from pathlib import Path
from typing import Final

import msgspec

from services.domain.history.looking_back import LookBack
from services.gateway.tables.pool import Views
from services.gateway.write.dispatch import Dispatcher
from services.kernel.log.eventlog import Log

KEPT: Final = 3
"""Open at the same time."""
PATIENCE_S: Final = 1.0
"""How long one request waits for the tables before it gets a waiting page."""
_AGAIN_S: Final = 20.0
"""After this long the projector is asked again, as it may have been restarted."""
LIMIT_S: Final = 90.0
LEFT_S: Final = 10.0
"""After this long without a request, the wait starts over."""
CLOSED_AFTER_S: Final = 30.0


class TooLate(Exception):
    """The tables were not built in time: no projector is running, or it can't write."""


class _Wait(msgspec.Struct):
    began: float
    requested: float
    seen: float


class Past:
    def __init__(self, folder: Path, log: Log, dispatcher: Dispatcher) -> None:
        self._folder, self._log, self._dispatcher = folder, log, dispatcher
        self._open: dict[int, Views] = {}
        """Least recently used first."""
        self._waits: dict[int, _Wait] = {}
        self._opening = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()

    async def recorded_at(self, position: int) -> int | None:
        """When the event at the position was recorded; 0 for position 0, None beyond the end of the log."""
        if position == 0:
            return 0
        rows = await self._log.read_positions([position])
        return rows[0].recorded_at if rows else None

    async def day(self, wanted: date) -> int:
        """The position of the last event on or before a day in local time; 0 before the first.

        A binary search: if the clock was set back in between, the result is the end of one of the two days.
        """
        until = _ends_us(wanted)
        low, high = 0, await self._log.head()
        while low < high:
            middle = (low + high + 1) // 2
            if (await self.recorded_at(middle) or 0) < until:
                low = middle
            else:
                high = middle - 1
        return low

    async def whole(self, position: int) -> int:
        """The last position of the action at a position, so that a command for many photos isn't shown half done."""
        start = await self._log.read(max(0, position - 1), 1)
        cause = start[0].causation_id if start else None
        while cause and (rows := await self._log.read(position, 1000)):
            same = len(list(takewhile(lambda row: row.causation_id == cause, rows)))
            position += same
            if same < len(rows):
                break
        return position

    async def views(self, position: int) -> Views | None:
        """Read tables up to the position; None while they are being built. Raises TooLate, Refused."""
        until = time.monotonic() + PATIENCE_S
        while (views := await self._cached(position)) is None and time.monotonic() < until:
            await self._ask(position)
            await asyncio.sleep(0.05)
        return views

    async def close(self) -> None:
        for task in self._closing:
            task.cancel()
        await asyncio.gather(*self._closing, return_exceptions=True)
        for views in self._open.values():
            await views.close()
        self._open.clear()

    async def _cached(self, position: int) -> Views | None:
        async with self._opening:
            views = self._open.pop(position, None) or await self._opened(position)
            if views is not None:
                self._open[position] = views
                self._waits.pop(position, None)
            if len(self._open) > KEPT:
                self._let_go(self._open.pop(next(iter(self._open))))
            return views

    async def _opened(self, position: int) -> Views | None:
        name = await asyncio.to_thread(self._name, position)
        if name is None:
            return None
        views = Views(self._folder, name)
        rows = await self._log.read_positions([position])
        if await views.checkpoint() == (position, rows[0].event_id.bytes if rows else b""):
            return views
        await views.close()  # built from another log
        return None

    def _name(self, position: int) -> str | None:
        """Only of the projector whose tables are in use: another's may have other columns. None: no such file."""
        try:
            current = (self._folder / "current").read_text("utf-8")
        except OSError:
            return None
        made_by = current.split("-")[1] if current.startswith("views-") else ""
        name = f"past-{made_by}-{position}.db"
        return name if (self._folder / name).is_file() else None

    async def _ask(self, position: int) -> None:
        now = time.monotonic()
        wait = self._waits.get(position)
        if wait is None or now - wait.seen > LEFT_S:
            self._waits = {at: other for at, other in self._waits.items() if now - other.seen <= LEFT_S}
            wait = self._waits[position] = _Wait(now, -_AGAIN_S, now)
        wait.seen = now
        if now - wait.began > LIMIT_S:
            del self._waits[position]
            raise TooLate
        if now - max(wait.requested, wait.began - _AGAIN_S) >= _AGAIN_S:
            wait.requested = now
            await self._dispatcher.handle(LookBack(position=position))

    def _let_go(self, views: Views) -> None:
        """Closes the tables later, when no request reads from them any more."""

        async def later() -> None:
            try:
                await asyncio.sleep(CLOSED_AFTER_S)
            finally:
                await views.close()

        task = asyncio.create_task(later(), name="close the past")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


def _ends_us(day: date) -> int:
    """The end of a day in microseconds since 1970; infinite beyond the calendar's end."""
    try:
        return int(datetime.combine(day + timedelta(days=1), clock.min).timestamp() * 1e6)
    except (OverflowError, ValueError, OSError):
        return 2**62 if day.year > 1970 else 0
