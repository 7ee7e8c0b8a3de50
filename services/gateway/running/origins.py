"""Where the copies of images were when a scan began: in the folders that it scans, and in those that were given for
earlier scans. A copy that has left its place for another one has moved."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from services.gateway.archives.roots import entered
from services.gateway.queries.known import KnownFiles, known
from services.gateway.queries.sources import forgotten_roots, source_roots
from services.gateway.reading.threads import to_photo_thread
from services.gateway.running import disk
from services.gateway.running.facts import Facts, FilePlace
from services.gateway.tables.pool import Reader
from services.kernel.log.envelope import Record


class Origins:
    def __init__(self, facts: Facts, views: Reader, may_hold: disk.MayHold) -> None:
        """`may_hold`: as for `disk.vacant`."""
        self._facts, self._views, self._may_hold = facts, views, may_hold
        self._places: dict[str, list[FilePlace]] = defaultdict(list)
        """Image id -> its places."""
        self._earlier: dict[str, KnownFiles] = {}
        """Folders that this scan was not given."""
        self._gone: set[str] = set()
        """Those of them that don't exist any more."""
        self._left: set[FilePlace] = set()
        """Places whose copy has moved elsewhere."""

    def add(self, root: str, before: KnownFiles) -> None:
        for path, row in before.files.items():
            if row.image_id and not row.missing:
                self._places[row.image_id].append((root, path))

    async def recall(self, given: Sequence[str]) -> None:
        """The folders of earlier scans, but for forgotten ones and those that can't be read."""
        others = set(await source_roots(self._views)) - {*given, *await forgotten_roots(self._views)}
        for root in sorted(others):
            try:
                await to_photo_thread(entered, Path(root))
            except (FileNotFoundError, NotADirectoryError):
                self._gone.add(root)
            except OSError:
                continue
            self._earlier[root] = before = await known(self._views, root)
            await asyncio.to_thread(self.add, root, before)

    async def of(self, image_id: str, root: Path, path: str) -> FilePlace | None:
        """The place that the copy at a path must have come from: it was there and no longer is, although that folder
        is there; or it is the same file, as one of the two folders lies in the other. A folder of an earlier scan that
        doesn't exist any more may be above this one or inside it by another name: then the paths end alike."""
        for place in self._places.get(image_id, ()):
            if place in self._left:
                continue
            same = place[0] in self._earlier and Path(place[0]) / place[1] == root / path
            again = place[0] in self._gone and _ends_alike(place[1], path)
            if same or again or await to_photo_thread(disk.vacant, place, self._may_hold):
                self._left.add(place)
                return place
        return None

    def left(self, root: Path) -> set[str]:
        """Paths below that root whose copies have moved."""
        return {path for place, path in self._left if place == str(root)}

    def records(self, scanned: Sequence[Path]) -> list[Record]:
        """What no longer holds of folders that this scan was not given; for a thread of those that touch the photo
        folders. `scanned`: the folders that it has read.

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
            for path, row in before.files.items() if nested else ():
                if (root, path) in self._left or not _is_below(top / path, nested):
                    continue
                if row.image_id is None:
                    records.append(self._facts.withdrawn(top, path))
                elif not row.missing and disk.vacant((root, path), self._may_hold):
                    records.append(self._facts.missing(row.image_id, top, path))
            records += [
                self._facts.withdrawn(top, path)
                for path in sorted(before.blocked)
                if _is_below(top / path, nested)
            ]
        return records


def _is_below(path: Path, folders: Sequence[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _ends_alike(one: str, other: str) -> bool:
    """Whether one path is the end of the other."""
    return f"/{one}".endswith(f"/{other}") or f"/{other}".endswith(f"/{one}")
