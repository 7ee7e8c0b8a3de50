"""The same error is counted, not repeated: the log says once that it happened, and later how often."""

import threading
import time
from collections.abc import Callable
from typing import Final

from structlog import DropEvent
from structlog.types import EventDict, WrappedLogger

WINDOW_S: Final = 60.0
OF_A_KIND: Final = 20
"""Lines of one kind within a window, even if they differ in their values."""
_COUNTED: Final = frozenset({"warning", "error", "critical"})
_OWN: Final = frozenset({"timestamp", "level", "repeated"})


class Repeats:
    """A processor. Within a window, the second of two equal lines is dropped, and so is the 21st of a kind; the end of
    the window says how many were."""

    def __init__(
        self,
        window_s: float = WINDOW_S,
        clock: Callable[[], float] = time.monotonic,
        later: Callable[[float, Callable[[], None]], None] | None = None,
    ) -> None:
        """`later(seconds, call)`: calls once, from any thread."""
        self._window_s, self._clock, self._later = window_s, clock, later or _in_a_thread
        self._lock = threading.Lock()
        self._began = 0.0
        self._lines: dict[tuple[str, ...], int] = {}
        """How often each line came in this window."""
        self._kinds: dict[str, int] = {}
        """How many lines of each kind were let through."""
        self._dropped: dict[tuple[str, str], int] = {}
        """By level and event."""
        self.say: Callable[[str, str, int, float], None] = lambda level, event, count, seconds: None
        """Called at a window's end, for each kind that was dropped."""

    def __call__(self, logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
        level = str(line.get("level", method))
        if level not in _COUNTED or "repeated" in line:
            return line
        event = str(line.get("event", ""))
        key = (event, *(f"{name}={value}" for name, value in sorted(line.items()) if name not in _OWN))
        with self._lock:
            if self._clock() - self._began >= self._window_s:
                self._began = self._clock()
                self._lines.clear()
                self._kinds.clear()
            seen, kind = self._lines.get(key, 0), self._kinds.get(event, 0)
            if not seen and kind < OF_A_KIND:
                self._lines[key], self._kinds[event] = 1, kind + 1
                return line
            if not self._dropped:
                self._later(self._window_s, self.flush)
            self._dropped[level, event] = self._dropped.get((level, event), 0) + 1
        raise DropEvent

    def flush(self) -> None:
        """Say how many were dropped, and begin to count anew."""
        with self._lock:
            dropped, self._dropped = self._dropped, {}
        for (level, event), count in dropped.items():
            self.say(level, event, count, self._window_s)


def _in_a_thread(seconds: float, call: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()
