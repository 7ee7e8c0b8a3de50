"""Where the copies of images were when a scan began: in the folders that it scans, and in those that were given for
earlier scans. A copy that has left its place for another one has moved."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from services.gateway.queries.known import KnownFiles, known
from services.gateway.queries.sources import source_roots
from services.gateway.running import disk
from services.gateway.running.facts import Facts, FilePlace
from services.gateway.tables.pool import Reader
from services.kernel.log.envelope import Record


class Origins:
    def __init__(self, facts: Facts, views: Reader) -> None:
        self._facts, self._views = facts, views
        self._places: dict[str, list[FilePlace]] = defaultdict(list)
        """Image id -> its places."""
        self._earlier: dict[str, KnownFiles] = {}
        """Folders that this scan was not given."""
        self._left: set[FilePlace] = set()
        """Places whose copy has moved elsewhere."""

    def add(self, root: str, before: KnownFiles) -> None:
        for path, row in before.files.items():
            if row.image_id and not row.missing:
                self._places[row.image_id].append((root, path))

    async def recall(self, given: Sequence[str]) -> None:
        """The folders of earlier scans, unless they are away: what is on them may still be there."""
        for root in await source_roots(self._views):
            if root not in given and await asyncio.to_thread(_is_there, root):
                self._earlier[root] = before = await known(self._views, root)
                self.add(root, before)

    async def of(self, image_id: str, root: Path, path: str) -> FilePlace | None:
        """The place that the copy at a path must have come from: it was there and no longer is, although that folder
        is there; or it is the same file, as one of the two folders lies in the other."""
        for place in self._places.get(image_id, ()):
            if place in self._left:
                continue
            same = place[0] in self._earlier and Path(place[0]) / place[1] == root / path
            if same or await asyncio.to_thread(disk.vacant, place):
                self._left.add(place)
                return place
        return None

    def left(self, root: Path) -> set[str]:
        """Paths below that root whose copies have moved."""
        return {path for place, path in self._left if place == str(root)}

    async def records(self, scanned: Sequence[Path]) -> list[Record]:
        """What no longer holds of folders that this scan was not given. `scanned`: the folders that it has read.

        Sidecars of copies that have moved from there are silent. Where one folder lies in the other, what was not found
        is missing, and what could not be read is told of under the path that was given.
        """
        records: list[Record] = []
        for root, before in self._earlier.items():
            top = Path(root)
            nested = [one for one in scanned if one.is_relative_to(top) or top.is_relative_to(one)]
            still = {row.image_id for path, row in before.files.items() if (root, path) not in self._left}
            moved = {before.files[path].image_id for path in self.left(top)} - still
            records += [
                self._facts.silent(image, top, path)
                for path, image in sorted(before.sidecars)
                if image in moved
            ]
            for path, row in before.files.items():
                if (root, path) in self._left or not _is_below(top / path, nested):
                    continue
                if row.image_id is None:
                    records.append(self._facts.withdrawn(top, path))
                elif not row.missing and await asyncio.to_thread(disk.vacant, (root, path)):
                    records.append(self._facts.missing(row.image_id, top, path))
            records += [
                self._facts.withdrawn(top, path)
                for path in sorted(before.blocked)
                if _is_below(top / path, nested)
            ]
        return records


def _is_below(path: Path, folders: Sequence[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _is_there(root: str) -> bool:
    try:
        disk.entered(Path(root))
    except OSError:
        return False
    return True
