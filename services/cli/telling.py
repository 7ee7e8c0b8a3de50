"""What `albumen up` tells on the terminal while it runs: how jobs proceed, what they led to, and what is wrong."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from services.gateway.health.condition import Condition
from services.gateway.i18n.speech import spoken
from services.gateway.lifespan import Gateway
from services.gateway.queries import library, problems
from services.gateway.running.board import TYPES
from services.gateway.running.job_status import JobStatus
from services.gateway.tables.pool import TablesDamaged
from services.gateway.workers import notice
from services.kernel.clock import now_us

LOOKS_EVERY_S: Final = 0.5
_PASSING: Final = frozenset({"projector_starting", "workers_starting"})
"""Conditions that nobody has to do anything about."""
_SCAN: Final = TYPES["scan"]
_NAMES: Final = {
    _SCAN: "Looking for photos",
    TYPES["classify"]: "Classifying",
    TYPES["export"]: "Exporting",
    TYPES["import"]: "Importing",
}
_BESIDE: Final = {"boxes": "Looking for people and things", "words": "Preparing searches in your own words"}
"""What is done instead of classifying, by the kind of the model."""
_RESULTS: Final = {"classify": "classified", "export": "exported", "import": "imported"}
_RESULTS_BESIDE: Final = {
    "boxes": "searched for people and things",
    "words": "prepared for searches in your own words",
}
_MOST: Final = 20
"""Jobs that may end between two looks."""

Show = Callable[[Iterable[tuple[str, JobStatus]]], None]


async def tell(gateway: Gateway, url: str, *, bars: bool) -> None:
    """Until the gateway stops. `url`: ends with a slash; `bars`: standard error is a terminal, and nothing else writes
    to it."""
    if not notice.confines():
        print(notice.NOT_CONFINED, flush=True)
    with await asyncio.to_thread(_bars) if bars else _no_bars() as show:
        teller = Teller(gateway, f"{url}jobs", show)
        while not gateway.stopping.is_set():
            with contextlib.suppress(TablesDamaged):  # told as a condition
                await teller.look()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOKS_EVERY_S):
                    await gateway.stopping.wait()


@contextlib.contextmanager
def _no_bars() -> Iterator[Show]:
    yield lambda jobs: None


def _bars() -> contextlib.AbstractContextManager[Show]:
    """In a thread: Rich takes a while to load, and the first page is wanted now."""
    from services.cli.bars import JobBars

    @contextlib.contextmanager
    def shown() -> Iterator[Show]:
        with JobBars() as bars:
            yield bars.show

    return shown()


class Teller:
    def __init__(self, gateway: Gateway, jobs_url: str, show: Show) -> None:
        self._gateway, self._jobs_url, self._show = gateway, jobs_url, show
        self._wrong: set[str] = set()
        self._told_us = now_us()
        """When the last job that was told of ended, microseconds since 1970."""
        self._position = -1
        self._line = ""

    async def look(self) -> None:
        """Once. Raises TablesDamaged."""
        self._tell_conditions(self._gateway.health.conditions)
        running = await self._gateway.jobs.running()
        self._show((_name(job), job) for job in reversed(running))
        position = await self._gateway.views.position()
        if position == self._position:
            return
        if not any(job.type == _SCAN for job in running):
            await self._tell_photos()
            self._position = position
        await self._tell_results()

    def _tell_conditions(self, conditions: list[Condition]) -> None:
        wrong = {one.code: one for one in conditions if one.code not in _PASSING}
        for code in wrong.keys() - self._wrong:
            print(f"{spoken(wrong[code].problem)} {spoken(wrong[code].remedy)}", flush=True)
        self._wrong = set(wrong)

    async def _tell_results(self) -> None:
        """Of jobs that have ended since the last look."""
        rows = [
            row for row in await self._gateway.work.recent(_MOST) if (row.finished_us or 0) > self._told_us
        ]
        for row in sorted(rows, key=lambda row: row.finished_us or 0):
            self._told_us = row.finished_us or 0
            result = _RESULTS_BESIDE.get(row.task) or _RESULTS.get(row.kind)
            status = await self._gateway.jobs.status(row.job_id) if result else None
            if status and status.done + status.failed:
                failed = f"; {status.failed} could not be: {self._jobs_url}" if status.failed else ""
                print(f"{_photos(status.done)} {result}{failed}", flush=True)

    async def _tell_photos(self) -> None:
        """Once a scan has looked, and again whenever the numbers change."""
        views = self._gateway.views
        if await library.last_scan(views) is None:
            return
        (photos, _), unreadable = await library.photos(views), await problems.rejected(views)
        line = _photos(photos) + (f"; {unreadable} could not be read: {self._jobs_url}" if unreadable else "")
        if line != self._line:
            print(line, flush=True)
        self._line = line


def _photos(number: int) -> str:
    return f"{number:,} photo" + ("" if number == 1 else "s")


def _name(job: JobStatus) -> str:
    if job.detects or job.encodes:
        return _BESIDE["boxes" if job.detects else "words"]
    return _NAMES[job.type]
