"""Archives during a scan: which of them are there, and what is wrong with them; and what they hold, for whoever looks
for a photo."""

import asyncio
import concurrent.futures
import os
from collections.abc import Iterator
from pathlib import Path

import structlog

from services.gateway.archives.listing import Member, Unlistable
from services.gateway.archives.opening import inside
from services.gateway.archives.shelf import Contents, Shelf
from services.gateway.listing.found import ArchiveRead
from services.gateway.queries.known import KnownFiles
from services.gateway.running.counts import Counts
from services.gateway.running.facts import Facts
from services.gateway.workers.pool import PreviewNotWritten, Vanished, WorkerPool
from services.kernel.log.envelope import Record
from services.knowledge.archives import archive_of

log = structlog.get_logger(__name__)


class Lists:
    """What archives hold, for the threads of one scan: from the shelf, or read by a worker."""

    def __init__(self, pool: WorkerPool, previews: Path) -> None:
        self._pool, self.shelf = pool, Shelf(previews)
        self._loop = asyncio.get_running_loop()
        self._asking: set[concurrent.futures.Future[str | None]] = set()

    def contents(self, archive: str) -> Contents:
        """`archive`: a real path. Raises Unlistable, FileNotFoundError, OSError, and what the pool does."""
        if contents := self.shelf.contents(os.stat(archive)):  # noqa: PTH116  names may not be UTF-8
            return contents
        question = asyncio.run_coroutine_threadsafe(self._ask(archive), self._loop)
        self._asking.add(question)
        try:
            reason = question.result()
        finally:
            self._asking.discard(question)
        if reason:
            raise Unlistable(reason)
        if contents := self.shelf.contents(os.stat(archive)):  # noqa: PTH116  as above
            return contents
        raise FileNotFoundError(archive)  # another one already: the next scan reads that

    async def _ask(self, archive: str) -> str | None:
        rejected = await self._pool.members(Path(archive))
        return rejected.reason if rejected else None

    def may_hold(self, root: str, path: str) -> bool:
        """Whether the path leads to a member of an archive, or into one that can't be read; both as `kernel.paths`
        writes names."""
        try:
            return self._member(root, path) is not None
        except (FileNotFoundError, Vanished):
            return False
        except (OSError, Unlistable):
            return True

    def member(self, root: str, path: str) -> Member | None:
        """What the path leads to in an archive; both as `kernel.paths` writes names. None if it can't be read."""
        try:
            return self._member(root, path)
        except (OSError, Unlistable, Vanished, PreviewNotWritten):
            return None

    def _member(self, root: str, path: str) -> Member | None:
        where = inside(root, path)
        return self.contents(where.archive).by_name.get(where.name) if where else None

    def stop(self) -> None:
        """Threads that wait for a worker wait no longer."""
        for question in list(self._asking):
            question.cancel()


class Archives:
    """Those of one root."""

    def __init__(self, root: Path, before: KnownFiles) -> None:
        self._root, self._before = root, before
        self.there: set[str] = set()
        """Paths of those that exist, and of folders that have such names."""
        self.blocked: list[str] = []
        """Paths of those that can't be read, or not to their end: their photos stay."""
        self._read: list[ArchiveRead] = []

    def add(self, item: ArchiveRead) -> None:
        path = item.file.path
        self.there.add(path)
        if not item.whole:
            self.blocked.append(path)
        if item.anew:
            self._read.append(item)
        if item.trouble:
            log.warning("an archive can't be read as a whole", path=path, reason=item.trouble)

    def is_folder(self, path: str) -> None:
        """It was listed, so what its path leads through is no archive, or one that is there."""
        if archive := archive_of(f"{path}/"):
            self.there.add(archive)

    def records(self, facts: Facts, counts: Counts) -> Iterator[Record]:
        """What is wrong with archives now, and no longer is."""
        for item in self._read:
            file, row = item.file, self._before.files.get(item.file.path)
            same = row and row.same(file.size, file.mtime_ns) and not row.touched(file.ctime_ns)
            if item.trouble and not same:
                counts.rejected += 1
                yield facts.rejected(self._root, file, item.trouble)
            elif row and not item.trouble:
                yield facts.withdrawn(self._root, file.path)
