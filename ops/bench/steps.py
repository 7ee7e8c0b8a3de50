"""How long the gateway's event loop keeps everybody waiting at a time, and with what.

`python -m ops.bench.steps REPORT up PHOTOS …` is `albumen up PHOTOS …` with a thread that asks the loop again and again
to call it back. How late it does is how long a request would have waited for its turn. What the machine adds by running
something else instead (Linux counts that for each thread) is subtracted, so that a busy machine measures the same.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Coroutine, Iterable
from pathlib import Path
from types import FrameType
from typing import Any, Final

import msgspec
import uvloop

from services.cli import __main__ as command_line

EVERY_S: Final = 0.005
"""Between a callback and the next request for one."""
SAMPLE_S: Final = 0.02
"""After this time without a callback, and again after each further one, the loop's stack is looked at."""
LEAST_MS: Final = 10.0
"""Shorter stops are not reported."""
_FRAMES: Final = 4
"""The innermost ones of our own, which say where a stop was spent."""
_TELLING: Final = ("call", "_waited")
"""Functions here that the loop runs itself."""
_OURS: Final = f"{Path(__file__).parents[2]}/"


class Stop(msgspec.Struct, frozen=True):
    """The loop did not get to anything else."""

    at: float
    """When it ended, as `time.monotonic`."""
    ms: float
    """Without the time that its thread waited for a core."""
    cpu_ms: float
    """Of this, its thread's own processor time; the rest is waiting for other threads or the disk."""
    where: list[str]
    """The last of our functions on the stack, the innermost last; empty if it was over before anybody looked."""


class Watch(threading.Thread):
    """Watches the loop of the thread that creates it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, report: Path) -> None:
        super().__init__(name="watch", daemon=True)
        self._loop, self._report = loop, report
        self._thread = threading.get_ident()
        self._clock = time.pthread_getcpuclockid(self._thread)
        self._schedule = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._ended = (0.0, 0.0, 0.0)

    def run(self) -> None:
        with self._report.open("ab", buffering=0) as report:
            while not self._loop.is_closed():
                time.sleep(EVERY_S)
                if (stop := self._stop()).ms >= LEAST_MS:
                    report.write(msgspec.json.encode(stop) + b"\n")

    def _stop(self) -> Stop:
        called, where = threading.Event(), list[str]()

        def call() -> None:
            self._ended = time.monotonic(), time.thread_time(), self._waited()
            called.set()

        try:
            self._loop.call_soon_threadsafe(call)
        except RuntimeError:  # it has just been closed
            return Stop(0.0, 0.0, 0.0, [])
        began, cpu, waited = time.monotonic(), time.clock_gettime(self._clock), self._waited()
        while not called.wait(SAMPLE_S) and not self._loop.is_closed():
            where = _ours(sys._current_frames().get(self._thread)) or where
        at, cpu_end, waited_end = self._ended
        return Stop(at, (at - began - (waited_end - waited)) * 1000, (cpu_end - cpu) * 1000, where)

    def _waited(self) -> float:
        """Seconds that the thread has waited for a core so far; 0 where nobody counts them."""
        try:
            return int(self._schedule.read_bytes().split()[1]) / 1e9
        except OSError:
            return 0.0


def _ours(frame: FrameType | None) -> list[str]:
    """Empty for the step by which the loop tells that it has ended the one before."""
    names: list[str] = []
    while frame and len(names) < _FRAMES:
        path = frame.f_code.co_filename
        if path == __file__ and frame.f_code.co_name in _TELLING:
            return []
        if path.startswith(_OURS) and "/.venv/" not in path:
            names.append(f"{path.removeprefix(_OURS)}:{frame.f_lineno} {frame.f_code.co_name}")
        frame = frame.f_back
    return names[::-1]


def stops(report: Path, since: float) -> list[Stop]:
    """Those that ended after a moment of `time.monotonic`, the longest first."""
    lines = report.read_bytes().splitlines() if report.exists() else []
    reported = (msgspec.json.decode(line, type=Stop) for line in lines)
    return sorted((stop for stop in reported if stop.at >= since), key=lambda stop: -stop.ms)


def longest(in_order: Iterable[Stop]) -> tuple[float, str]:
    """Milliseconds, and what they were spent on."""
    stop = next(iter(in_order), Stop(0, 0, 0, []))
    where = stop.where[-1] if stop.where else "nothing that was seen"
    return stop.ms, f"{stop.cpu_ms:.0f} ms of processor time; {where}"


def main(report: Path) -> int:
    run = uvloop.run

    def watched(main: Coroutine[Any, Any, Any]) -> Any:
        async def watching() -> Any:
            Watch(asyncio.get_running_loop(), report).start()
            return await main

        return run(watching())

    uvloop.run = watched  # type: ignore[assignment]
    return command_line.main()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv.pop(1))))
