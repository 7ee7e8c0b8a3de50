"""What a worker has done since it started."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from services.kernel.bus.jobs import STAGES, Stage, WorkerReport
from services.kernel.tracing import spans


class Tally:
    """For the event loop's thread only."""

    def __init__(self, worker_id: str) -> None:
        self._worker_id = worker_id
        self._batches = self._photos = 0
        self._seconds: dict[Stage, float] = dict.fromkeys(STAGES, 0.0)

    @contextmanager
    def spent(self, stage: Stage) -> Iterator[None]:
        """Counts the time inside, however it ends."""
        began = time.perf_counter()
        try:
            with spans.stage(stage):
                yield
        finally:
            self._seconds[stage] += time.perf_counter() - began

    def did(self, photos: int) -> None:
        """One more batch, of so many photos."""
        self._batches += 1
        self._photos += photos

    def report(self) -> WorkerReport:
        return WorkerReport(
            worker_id=self._worker_id,
            batches=self._batches,
            photos=self._photos,
            seconds=dict(self._seconds),
        )
