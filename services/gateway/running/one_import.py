"""One import.

An interrupted import is run again: what it has said already isn't said twice, and what a person has said since stays.
"""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog

from services.domain.exports.reasons import UNEXPECTED
from services.domain.imports.events import (
    MOST_FAILURES,
    ImportFailed,
    ImportFailure,
    ImportFinished,
    ImportStarted,
    in_parts,
)
from services.domain.photos.dates import DATE
from services.domain.photos.remark import FIELDS
from services.domain.subject import Event, event_of
from services.gateway.i18n.builtin_names import called
from services.gateway.imports.applying import Applying
from services.gateway.imports.content import by_digest
from services.gateway.imports.contract import ImportRecord, OwnAlbum, OwnCategory
from services.gateway.imports.matching import Match, Matching, WantedFiles
from services.gateway.imports.own import Own, in_turn
from services.gateway.imports.sources import files_below
from services.gateway.imports.whose import Whose
from services.gateway.imports.wishes import planned
from services.gateway.queries import imports
from services.gateway.queries.logbook import Logbook
from services.gateway.reading.photo import Rejected
from services.gateway.reading.threads import to_photo_thread
from services.gateway.running.progress import Rate
from services.gateway.sidecars.facts import PictureFacts
from services.gateway.tables.pool import Reader, TablesDamaged
from services.gateway.workers.pool import PreviewNotWritten, Vanished, WorkerPool
from services.gateway.write.reads import Reads
from services.kernel.log.envelope import record_event
from services.kernel.log.eventlog import Conflict, Log
from services.kernel.log.finding import LogError
from services.kernel.log.ids import derived_id
from services.kernel.paths import to_text

log = structlog.get_logger(__name__)

IN_A_BATCH: Final = 2000
"""Photos that are looked up and said something of at a time."""
_ATTEMPTS: Final = 20
"""How often that is decided anew because somebody says something at the same time."""
OVERTAKEN: Final = "Others kept changing the same photos: import again when they have finished."
NOT_ALL_THERE: Final = (
    "Some photos of this album are not in the library, or the files about them are not here."
)
_CHECKED: Final = 500
"""So many dates at most are compared with the log once more when they are said."""


class Overtaken(Exception):
    """Each time that it was decided what to say, somebody else had said something."""


class Import:
    """Run once with `run()`."""

    def __init__(
        self,
        job_id: str,
        events: Log,
        logbook: Logbook,
        reads: Reads,
        pool: WorkerPool,
        caught_up: Callable[[], Awaitable[None]],
    ) -> None:
        self.job_id = job_id
        self.total = self.matches = self.failed = 0
        self.rate = Rate()
        self._id = UUID(job_id)
        self._log, self._reads, self._pool, self._caught_up = events, reads, pool, caught_up
        self._views: Reader = reads.views
        self._whose = Whose(events, logbook, self._id)
        self._applying = Applying(events, reads, self._whose, self._id)
        self._own = Own(events, self._whose, self._applying)
        self._failures: list[ImportFailure] = []
        self._folder = ""
        self._albums: list[tuple[str, str, list[str]]] = []
        """(file, name, the program's own ids of its photos), of files about albums."""
        self._named: dict[str, list[str]] = {}
        """The program's own id of a photo -> photos."""
        self._own_albums: list[tuple[str, OwnAlbum]] = []
        """(file, an album that a person made)"""

    async def run(self) -> None:
        """Ends with ImportFinished. Raises what may be otherwise later: LogError, TablesDamaged, PreviewNotWritten."""
        source = await self._source()
        try:
            await self._import(source)
        except (LogError, TablesDamaged, PreviewNotWritten):
            raise
        except Overtaken:
            self._fail("", OVERTAKEN)
        except Exception as error:
            log.exception("an import failed", job=self.job_id)
            self._fail("", UNEXPECTED % {"why": f"{type(error).__name__}: {error}"})
        await self._end(source)

    async def _import(self, source: str) -> None:
        files = await to_photo_thread(files_below, source)
        self._folder = to_text(str(files.folder))
        for path, reason in files.failures:
            self._fail(path, reason)
        waiting: list[tuple[str, ImportRecord]] = []
        for path in files.paths:
            waiting += [(path, record) for record in await self._records(files.folder, path)]
            while len(waiting) >= IN_A_BATCH:
                await self._take(waiting[:IN_A_BATCH])
                del waiting[:IN_A_BATCH]
        if waiting:
            await self._take(waiting)
        await self._fill_albums()
        for path, album in self._own_albums:  # last: their searches name categories
            await self._make(path, album)

    async def _end(self, source: str) -> None:
        await self._whose.catch_up()
        finished = ImportFinished(
            job_id=self.job_id,
            source=source,
            total=self.total,
            matches=self.matches,
            changed=self._whose.changed(),
            failed=self.failed,
        )
        parts = [ImportFailed(job_id=self.job_id, failures=part) for part in in_parts(self._failures)]
        await self._append([*parts, finished])
        log.info(
            "import finished", job=self.job_id, total=self.total, matches=self.matches, failed=self.failed
        )

    async def _source(self) -> str:
        rows = await self._log.read_stream(f"job-{self.job_id}")
        return next(event.source for row in rows if isinstance(event := event_of(row), ImportStarted))

    async def _records(self, folder: Path, path: str) -> Sequence[ImportRecord]:
        try:
            answer = await self._pool.told(folder, path)
        except Vanished:
            return ()
        if isinstance(answer, Rejected):
            self._fail(path, answer.reason)
            return ()
        for name, reason in answer.failures:
            self._fail(path, reason, name)
        self._albums += [(path, name, uids) for name, uids in answer.albums]
        self._own_albums += [(path, one) for one in answer.own if isinstance(one, OwnAlbum)]
        for category in in_turn(answer.own):
            await self._make(path, category)
        return answer.records

    async def _take(self, records: Sequence[tuple[str, ImportRecord]]) -> None:
        """Find the photos, and say what the records say of them."""
        self.total += len(records)
        pairs: list[tuple[ImportRecord, str]] = []
        sources: dict[str, tuple[str, str]] = {}
        matches = await self._matches([record for _, record in records])
        for (path, record), match in zip(records, matches, strict=True):
            self.rate.count()
            if record.uid:
                self._named[record.uid] = match.images
            if match.images:
                self.matches += 1
            else:
                self._fail(path, match.reason, record.path)
            for reason in record.facts.unread if match.images else ():
                self._fail(path, reason, record.path)
            for image in match.images:
                pairs.append((record, image))
                sources.setdefault(image, (path, record.path))
        if pairs:
            await self._say(pairs)
        for image, reason in self._applying.refused:
            self._fail(sources[image][0], reason, sources[image][1])
        self._applying.refused.clear()

    async def _matches(self, records: Sequence[ImportRecord]) -> list[Match]:
        """By their places, and where that fails by their content."""
        files = await imports.files_wanted(self._views, WantedFiles(records).wants)
        ids = {file.image_id for file in files} | {record.image_id for record in records if record.image_id}
        matching = Matching(files, await imports.dates(self._views, ids), self._folder)
        matches = [matching.of(record) for record in records]
        missing = [record for record, match in zip(records, matches, strict=True) if not match.images]
        digests = {record.digest: record.size for record in missing if record.digest and record.size}
        moved = await to_photo_thread(by_digest, digests, files) if digests else {}
        return [
            match if match.images else Match(moved.get(record.digest, []), match.reason)
            for record, match in zip(records, matches, strict=True)
        ]

    async def _fill_albums(self) -> None:
        """Those that files of their own are about."""
        pairs: list[tuple[ImportRecord, str]] = []
        for path, name, uids in self._albums:
            photos = [image for uid in uids for image in self._named.get(uid, ())]
            if len(photos) < len(uids):
                self._fail(path, NOT_ALL_THERE, name)
            record = ImportRecord(path=path, facts=PictureFacts(), albums=[name])
            pairs += [(record, image) for image in photos]
        for start in range(0, len(pairs), IN_A_BATCH):
            await self._say(pairs[start : start + IN_A_BATCH])

    async def _make(self, path: str, one: OwnAlbum | OwnCategory) -> None:
        """Of a person's own: if it isn't there yet, with all that was said of it."""
        for _ in range(_ATTEMPTS):
            await self._caught_up()
            await self._whose.catch_up()
            try:
                if isinstance(one, OwnCategory):
                    reasons = await self._own.category(one, await self._ids())
                else:
                    here = await imports.known_photos(self._views, set(one.photos))
                    images = [image for image in dict.fromkeys(one.photos) if image in here]
                    reasons = await self._own.album(one, images, await imports.albums_by_name(self._views))
                    reasons += [NOT_ALL_THERE] * (len(images) < len(one.photos))
            except Conflict:
                continue
            for reason in reasons:
                self._fail(path, reason, one.name)
            return
        raise Overtaken

    async def _say(self, pairs: Sequence[tuple[ImportRecord, str]]) -> None:
        for _ in range(_ATTEMPTS):
            await self._caught_up()
            photos = await imports.known_photos(self._views, {image for _, image in pairs})
            streams = [f"remarks-{field}" for field in FIELDS] + ["library"]
            expected = dict.fromkeys(streams, 0) | await self._log.versions(streams)
            await self._whose.catch_up()
            try:
                categories = await self._categories([record for record, _ in pairs])
            except Conflict:
                continue
            plan = planned(pairs, photos, categories, self._whose)
            dated = [
                f"image-{image}" for wish, images in plan.items() if wish.field == DATE for image in images
            ]
            if len(dated) <= _CHECKED:
                expected |= await self._log.versions(dated)
            self._applying.refused.clear()
            try:
                await self._applying.apply_albums(plan, await imports.albums_by_name(self._views))
                await self._applying.apply(plan, expected)
            except Conflict:
                continue
            return
        raise Overtaken

    async def _categories(self, records: Sequence[ImportRecord]) -> dict[str, str]:
        """Id by id, and by name. A person's own that isn't there is made."""
        categories = await self._ids()
        for id_, name, assigned in (one for record in records for one in record.categories):
            if assigned and id_ not in categories and name not in categories:
                new_id = await self._applying.made_category(name)
                categories[name] = new_id or id_
        return categories

    async def _ids(self) -> dict[str, str]:
        """Of categories, by id and by name, in all languages."""
        names = await self._reads.work.categories()
        ids = {own: id_ for id_, name in names.items() for own in called(name)}
        return ids | {name: id_ for id_, name in names.items()} | {id_: id_ for id_ in names}

    def _fail(self, path: str, reason: str, name: str = "") -> None:
        """Of one record or one file."""
        self.failed += 1
        if len(self._failures) < MOST_FAILURES:
            self._failures.append(ImportFailure(path=path, name=name, reason=reason))

    async def _append(self, events: Sequence[Event]) -> None:
        await self._log.append(
            [
                record_event(
                    event,
                    event_id=derived_id(self.job_id, event.TYPE, number),
                    correlation_id=self._id,
                    causation_id=self._id,
                )
                for number, event in enumerate(events)
            ]
        )
