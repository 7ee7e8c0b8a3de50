"""The sidecars of one root during a scan: which are new to a picture, what they say, and which no longer say anything.

A sidecar speaks for a picture while it lies where it finds that picture (`sidecars/matching.py`) and can be read.
Removed, broken, moved away from its picture or left behind by it, it is silent: what it said is no longer believed.
"""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from services.gateway.listing.found import Found
from services.gateway.queries.known import KnownFiles
from services.gateway.queries.reads import FileRow
from services.gateway.reading.photo import Rejected, Said
from services.gateway.running import again
from services.gateway.running.checks import Checks
from services.gateway.running.counts import Counts
from services.gateway.running.facts import Facts, sidecar_read
from services.gateway.sidecars import kinds
from services.gateway.workers.pool import Vanished, WorkerPool
from services.kernel.log.envelope import Record
from services.knowledge.archives import archive_of


class Beside:
    def __init__(
        self,
        root: Path,
        before: KnownFiles,
        pool: WorkerPool,
        facts: Facts,
        checks: Checks,
        counts: Counts,
        everything: bool = False,
    ) -> None:
        """`everything`: only what differs from what a sidecar said before is a fact."""
        self._root, self._before, self._pool, self._facts = root, before, pool, facts
        self._checks, self._counts, self._everything = checks, counts, everything
        self._speaking: set[tuple[str, str]] = set()
        """(path, image id), as in `KnownFiles.sidecars`."""

    def new(self, image_id: str, files: Iterable[Found]) -> list[Found]:
        """Those of a picture's sidecars that have to be read; the others still say the same."""
        new = []
        for item in files:
            row, rejected = (
                self._before.sidecars.get((item.path, image_id)),
                self._before.files.get(item.path),
            )
            if row and _same(row, item) and not row.stale:
                self._speaking.add((item.path, image_id))
                if row.ctime_ns is None:
                    self._checks.sidecar(item, image_id)
            elif not (rejected and _same(rejected, item)):
                new.append(item)
        return new

    async def records(self, image_id: str, files: Iterable[Found]) -> list[Record]:
        """What the sidecars say; those that can't be read are rejected without affecting the picture."""
        records = []
        for item in files:
            try:
                sidecar = await self._pool.sidecar(self._root, item.path)
            except Vanished:
                continue
            if isinstance(sidecar, Rejected):
                self._counts.rejected += 1
                records.append(self._facts.rejected(self._root, item, sidecar.reason))
                continue
            if sidecar.library and sidecar.library == await self._checks.library():
                sidecar = Said(kind=sidecar.kind)  # it repeats what this library knew at the time
            in_trash = kinds.reader(sidecar.kind).is_trash(item.path.split("/")[-2:][0])
            event = sidecar_read(self._root, item, image_id, sidecar, in_trash)
            self._speaking.add((item.path, image_id))
            if not self._everything or not again.repeats(await self._checks.stream(image_id), event):
                records.append(self._facts.said(self._root, item, event))
        return records

    def silent(self, blocked: Sequence[str], archives: Collection[str]) -> list[Record]:
        """Of sidecars that spoke before this scan and do so no longer. `blocked`: folders that couldn't be read, whose
        sidecars still hold. `archives`: those that are there; what lies in others still holds for pictures for which no
        other sidecar speaks."""
        places, images = {"", *archives}, {image for _, image in self._speaking}
        return [
            self._facts.silent(image, self._root, path)
            for path, image in sorted(self._before.sidecars.keys() - self._speaking)
            if (archive_of(path) in places or image in images)
            and not any(not folder or path == folder or path.startswith(f"{folder}/") for folder in blocked)
        ]


def _same(row: FileRow, item: Found) -> bool:
    return row.same(item.size, item.mtime_ns) and not row.touched(item.ctime_ns)
