"""One scan: walk the folders, read what is new or changed, say what is gone.

Incremental by (path, size, mtime): what the read tables know already is not opened again. Every fact has an id
derived from what was seen, so a scan that was cut off is simply run again and repeats nothing.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog

from services.gateway.library.photo import Photo, Rejected
from services.gateway.library.pool import PreviewNotWritten, Vanished, WorkerPool
from services.gateway.library.walk import Found, Problem, walk
from services.gateway.progress import Rate
from services.gateway.queries.work import FileRow
from services.kernel.envelope import Record, record_event
from services.kernel.eventlog import Log
from services.kernel.events import (
    Event,
    FileAdded,
    FileMissing,
    FileRejected,
    FileReplaced,
    FileReturned,
    ScanFinished,
    SourceUnavailable,
)
from services.kernel.ids import derived_id
from services.kernel.paths import preview_path

log = structlog.get_logger(__name__)

CHUNK: Final = 500
"""Directory entries that the walk hands over at a time."""
MOSTLY: Final = 0.5
"""A root that lost more than this share of its files, and more than `A_FEW`, is taken for a disk that is away."""
A_FEW: Final = 20


class Counts(msgspec.Struct):
    """How far a scan is. `found` grows while the walk goes on."""

    found: int = 0
    unchanged: int = 0
    added: int = 0
    rejected: int = 0
    missing: int = 0
    walking: bool = True

    @property
    def done(self) -> int:
        """Looked at; the rejected ones are counted apart."""
        return self.unchanged + self.added


class Scan:
    """Run once with `run()`. Cancelling it leaves whole facts only."""

    def __init__(self, job_id: str, events: Log, pool: WorkerPool, previews: Path) -> None:
        self.job_id = job_id
        self.counts = Counts()
        self.rate = Rate()
        self._log, self._pool, self._previews = events, pool, previews
        self._slots = asyncio.Semaphore(pool.workers * 2)

    async def run(self, roots: Mapping[str, Mapping[str, FileRow]]) -> None:
        """Scan each root, given what was known of it: path -> FileRow; then append ScanFinished."""
        for root, known in roots.items():
            await self._root(Path(root), known)
        self.counts.walking = False
        counts = self.counts
        finished = ScanFinished(
            found=counts.found,
            added=counts.added,
            unchanged=counts.unchanged,
            rejected=counts.rejected,
            missing=counts.missing,
        )
        await self._append(
            [self._record(finished, derived_id(self.job_id, "finished"), f"job-{self.job_id}")]
        )
        log.info("scan finished", job=self.job_id, **msgspec.structs.asdict(counts))

    async def _root(self, root: Path, known: Mapping[str, FileRow]) -> None:
        present = {path for path, row in known.items() if not row.missing and row.image_id}
        try:
            await asyncio.to_thread(lambda: next(root.iterdir(), None))
        except OSError as error:
            await self._unavailable(root, f"The folder {root} can't be read: {error.strerror or error}.")
            return
        seen: set[str] = set()
        blocked: list[str] = []
        async with asyncio.TaskGroup() as group:
            async for item in _walk(root):
                if isinstance(item, Problem):
                    log.warning("a folder can't be read", path=item.path, reason=item.reason)
                    blocked.append(item.path)
                    continue
                self.counts.found += 1
                seen.add(item.path)
                row = known.get(item.path)
                if row is None or not await self._unchanged(root, item, row):
                    await self._slots.acquire()
                    group.create_task(self._look(root, item, row))
        await self._gone(root, known, sorted(present - seen), blocked)

    async def _unchanged(self, root: Path, item: Found, row: FileRow) -> bool:
        if (row.size, row.mtime_ns) != (item.size, item.mtime_ns):
            return False
        if row.image_id is not None:
            if not preview_path(self._previews, row.image_id).exists():
                return False
            if row.missing:
                returned = FileReturned(image_id=row.image_id, root=str(root), path=item.path)
                await self._append([self._said(returned, row.image_id, root, item.path)])
        self.counts.unchanged += 1
        return True

    async def _look(self, root: Path, item: Found, row: FileRow | None) -> None:
        try:
            photo: Photo | Rejected = await self._pool.read(root, item.path)
        except Vanished:
            self.counts.found -= 1
            return
        except PreviewNotWritten:
            raise  # the next photos would fail as well: the scan is tried again later
        except Exception:  # one photo never stops a scan
            log.exception("a photo could not be read", root=str(root), path=item.path)
            reason = "Albumen stumbled over this file; its log has the details."
            photo = Rejected(reason=reason, size=item.size, mtime_ns=item.mtime_ns)
        finally:
            self._slots.release()
        if isinstance(photo, Rejected):
            self.counts.rejected += 1
            await self._append([self._rejected(root, item, photo)])
        else:
            await self._append(self._imported(root, item, photo, row))
            self.counts.added += 1
        self.rate.count()

    def _rejected(self, root: Path, item: Found, why: Rejected) -> Record:
        event = FileRejected(
            root=str(root), path=item.path, size=item.size, mtime_ns=item.mtime_ns, reason=why.reason
        )
        place = hashlib.sha256(f"{root}\0{item.path}".encode()).hexdigest()[:32]
        event_id = derived_id(root, item.path, item.size, item.mtime_ns, why.reason, "rejected")
        return self._record(event, event_id, f"file-{place}")

    def _imported(self, root: Path, item: Found, photo: Photo, row: FileRow | None) -> list[Record]:
        image = photo.image_id
        stream = f"image-{image}"
        records = [self._record(photo.imported(), derived_id(image, "imported"), stream)]
        place: dict[str, Any] = {"root": str(root), **msgspec.structs.asdict(item)}
        if row is None or row.image_id is None:
            added = FileAdded(image_id=image, **place)
            event_id = derived_id(image, root, item.path, item.size, item.mtime_ns, "added")
            records.append(self._record(added, event_id, stream))
        elif row.image_id != image or (row.size, row.mtime_ns) != (item.size, item.mtime_ns) or row.missing:
            replaced = FileReplaced(image_id=image, previous_image_id=row.image_id, **place)
            records.append(self._said(replaced, image, root, item.path))
        return records

    async def _gone(
        self, root: Path, known: Mapping[str, FileRow], gone: list[str], blocked: list[str]
    ) -> None:
        """Say what is missing, unless it looks like a disk that is away: then nothing changes."""
        gone = [p for p in gone if not any(not b or p.startswith(f"{b}/") for b in blocked)]
        present = sum(1 for row in known.values() if row.image_id and not row.missing)
        if len(gone) == present > 0 or (len(gone) > A_FEW and len(gone) > MOSTLY * present):
            reason = f"{len(gone)} of {present} photos in {root} are not there. Is a disk not connected?"
            await self._unavailable(root, reason)
            return
        for path in gone:
            image = known[path].image_id
            if image:
                missing = FileMissing(image_id=image, root=str(root), path=path)
                await self._append([self._said(missing, image, root, path)])
                self.counts.missing += 1

    async def _unavailable(self, root: Path, reason: str) -> None:
        log.warning("source unavailable", root=str(root), reason=reason)
        event = SourceUnavailable(root=str(root), reason=reason)
        await self._append([self._record(event, derived_id(self.job_id, root, "unavailable"), "library")])

    def _said(self, event: Event, image_id: str, root: Path, path: str) -> Record:
        """A change that may happen to the same path again: once for each scan."""
        event_id = derived_id(image_id, root, path, event.TYPE, self.job_id)
        return self._record(event, event_id, f"image-{image_id}")

    def _record(self, event: Event, event_id: UUID, stream: str) -> Record:
        job = UUID(self.job_id)
        return record_event(event, event_id=event_id, stream=stream, correlation_id=job, causation_id=job)

    async def _append(self, records: list[Record]) -> None:
        await self._log.append(records)


async def _walk(root: Path) -> AsyncIterator[Found | Problem]:
    """`walk` in a thread, so that a slow disk does not hold up the pages."""
    items = walk(root)

    def chunk(source: Iterator[Found | Problem] = items) -> list[Found | Problem]:
        return [item for item, _ in zip(source, range(CHUNK), strict=False)]

    while batch := await asyncio.to_thread(chunk):
        for item in batch:
            yield item
