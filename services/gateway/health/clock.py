"""Whether the computer's clock went back: dates of what happens now would be earlier than those of what happened."""

import time
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import Final

from services.domain.words import Moment
from services.gateway.health.condition import Condition
from services.kernel.clock import now_us
from services.kernel.sentence import Sentence

TOLERANCE_US: Final = 5_000_000
"""Time servers correct clocks by less."""
FORGET_S: Final = 3600.0
"""After this long the clock is believed: it may have been wrong before, and right since it went back."""


class Clock:
    def __init__(
        self,
        last_recorded_us: Callable[[], Awaitable[int]],
        wall_us: Callable[[], int] = now_us,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`last_recorded_us`: of the log's last event, 0 for none. `wall_us`, `monotonic`: microseconds since 1970, and
        seconds that never go back."""
        self._last_recorded_us, self._wall_us, self._monotonic = last_recorded_us, wall_us, monotonic
        self._latest_us = 0
        """The latest time on the wall that this process has seen, plus what has passed since."""
        self._seen = self._well = monotonic()

    async def ask(self) -> Collection[Condition]:
        now, passed = self._wall_us(), self._monotonic()
        expected = self._latest_us + int((passed - self._seen) * 1_000_000) if self._latest_us else now
        self._latest_us, self._seen = max(now, expected), passed
        if self._latest_us - now <= TOLERANCE_US:
            self._well = passed
        elif passed - self._well > FORGET_S:
            self._latest_us = now
        behind = max(self._latest_us, await self._last_recorded_us()) - now
        return [_back(now + behind)] if behind > TOLERANCE_US else []


def _back(before_us: int) -> Condition:
    before = datetime.fromtimestamp(before_us / 1_000_000).astimezone().isoformat(timespec="seconds")
    return Condition(
        code="clock_back",
        problem=Sentence("The computer's clock went back: it was already %(time)s.", time=Moment(before)),
        remedy=Sentence("Correct the clock, or new entries in the history will have wrong dates."),
    )
