"""The photo folders in use: those that Albumen was started with, else those of the last scan, and what people have
added and taken out since."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from services.domain.files.commands import ScanLibrary
from services.domain.files.events import ScanStarted
from services.domain.files.folders import SourceAdded, SourceRemoved, in_use
from services.domain.files.sources import SourceMoved
from services.domain.jobs.commands import CancelJob
from services.domain.subject import Command, event_of
from services.gateway.queries.logbook import Logbook
from services.gateway.queries.reads import Work
from services.kernel.log.envelope import Envelope
from services.kernel.log.eventlog import Log

_CHANGES: Final = [SourceAdded.TYPE, SourceRemoved.TYPE, SourceMoved.TYPE]
_MOST: Final = 10_000


class Folders:
    def __init__(self, log: Log, logbook: Logbook, work: Work) -> None:
        self._log, self._logbook, self._work = log, logbook, work
        self.roots: list[str] = []
        """Changed in place: everything that is given it sees the same."""
        self._seen = 0
        self._changed = asyncio.Event()
        self._settled = True
        """No unfinished scan is of folders that were taken out."""

    async def begin(self, given: Sequence[str]) -> None:
        """`given`: at the start; these are in use even if a person has taken them out before."""
        changes = (await self._logbook.back(_CHANGES, None, _MOST))[::-1]
        self._seen = changes[-1].position if changes else 0
        if given:
            added = _after([], changes)
            inside = [one for one in added if any(Path(one).is_relative_to(other) for other in given)]
            self.roots[:] = [*given, *(one for one in added if one not in inside)]
            return
        for row in await self._logbook.back([ScanStarted.TYPE], None, 1):
            if isinstance(event := event_of(row), ScanStarted):
                later = [one for one in changes if one.position > row.position]
                self.roots[:] = _after(event.roots, later)

    async def follow(self) -> None:
        """Takes in what has changed in the log."""
        rows = await self._logbook.back(_CHANGES, None, 100)
        changes = [row for row in reversed(rows) if row.position > self._seen]
        if changes:
            self._seen = changes[-1].position
            self.roots[:] = _after(self.roots, changes)
            self._settled = False
            self._changed.set()

    async def settle(self, give: Callable[[Command], Awaitable[object]]) -> None:
        """Follows, and has scans of folders that were taken out stopped, and the others scanned instead. `give`: gives
        a command. Call with read tables that have caught up."""
        await self.follow()
        if self._settled:
            return
        self._settled = True
        scans = await self.outdated_scans()
        for job_id in scans:
            await give(CancelJob(job_id=job_id))
        if scans and self.roots:
            await give(ScanLibrary())

    async def outdated_scans(self, exactly: bool = False) -> list[str]:
        """Ids of unfinished scans of folders that are no longer in use, or, if `exactly`, not of those in use."""
        ids, roots = [], set(self.roots)
        for job in await self._work.unfinished():
            if job.kind == "scan":
                rows = await self._log.read_stream(f"job-{job.job_id}")
                scanned = next(
                    (set(e.roots) for row in rows if isinstance(e := event_of(row), ScanStarted)), set()
                )
                if scanned != roots if exactly else not scanned <= roots:
                    ids.append(job.job_id)
        return ids

    async def watch(self, watching: Callable[[list[Path]], Awaitable[None]]) -> None:
        """Runs `watching` for the folders in use, anew whenever these change, until it returns."""
        while True:
            self._changed.clear()
            task = asyncio.ensure_future(watching([Path(root) for root in self.roots]))
            change = asyncio.ensure_future(self._changed.wait())
            try:
                await asyncio.wait({task, change}, return_when=asyncio.FIRST_COMPLETED)
                if task.done():
                    return task.result()
            finally:
                for one in (task, change):
                    one.cancel()
                await asyncio.gather(task, change, return_exceptions=True)


def _after(roots: Sequence[str], changes: Sequence[Envelope]) -> list[str]:
    """`changes`: oldest first."""
    now = list(roots)
    for row in changes:
        now = in_use(now, event_of(row))
    return now
