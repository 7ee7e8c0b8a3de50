"""One scan: walk the folders, read what is new or changed, say what has moved and what is gone.

Incremental by (path, size, mtime): what the read tables know already is not opened again. Every fact has an id
derived from what was seen (`facts.py`), so a scan that was cut off is simply run again and repeats nothing.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import msgspec
import structlog

from services.domain.files.events import ScanFinished
from services.domain.subject import event_of
from services.gateway.queries.inherited import estate
from services.gateway.queries.known import KnownFiles, known
from services.gateway.queries.reads import FileRow
from services.gateway.reading.photo import Photo, Rejected
from services.gateway.reading.suffixless import Suffixless
from services.gateway.running import disk, export_album, guard
from services.gateway.running.counts import Counts
from services.gateway.running.facts import Facts, FilePlace, album_of
from services.gateway.running.looks import Looks
from services.gateway.running.progress import Rate
from services.gateway.running.walk import Folder, Found, Problem, walk
from services.gateway.sidecars import kinds, matching
from services.gateway.sidecars.takeout_folders import is_year_folder
from services.gateway.tables.pool import Reader
from services.gateway.workers.pool import PreviewNotWritten, Vanished, WorkerPool
from services.kernel.log.envelope import Record
from services.kernel.log.eventlog import Log

log = structlog.get_logger(__name__)

TOGETHER: Final = 256
TOGETHER_S: Final = 0.2
"""Facts that go into the log at once, or how long the first of them waits for others."""
BREATH: Final = 500
"""Files after which others have a turn, however large a folder is."""


class Scan:
    """Run once with `run()`. Cancelling it leaves whole facts only."""

    def __init__(
        self,
        job_id: str,
        events: Log,
        views: Reader,
        pool: WorkerPool,
        previews: Path,
        suffixless: Suffixless | None = None,
        again: Collection[FilePlace] = (),
    ) -> None:
        """`suffixless`: one for all scans, so that none asks again what the one before knew. `again`: rejected files
        to look at anew."""
        self.job_id = job_id
        self.counts = Counts()
        self.rate = Rate()
        self._log, self._views, self._pool, self._previews = events, views, pool, previews
        self._suffixless = suffixless or Suffixless()
        self._facts, self._again = Facts(job_id), again
        self._slots = asyncio.Semaphore(pool.workers * 2)
        self._roots: dict[str, KnownFiles] = {}
        self._places: dict[str, list[FilePlace]] = defaultdict(list)
        """Image id -> where copies of it were when the scan began."""
        self._left: set[FilePlace] = set()
        """Places whose copy was found again elsewhere."""
        self._pending: list[Record] = []
        self._appended = 0.0
        """When, by the monotonic clock."""
        self._shown: set[str] = set()
        """Images whose preview is there."""

    async def run(self, roots: Sequence[str]) -> None:
        """Scan each root, then append ScanFinished."""
        self._shown = await asyncio.to_thread(disk.shown, self._previews)
        for root in roots:
            self._roots[root] = found = await known(self._views, root, self._again)
            for path, row in found.files.items():
                if row.image_id and not row.missing:
                    self._places[row.image_id].append((root, path))
        for root in roots:
            await self._root(Path(root), self._roots[root])
        self.counts.walking = False
        numbers = msgspec.structs.asdict(self.counts)
        del numbers["walking"]
        await self._append([self._facts.finished(ScanFinished(**numbers))])
        await self._flush()
        log.info("scan finished", job=self.job_id, **numbers)

    async def _root(self, root: Path, before: KnownFiles) -> None:
        try:
            began = await asyncio.to_thread(disk.entered, root)
        except OSError as error:
            await self._unavailable(root, f"The folder {root} can't be read: {error.strerror or error}.")
            return
        seen: set[str] = set()
        blocked: list[str] = []
        async with asyncio.TaskGroup() as group:
            async for item in disk.each(walk(root, before.files, self._suffixless)):
                if isinstance(item, Problem):
                    log.warning("a folder can't be read", path=item.path, reason=item.reason)
                    blocked.append(item.path)
                    if item.path and item.path not in before.blocked:
                        await self._append([self._facts.blocked(root, item.path, item.reason)])
                else:
                    seen.update(found.path for found in item.pictures)
                    await self._folder(root, item, before, group)
        try:
            away = await asyncio.to_thread(disk.entered, root) != began
        except OSError:
            away = True
        if away:
            await self._unavailable(
                root, f"The folder {root} was taken away, or exchanged, while it was looked at."
            )
            return
        await self._gone(root, before, seen, blocked)

    async def _folder(self, root: Path, folder: Folder, before: KnownFiles, group: asyncio.TaskGroup) -> None:
        """Look at what is new or changed in one folder; returns once all of it is begun."""
        beside = {item.name: item for item in folder.beside}
        matched = matching.match([item.name for item in folder.pictures], list(beside)) if beside else {}
        looks = Looks(group)
        for number, item in enumerate(folder.pictures):
            if number % BREATH == BREATH - 1:
                await asyncio.sleep(0)
            mine = [beside[name] for name in matched.get(item.name, ())]
            await self._picture(root, item, mine, before, looks)
        names = matching.album_candidates(list(beside), matched) if beside else []
        if names and not is_year_folder(folder.path.rpartition("/")[2]):
            group.create_task(self._album(root, folder.path, [beside[name] for name in names], looks))

    async def _picture(
        self, root: Path, item: Found, beside: list[Found], before: KnownFiles, looks: Looks
    ) -> None:
        self.counts.found += 1
        row = before.files.get(item.path)
        same = row is not None and await self._unchanged(root, item, row)
        if same:
            image = row.image_id if row else None
            beside = [s for s in beside if image and not before.heard(image, s.path, s.size, s.mtime_ns)]
            looks.known.update([image] if image else [])
        if beside or not same:
            await self._slots.acquire()
            looks.begin(self._look(root, item, row, beside, same))

    async def _unchanged(self, root: Path, item: Found, row: FileRow) -> bool:
        if (row.size, row.mtime_ns) != (item.size, item.mtime_ns):
            return False
        if row.image_id is not None:
            if row.image_id not in self._shown:
                return False
            if row.missing:
                await self._append([self._facts.returned(row.image_id, root, item.path)])
        self.counts.unchanged += 1
        return True

    async def _look(
        self, root: Path, item: Found, row: FileRow | None, beside: list[Found], same: bool
    ) -> str | None:
        """The image's id, None when it is none. `same`: only what stands beside the file is new."""
        try:
            if same and row and row.image_id:
                await self._append(await self._said(root, beside, row.image_id))
                return row.image_id
            photo: Photo | Rejected = await self._pool.read(root, item.path)
            if isinstance(photo, Rejected):
                self.counts.rejected += 1
                await self._append([self._facts.rejected(root, item, photo)])
                return None
            records = await self._imported(root, item, photo, row)
            await self._append(records + await self._said(root, beside, photo.image_id))
            self._shown.add(photo.image_id)
            return photo.image_id
        except Vanished:
            self.counts.found -= 1
            return None
        except PreviewNotWritten:
            raise  # the next photos would fail as well: the scan is tried again later
        except Exception:  # one photo never stops a scan
            log.exception("a photo could not be read", root=str(root), path=item.path)
            why = Rejected(
                reason="Albumen stumbled over this file; its log has the details.",
                size=item.size,
                mtime_ns=item.mtime_ns,
            )
            self.counts.rejected += 1
            await self._append([self._facts.rejected(root, item, why)])
            return None
        finally:
            self._slots.release()
            self.rate.count()

    async def _imported(self, root: Path, item: Found, photo: Photo, row: FileRow | None) -> list[Record]:
        image = photo.image_id
        records = [self._facts.imported(photo)]
        if row is None or row.image_id is None:
            source = await self._moved_from(image)
            if source:
                self.counts.moved += 1
                return [*records, self._facts.moved(root, item, photo, source)]
            records.append(self._facts.added(root, item, photo))
        elif row.image_id != image or (row.size, row.mtime_ns) != (item.size, item.mtime_ns) or row.missing:
            records.append(self._facts.replaced(root, item, photo, row.image_id))
            if row.image_id != image:
                given = await estate(self._views, row.image_id)
                records += self._facts.inherited(image, row.image_id, given)
        self.counts.added += 1
        return records

    async def _moved_from(self, image_id: str) -> FilePlace | None:
        """A place that the copy must have come from: it was there, and is not any more, though its folder's root is."""
        for place in self._places.get(image_id, ()):
            if place not in self._left and await asyncio.to_thread(disk.vacant, place):
                self._left.add(place)
                return place
        return None

    async def _said(self, root: Path, beside: list[Found], image_id: str) -> list[Record]:
        """What the sidecars say; those that can't be read are rejected, and cost the picture nothing."""
        records = []
        for item in beside:
            try:
                said = await self._pool.sidecar(root, item.path)
            except Vanished:
                continue
            if isinstance(said, Rejected):
                self.counts.rejected += 1
                records.append(self._facts.rejected(root, item, said))
            else:
                in_trash = kinds.reader(said.kind).is_trash(item.path.split("/")[-2:][0])
                records.append(self._facts.said(root, item, image_id, said, in_trash))
        return records

    async def _album(self, root: Path, folder: str, candidates: list[Found], looks: Looks) -> None:
        """An export's folder with a title is an album of the pictures in it."""
        title = await self._title(root, candidates)
        if not title:
            return
        images, album_id = await looks.images(), album_of(root, folder)
        await self._flush()
        before = [event_of(row) for row in await self._log.read_stream(f"album-{album_id}")]
        if records := export_album.records(self._facts, album_id, title, images, before):
            await self._append(records)

    async def _title(self, root: Path, candidates: list[Found]) -> str | None:
        """The first that there is; what is gone meanwhile has none."""
        for item in candidates:
            try:
                if title := await self._pool.album(root, item.path):
                    return title
            except Vanished:
                continue
        return None

    async def _gone(self, root: Path, before: KnownFiles, seen: set[str], blocked: list[str]) -> None:
        """Say what is missing, unless it looks like a disk that is away: then nothing changes."""
        moved = {path for place, path in self._left if place == str(root)}
        try:
            gone = guard.missing(before.files, seen | moved, blocked)
        except guard.MostlyGone as error:
            await self._unavailable(root, f"{error} in {root} are not there. Is a disk not connected?")
            return
        self.counts.missing += len(gone)
        records = [self._facts.missing(image, root, path) for path, image in gone]
        unseen = [path for path, row in before.files.items() if row.image_id is None and path not in seen]
        left = [path for path in unseen if await asyncio.to_thread(disk.vacant, (str(root), path))]
        records += [self._facts.withdrawn(root, path) for path in (*left, *(before.blocked - set(blocked)))]
        if records:
            await self._append(records)

    async def _unavailable(self, root: Path, reason: str) -> None:
        log.warning("source unavailable", root=str(root), reason=reason)
        await self._append([self._facts.unavailable(root, reason)])

    async def _append(self, records: list[Record]) -> None:
        """With others, a few times a second: each append wakes the projector and all that waits for the log. What a
        crash takes with it is looked at again."""
        self._pending += records
        if len(self._pending) >= TOGETHER or time.monotonic() - self._appended >= TOGETHER_S:
            await self._flush()

    async def _flush(self) -> None:
        records, self._pending = self._pending, []
        self._appended = time.monotonic()
        if records:
            await self._log.append(records)
