"""What a scan makes of photos that are not where they were: missing, removed by our own script, or in question.

A question is answered by a person (`domain/files/absences.py`), and the answer holds for exactly the photos that it was
given for: a scan that misses others asks again.
"""

import asyncio
import errno
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import structlog

from services.domain.files.absences import MissingSettled
from services.domain.files.events import SourceUnavailable
from services.gateway.queries.absences import question
from services.gateway.queries.reads import FileRow
from services.gateway.running import guard
from services.gateway.running.counts import Counts
from services.gateway.running.facts import Facts
from services.gateway.running.removals import RemovalFolder
from services.gateway.running.removed_copies import RemovedCopies
from services.gateway.tables.pool import Reader
from services.kernel.log.envelope import Record
from services.kernel.log.eventlog import Log

log = structlog.get_logger(__name__)

_NOT_THERE: Final = (errno.ENOENT, errno.ENOTDIR)


class Judgement(NamedTuple):
    there: bool
    """False: the root is unavailable, and what was recorded about it stays."""
    records: list[Record]


class Absences:
    """Of one scan."""

    def __init__(
        self, facts: Facts, events: Log, views: Reader, counts: Counts, removals: RemovalFolder | None
    ) -> None:
        """`removals`: where scripts leave lists of what they removed."""
        self._facts, self._views, self._counts = facts, views, counts
        self._removed = RemovedCopies(facts, events, removals)
        self._all_there = True
        """No root was unavailable."""

    async def judged(
        self,
        root: Path,
        before: Mapping[str, FileRow],
        seen: Collection[str],
        blocked: Sequence[str],
        left_out: Sequence[str],
        archives: Collection[str],
    ) -> Judgement:
        """Of a root that was walked; the parameters are those of `guard.missing`."""
        removed = await self._removed.paths(root, before)
        try:
            lost = await asyncio.to_thread(guard.missing, before, seen, blocked, left_out, removed, archives)
        except guard.MostlyGone as loss:
            reason = f"{loss} in {root} are not there. Is a disk not connected?"
            if event := await self._question_about(root, loss, reason):
                return self._away(event)
            records = await asyncio.to_thread(self._gone, root, loss)
        else:
            earlier, _ = await question(self._views, str(root))
            records = await asyncio.to_thread(self._missing, root, lost)
            records += [self._facts.settled(MissingSettled(root=str(root)))] if earlier else []
        return Judgement(True, records)

    async def unreadable(self, root: Path, before: Mapping[str, FileRow], error: OSError) -> Judgement:
        """Of a root that can't be entered. Only if there is none any more its photos may be gone."""
        reason = f"The folder {root} can't be read: {error.strerror or error}."
        there = error.errno not in _NOT_THERE
        loss = None if there else await asyncio.to_thread(guard.all_gone, before)
        if loss is None:
            return self._away(SourceUnavailable(root=str(root), reason=reason))
        if event := await self._question_about(root, loss, reason):
            return self._away(event)
        away = self._away(SourceUnavailable(root=str(root), reason=reason))
        return Judgement(False, await asyncio.to_thread(self._gone, root, loss) + away.records)

    def exchanged(self, root: Path) -> Judgement:
        """Of a root that was another folder at the end of the walk than at its beginning."""
        reason = f"The folder {root} was taken away, or exchanged, while it was looked at."
        return self._away(SourceUnavailable(root=str(root), reason=reason))

    async def finished(self) -> list[Record]:
        """What to record at the end of the scan, after everything else; `delete` follows."""
        return await self._removed.records(self._all_there)

    async def delete(self) -> None:
        """Delete the lists that were read, now that the log says so."""
        await self._removed.delete()

    async def _question_about(
        self, root: Path, loss: guard.MostlyGone, reason: str
    ) -> SourceUnavailable | None:
        """None if a person has said that exactly these photos are gone."""
        earlier, answer = await question(self._views, str(root))
        now = await asyncio.to_thread(loss.question, root)
        if now == earlier and answer == "gone":
            return None
        return SourceUnavailable(
            root=str(root),
            reason=reason,
            question=now,
            missing=len(loss.missed),
            held=loss.held,
            below=loss.below,
            again=now == earlier,
        )

    def _away(self, event: SourceUnavailable) -> Judgement:
        self._all_there = False
        log.warning("source unavailable", root=event.root, reason=event.reason)
        return Judgement(False, [self._facts.unavailable(event)])

    def _gone(self, root: Path, loss: guard.MostlyGone) -> list[Record]:
        settled = MissingSettled(root=str(root), missing=len(loss.missed))
        return [*self._missing(root, loss.lost), self._facts.settled(settled)]

    def _missing(self, root: Path, lost: Sequence[guard.Absence]) -> list[Record]:
        self._counts.missing += len(lost)
        self._removed.settle(root, [path for path, _ in lost])
        return [self._facts.missing(image, root, path) for path, image in lost]
