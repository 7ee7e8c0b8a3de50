"""The sidecars of one root during a scan: which are new to a picture, what they say, and which no longer say anything.

A sidecar speaks for a picture while it lies where it finds that picture (`sidecars/matching.py`). Removed, moved away
from its picture or left behind by it, it is silent, and broken it says only that: what it said is no longer believed.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from services.gateway.listing.found import Found
from services.gateway.queries.known import KnownFiles
from services.gateway.queries.reads import FileRow
from services.gateway.reading.photo import AlbumTitle, Rejected, Said
from services.gateway.running import again, guard
from services.gateway.running.checks import Checks
from services.gateway.running.counts import Counts
from services.gateway.running.facts import Facts, sidecar_read
from services.gateway.sidecars import kinds
from services.gateway.sidecars.matching import is_named_as_album
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
            retried = rejected is not None and not _same(rejected, item)
            if row and _same(row, item) and not row.stale and not retried:
                self._speaking.add((item.path, image_id))
                if row.ctime_ns is None:
                    self._checks.sidecar(item, image_id)
            else:
                new.append(item)
        return new

    async def records(self, image_id: str, files: Iterable[Found]) -> list[Record]:
        """What the sidecars say; those that can't be read are rejected, and the picture knows it."""
        records: list[Record] = []
        for item in files:
            try:
                sidecar = await self._pool.sidecar(self._root, item.path)
            except Vanished:
                continue
            if isinstance(sidecar, Rejected):
                records += self._unreadable(image_id, item, sidecar.reason)
                continue
            if sidecar.library and sidecar.library == await self._checks.library():
                sidecar = Said(kind=sidecar.kind)  # it repeats what this library knew at the time
            in_trash = kinds.reader(sidecar.kind).is_trash(item.path.split("/")[-2:][0])
            event = sidecar_read(self._root, item, image_id, sidecar, in_trash)
            self._speaking.add((item.path, image_id))
            if not self._everything or not again.repeats(await self._checks.stream(image_id), event):
                records.append(self._facts.said(self._root, item, event))
        return records

    def _unreadable(self, image_id: str, item: Found, reason: str) -> list[Record]:
        """What it said before is no longer believed. That it is rejected may be known: an earlier version didn't record
        of which picture."""
        nothing = Said(kind=kinds.kind_of(item.path.rpartition("/")[2]), unread=[reason])
        event = sidecar_read(self._root, item, image_id, nothing, in_trash=False)
        self._speaking.add((item.path, image_id))
        before = self._before.files.get(item.path)
        if before and before.image_id is None and _same(before, item):
            return [self._facts.said(self._root, item, event)]
        self._counts.rejected += 1
        return [
            self._facts.said(self._root, item, event),
            self._facts.rejected(self._root, item, reason),
        ]

    def album(self, item: Found, answer: AlbumTitle | Rejected) -> list[Record]:
        """Of a file that may hold an album's title: that this is cut, or that one with the name of such files can't be
        read, which is told once; or that it no longer is so."""
        if isinstance(answer, Rejected):
            reason = answer.reason if is_named_as_album(item.path.rpartition("/")[2]) else ""
        else:
            reason = answer.cut
        before = self._before.files.get(item.path)
        if not reason:
            return [self._facts.withdrawn(self._root, item.path)] if before else []
        if before and _same(before, item):
            return []
        self._counts.rejected += 1
        return [self._facts.rejected(self._root, item, reason)]

    def silent(self, blocked: Sequence[str], archives: Collection[str]) -> Iterator[Record]:
        """Of sidecars that spoke before this scan and do so no longer; for a thread. `blocked`: folders that couldn't
        be read, whose sidecars still hold. `archives`: those that are there; what lies in others still holds for
        pictures for which no other sidecar speaks."""
        places, images, unread = {"", *archives}, {image for _, image in self._speaking}, frozenset(blocked)
        return (
            self._facts.silent(image, self._root, path)
            for path, image in sorted(self._before.sidecars.keys() - self._speaking)
            if (archive_of(path) in places or image in images) and not guard.is_below(path, unread)
        )


def _same(row: FileRow, item: Found) -> bool:
    return row.same(item.size, item.mtime_ns) and not row.touched(item.ctime_ns)
