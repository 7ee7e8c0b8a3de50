"""One scan: walk the folders, read new and changed files, record what has moved or gone.

Incremental by (path, size, mtime, ctime): what the read tables know already isn't opened again; where only the ctime
differs, the file is hashed but not decoded. The id of every fact is derived from what was seen (`facts.py`), so an
interrupted scan is simply run again and repeats nothing.
"""

import asyncio
import contextlib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import msgspec
import structlog

from services.domain.files.events import ScanFinished
from services.gateway.archives.roots import entered
from services.gateway.listing.found import ArchiveRead, Found, LeftOut, Passed, Problem, Unused
from services.gateway.listing.lister import Lister
from services.gateway.listing.messages import Pictures
from services.gateway.queries.known import KnownFiles, known
from services.gateway.queries.reads import FileRow
from services.gateway.reading.photo import AlbumTitle, Photo, Rejected
from services.gateway.reading.threads import to_photo_thread
from services.gateway.running import disk, doubts, export_album
from services.gateway.running.absences import Absences
from services.gateway.running.appending import Appending
from services.gateway.running.archives import Archives, Lists
from services.gateway.running.beside import Beside
from services.gateway.running.checks import Checks
from services.gateway.running.counts import Counts
from services.gateway.running.facts import Facts, FilePlace, replacement
from services.gateway.running.heirs import Heirs
from services.gateway.running.looks import Looks
from services.gateway.running.origins import Origins
from services.gateway.running.passed import PassedOver
from services.gateway.running.progress import Rate
from services.gateway.running.removals import RemovalFolder
from services.gateway.running.rereading import Rereading
from services.gateway.scanners.sharing import Sharing
from services.gateway.sidecars.takeout_folders import is_year_folder
from services.gateway.tables.pool import Reader
from services.gateway.workers.pool import PreviewNotWritten, Vanished, WorkerPool
from services.kernel.log.envelope import Record
from services.kernel.log.eventlog import Log
from services.kernel.log.finding import LogError

log = structlog.get_logger(__name__)

STUMBLED: Final = "Albumen stumbled over this file; its log has the details."


class Scan:
    """Run once with `run()`. Cancelling it never leaves partial facts."""

    def __init__(
        self,
        job_id: str,
        events: Log,
        views: Reader,
        pool: WorkerPool,
        previews: Path,
        lister: Lister,
        lists: Lists,
        sharing: Sharing,
        retried: Collection[FilePlace] = (),
        everything: bool = False,
        removals: RemovalFolder | None = None,
    ) -> None:
        """`sharing`: entered. `retried`: rejected files to read again. `everything`: read all files again. `removals`:
        where scripts leave lists."""
        self.job_id = job_id
        self.counts = Counts()
        self.rate = Rate()
        self._log, self._views, self._pool, self._previews = events, views, pool, previews
        self._lister, self._lists = lister, lists
        self._facts, self._retried, self._everything = Facts(job_id), retried, everything
        self._heirs = Heirs(job_id, self._facts, events, views, lists.may_hold)
        self._absences = Absences(self._facts, events, views, self.counts, removals)
        self._rereading = Rereading(self._facts, pool)
        self._origins = Origins(self._facts, views, lists.may_hold)
        self._albums = export_album.ExportAlbums(self._facts, events, views)
        self._sharing = sharing
        self._roots: dict[str, KnownFiles] = {}
        self._beside: dict[Path, Beside] = {}
        self._checks: dict[Path, Checks] = {}
        self._appending = Appending(events)
        self._shown: set[str] = set()
        """Images that have a preview."""

    async def run(self, roots: Sequence[str]) -> None:
        """Scan each root, then append ScanFinished."""
        self._shown = await asyncio.to_thread(disk.shown, self._previews)
        await self._heirs.recall()
        for root in roots:
            self._roots[root] = before = await known(self._views, root, self._retried)
            await asyncio.to_thread(self._origins.add, root, before)
        await self._origins.recall(roots)
        for root in roots:
            await self._root(Path(root), self._roots[root])
        await self._appending.add(await self._absences.finished())
        self.counts.walking = False
        numbers = msgspec.structs.asdict(self.counts)
        del numbers["walking"]
        await self._appending.add_each(await to_photo_thread(self._origins.records, list(self._beside)))
        await self._appending.flush()
        heirs = await self._heirs.records()
        heirs += await doubts.check(self.job_id, self._log, self._views)
        await self._appending.add(
            [*heirs, self._facts.finished(ScanFinished(**numbers))]
        )  # at once: each is judged once
        await self._appending.flush()
        await self._absences.delete()
        log.info("scan finished", job=self.job_id, **numbers)

    async def _root(self, root: Path, before: KnownFiles) -> None:
        try:
            began = await to_photo_thread(entered, root)
        except OSError as error:
            await self._appending.add((await self._absences.unreadable(root, before.files, error)).records)
            return
        self._checks[root] = checks = Checks(root, self._facts, self._log, self._lists.shelf)
        self._beside[root] = Beside(
            root, before, self._pool, self._facts, checks, self.counts, self._everything
        )
        seen: set[str] = set()
        blocked, left_out = list[str](), list[str]()
        passed, archives = PassedOver(root, before), Archives(root, before)
        async with (
            asyncio.TaskGroup() as group,
            contextlib.aclosing(self._lister.items(root, before, self._roots)) as items,
        ):
            looks = Looks(group)
            async for item in items:
                if isinstance(item, Problem):
                    log.warning("a folder can't be read", path=item.path, reason=item.reason)
                    blocked.append(item.path)
                    if item.path and item.path not in before.blocked:
                        await self._appending.add([self._facts.blocked(root, item.path, item.reason)])
                elif isinstance(item, LeftOut):
                    left_out.append(item.path)
                elif isinstance(item, Passed):
                    passed.add(item)
                elif isinstance(item, ArchiveRead):
                    archives.add(item)
                elif isinstance(item, Unused):
                    log.warning("an ignore file can't be used", folder=item.folder, reason=item.reason)
                else:
                    archives.is_folder(item.folder)
                    seen.update(picture.path for picture in item.pictures)
                    await self._pictures(root, item, before, looks)
                    looks = Looks(group) if item.last else looks
        await self._appending.add_each(self._checks[root].records())
        try:
            away = await to_photo_thread(entered, root) != began
        except OSError:
            away = True
        if away:
            await self._appending.add(self._absences.exchanged(root).records)
        else:
            await self._appending.add_each(passed.records(self._facts))
            await self._appending.add_each(archives.records(self._facts, self.counts))
            await self._missing(root, seen, blocked + archives.blocked, left_out, archives.there)

    async def _pictures(self, root: Path, some: Pictures, before: KnownFiles, looks: Looks) -> None:
        """Examine what is new or changed of these; returns once all of that is under way."""
        await asyncio.sleep(0)  # for other tasks, however large a folder is
        for item in some.pictures:
            await self._picture(root, item, some.sidecars.get(item.name, []), before, looks)
        if some.albums and not is_year_folder(some.folder.rpartition("/")[2]):
            folder = some.albums[0].path.rpartition("/")[0]  # of another part, perhaps
            looks.of_all(self._album(root, folder, some.albums, looks))

    async def _picture(
        self, root: Path, item: Found, beside: list[Found], before: KnownFiles, looks: Looks
    ) -> None:
        self.counts.found += 1
        row = before.files.get(item.path)
        same = row is not None and await self._unchanged(root, item, row)
        if same:
            image = row.image_id if row else None
            beside = self._beside[root].new(image, beside) if image else []
            looks.known.update([image] if image else [])
        if beside or not same or self._rereading.wants(row):
            await self._sharing.acquire()
            looks.begin(self._look(root, item, row, beside, same))

    async def _unchanged(self, root: Path, item: Found, row: FileRow) -> bool:
        if self._everything or not row.same(item.size, item.mtime_ns) or row.touched(item.ctime_ns):
            return False
        if row.image_id is not None:
            if row.image_id not in self._shown:
                return False
            if row.missing:
                await self._appending.add([self._facts.returned(row.image_id, root, item.path)])
            if row.ctime_ns is None or row.inode != item.inode:
                self._checks[root].file(item, row.image_id)
        self.counts.unchanged += 1
        return True

    async def _look(
        self, root: Path, item: Found, row: FileRow | None, beside: list[Found], same: bool
    ) -> str | None:
        """The image's id, None if it isn't one. `same`: only the sidecars are new."""
        sidecars = self._beside[root]
        try:
            if same and row and row.image_id:
                await self._appending.add(await self._rereading.records(row, root, item, self._checks[root]))
                await self._appending.add(await sidecars.records(row.image_id, beside))
                return row.image_id
            earlier = row if row and row.image_id in self._shown and not self._everything else None
            if earlier and (image := await self._checks[root].touched(item, earlier)):
                self.counts.unchanged += 1
                returned = [self._facts.returned(image, root, item.path)] if earlier.missing else []
                await self._appending.add(
                    returned + await sidecars.records(image, sidecars.new(image, beside))
                )
                return image
            photo: Photo | Rejected = await self._sharing.read(root, item)
            if isinstance(photo, Rejected):
                self.counts.rejected += 1
                await self._appending.add([self._facts.rejected(root, item, photo.reason)])
                return None
            present = row is not None and not row.missing and row.same(item.size, item.mtime_ns)
            if self._everything and present and row and row.image_id == photo.image_id:
                self.counts.unchanged += 1
                records = await self._checks[root].again(item, photo)
            else:
                records = await self._imported(root, item, photo, row)
            await self._appending.add(records + await sidecars.records(photo.image_id, beside))
            self._shown.add(photo.image_id)
            return photo.image_id
        except Vanished:
            self.counts.found -= 1
            return None
        except (PreviewNotWritten, LogError):
            raise  # the next photos would fail as well: retry the scan later
        except Exception:  # one photo never stops a scan
            log.exception("a photo could not be read", root=str(root), path=item.path)
            self.counts.rejected += 1
            await self._appending.add([self._facts.rejected(root, item, STUMBLED)])
            return None
        finally:
            self._sharing.release()
            self.rate.count()

    async def _imported(self, root: Path, item: Found, photo: Photo, row: FileRow | None) -> list[Record]:
        image = photo.image_id
        records = [self._facts.imported(photo)]
        self._heirs.arrived(image)
        if row is None or row.image_id is None:
            if source := await self._origins.of(image, root, item.path):
                self.counts.moved += 1
                return [*records, self._facts.moved(root, item, photo, source)]
            records.append(self._facts.added(root, item, photo))
        elif row.image_id != image or (row.size, row.mtime_ns) != (item.size, item.mtime_ns) or row.missing:
            event = replacement(root, item, photo, row.image_id)
            records.append(self._facts.replaced(event))
            self._heirs.replaced(event)
        self.counts.added += 1
        return records

    async def _album(self, root: Path, folder: str, candidates: list[Found], looks: Looks) -> None:
        """An export's folder with a title becomes an album of its pictures."""
        async for file, answer in export_album.answers(self._pool, root, candidates):
            if isinstance(answer, AlbumTitle) and answer.title:
                images = await looks.images()
                await self._appending.flush()
                await self._appending.add(await self._albums.records(root, folder, answer, images))
            await self._appending.add(self._beside[root].album(file, answer))

    async def _missing(
        self, root: Path, seen: set[str], blocked: list[str], left_out: list[str], archives: set[str]
    ) -> None:
        """Record what is missing, unless it looks like a disconnected disk: then nothing changes."""
        before = self._roots[str(root)]
        seen |= self._origins.left(root)
        there, records = await self._absences.judged(root, before.files, seen, blocked, left_out, archives)
        if not there:
            await self._appending.add(records)
            return
        unseen = (path for path, row in before.files.items() if row.image_id is None and path not in seen)
        withdrawn = await to_photo_thread(disk.vacated, root, unseen, self._lists.may_hold)
        withdrawn += before.blocked - set(blocked)
        await self._appending.add(records)
        await self._appending.add_each(self._facts.withdrawn(root, path) for path in withdrawn)
        silent = await asyncio.to_thread(self._beside[root].silent, blocked, archives)
        await self._appending.add_each(silent)
