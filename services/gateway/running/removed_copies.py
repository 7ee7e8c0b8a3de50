"""What a scan learns from the lists of copies that the script of the duplicates page has removed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from services.domain.files.removals import CopiesRemoved, RemovalRun, RemovalsIgnored
from services.domain.subject import event_of
from services.gateway.queries.reads import FileRow
from services.gateway.running.facts import Facts, FilePlace
from services.gateway.running.removals import ListRead, RemovalFolder
from services.kernel.log.envelope import Record
from services.kernel.log.eventlog import Log


class _Earlier(NamedTuple):
    """What other scans have made of a list."""

    numbers: frozenset[int]
    over: bool
    """It was deleted."""


class RemovedCopies:
    """Of one scan."""

    def __init__(self, facts: Facts, events: Log, folder: RemovalFolder | None) -> None:
        """`folder`: None if no script can leave a list."""
        self._facts, self._log, self._folder = facts, events, folder
        self._lists: dict[Path, ListRead] = {}
        """As they were when last read: a script may still be running."""
        self._numbers: dict[FilePlace, tuple[str, int]] = {}
        """A place that a script has emptied -> id of the list, number in it."""
        self._settled: dict[str, set[int]] = defaultdict(set)
        """Id of a list -> numbers of files that are missing now."""
        self._read: list[ListRead] = []

    async def paths(self, root: Path, before: Mapping[str, FileRow]) -> Collection[str]:
        """Paths below the root whose copy a script has removed, if no scan knows of it and what is known of the file
        is what the list says."""
        above, paths = f"{str(root).rstrip('/')}/", set[str]()
        for one in await self._folder.lists() if self._folder else []:
            self._lists[one.path] = one
            if one.run is None:
                continue
            for number in one.run.numbers - (await self._earlier(one.run)).numbers:
                copy = one.run.plan.files[number - 1]
                path = copy.path.removeprefix(above)
                row = before.get(path) if path != copy.path else None
                if row and (row.image_id, row.size) == (copy.image_id, copy.size):
                    self._numbers[str(root), path] = one.run.plan.id, number
                    paths.add(path)
        return paths

    def settle(self, root: Path, missing: Iterable[str]) -> None:
        """These paths below the root are recorded as missing."""
        for path in missing:
            if place := self._numbers.get((str(root), path)):
                self._settled[place[0]].add(place[1])

    async def records(self, all_there: bool) -> list[Record]:
        """About each list. `all_there`: no root was unavailable; else the next scan may need the lists, too."""
        return [record for one in self._lists.values() for record in await self._of_list(one, all_there)]

    async def delete(self) -> None:
        if self._folder:
            await self._folder.delete(self._read)

    async def _of_list(self, one: ListRead, all_there: bool) -> list[Record]:
        if one.run is None:
            return self._ignored(one, one.reason)
        earlier = await self._earlier(one.run)
        if earlier.over and one.run.numbers and one.run.numbers <= earlier.numbers:
            return self._ignored(one, "It was read before.")
        last = one.over and all_there
        if last:
            self._read.append(one)
        numbers = sorted(self._settled[one.run.plan.id])
        if not numbers and not (last and one.run.numbers):
            return []
        event = CopiesRemoved(list_id=one.run.plan.id, numbers=numbers, last=last)
        return [self._facts.copies_removed(event)]

    def _ignored(self, one: ListRead, reason: str) -> list[Record]:
        self._read.append(one)
        event = RemovalsIgnored(name=one.path.name, reason=reason)
        return [self._facts.removals_ignored(event, one.digest)]

    async def _earlier(self, run: RemovalRun) -> _Earlier:
        rows = await self._log.read_stream(f"removals-{run.plan.id}")
        events = [event_of(row) for row in rows if str(row.correlation_id) != self._facts.job_id]
        read = [event for event in events if isinstance(event, CopiesRemoved)]
        numbers = frozenset(number for event in read for number in event.numbers)
        return _Earlier(numbers, any(event.last for event in read))
