"""What a scan passes over in one root: links that lead out of the photo folders, files whose content git-annex keeps
elsewhere, archives. A few examples of each kind are told, and how many there are."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from services.domain.files.passed import EXAMPLE_PATHS, FilesPassedOver, PassedKind
from services.gateway.listing.found import Passed
from services.gateway.queries.known import KnownFiles
from services.gateway.running.facts import Facts
from services.kernel.log.envelope import Record


class PassedOver:
    def __init__(self, root: Path, before: KnownFiles) -> None:
        self._root, self._before = root, before
        self._counts: dict[PassedKind, int] = defaultdict(int)
        self._examples: dict[PassedKind, list[str]] = defaultdict(list)
        self._rejected: list[str] = []
        """Paths of files that an earlier scan couldn't read."""

    def add(self, item: Passed) -> None:
        self._counts[item.kind] += 1
        if len(self._examples[item.kind]) < EXAMPLE_PATHS:
            self._examples[item.kind].append(item.path)
        row = self._before.files.get(item.path)
        if row and row.image_id is None:
            self._rejected.append(item.path)

    def records(self, facts: Facts) -> Iterator[Record]:
        """What differs from the last scan."""
        now = {kind: (count, self._examples[kind]) for kind, count in self._counts.items()}
        kinds = [*now, *(kind for kind in self._before.passed if kind not in now)]
        events = [
            FilesPassedOver(root=str(self._root), kind=kind, count=count, examples=examples)
            for kind in kinds
            for count, examples in [now.get(kind, (0, []))]
            if self._before.passed.get(kind) != (count, examples)
        ]
        yield from (facts.withdrawn(self._root, path) for path in self._rejected)
        yield from map(facts.passed_over, events)
