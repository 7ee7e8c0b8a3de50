"""The classifiers, on this machine or others, as they report themselves."""

import time
from typing import Final

import msgspec

from services.kernel.bus.jobs import REPORT_S, STAGES, Stage, WorkerReport

ALIVE_S: Final = 3 * REPORT_S
"""A worker that has been silent for longer is gone, or cut off."""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    batches: int = 0
    photos: int = 0
    seconds: dict[Stage, float] = msgspec.field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))

    def plus(self, report: WorkerReport) -> "Work":
        return Work(
            batches=self.batches + report.batches,
            photos=self.photos + report.photos,
            seconds={stage: spent + report.seconds.get(stage, 0.0) for stage, spent in self.seconds.items()},
        )


class Fleet:
    """For the event loop's thread only."""

    def __init__(self) -> None:
        self._gone = Work()
        """Of workers that have fallen silent."""
        self._last: dict[str, tuple[float, WorkerReport]] = {}
        """The newest report of each worker, and when it came."""

    def heard(self, report: WorkerReport) -> None:
        """Reports may come twice, or late."""
        before = self._last.get(report.worker_id)
        if before is None or report.batches >= before[1].batches:
            self._last[report.worker_id] = (time.monotonic(), report)

    def alive(self) -> int:
        self._part()
        return len(self._last)

    def work(self) -> Work:
        """Of all workers since Albumen has started to listen, and of those that are alive, since they started. Never
        decreases."""
        self._part()
        total = self._gone
        for _, report in self._last.values():
            total = total.plus(report)
        return total

    def _part(self) -> None:
        """From those that have fallen silent."""
        silent = time.monotonic() - ALIVE_S
        for worker_id, (came, report) in list(self._last.items()):
            if came < silent:
                self._gone = self._gone.plus(report)
                del self._last[worker_id]
