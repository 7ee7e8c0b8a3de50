"""The speed of a job, from when its photos were done."""

import time
from collections import deque
from collections.abc import Callable
from typing import Final

WINDOW_S: Final = 10.0
"""Rates are averages over this long: short enough to follow the job, long enough not to flicker."""


class Rate:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seconds: deque[tuple[float, int]] = deque()
        self._began = clock()

    def count(self, number: int = 1) -> None:
        now = self._clock()
        if self._seconds and now - self._seconds[-1][0] < 0.1:
            at, before = self._seconds.pop()
            self._seconds.append((at, before + number))
        else:
            self._seconds.append((now, number))

    def per_second(self) -> float | None:
        """None in the first half second, and after a window without photos."""
        now = self._clock()
        while self._seconds and now - self._seconds[0][0] > WINDOW_S:
            self._seconds.popleft()
        span = min(WINDOW_S, now - self._began)
        if not self._seconds or span < 0.5:
            return None
        return sum(number for _, number in self._seconds) / span

    def eta_s(self, remaining: int) -> float | None:
        rate = self.per_second()
        return remaining / rate if rate else None
