"""What a scan passes over in one root: links that lead out of the photo folders, files whose content git-annex keeps
elsewhere, archives. A few examples of each kind are told, and how many there are."""

from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

from services.domain.files.passed import EXAMPLE_PATHS, FilesPassedOver, PassedKind
from services.gateway.queries.known import KnownFiles
from services.gateway.running.walk import Passed


class PassedOver:
    def __init__(self) -> None:
        self._counts: dict[PassedKind, int] = defaultdict(int)
        self._examples: dict[PassedKind, list[str]] = defaultdict(list)

    def add(self, item: Passed) -> None:
        self._counts[item.kind] += 1
        if len(self._examples[item.kind]) < EXAMPLE_PATHS:
            self._examples[item.kind].append(item.path)

    def news(self, root: Path, before: KnownFiles) -> Collection[FilesPassedOver]:
        """What differs from the last scan."""
        now = {kind: (count, self._examples[kind]) for kind, count in self._counts.items()}
        kinds = [*now, *(kind for kind in before.passed if kind not in now)]
        return [
            FilesPassedOver(root=str(root), kind=kind, count=count, examples=examples)
            for kind in kinds
            for count, examples in [now.get(kind, (0, []))]
            if before.passed.get(kind) != (count, examples)
        ]
