"""What commands decide on: the log, and the read tables, which lag slightly behind it (`domain.subject.Known`)."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import takewhile
from typing import Any, Final, TypeVar
from uuid import UUID

from services.domain.albums.search_names import SearchName
from services.domain.copies import WorseCopies
from services.domain.failure import Problem
from services.domain.registry import COMMANDS
from services.domain.subject import NotFound, Refused
from services.gateway.archives.given import holds, require_photo_folder
from services.gateway.exporting.folder import require_folder
from services.gateway.i18n.builtin_names import called
from services.gateway.queries import problems
from services.gateway.queries.chosen import chosen_images
from services.gateway.queries.duplicates import duplicates
from services.gateway.queries.exported import roots_of_photos
from services.gateway.queries.reads import Work
from services.gateway.queries.similar import Unlike
from services.gateway.queries.sources import sample, source_roots
from services.gateway.search.filters import Filter, UnknownFilter
from services.gateway.search.references import named_in
from services.gateway.search.vocabulary import vocabulary
from services.gateway.tables.pool import Views
from services.kernel.clock import today
from services.kernel.log.envelope import Envelope
from services.kernel.log.eventlog import Log
from services.kernel.settings import Settings
from services.kernel.zone import local_zone
from services.knowledge.cities import city
from services.knowledge.zones import is_zone

_PAGE: Final = 1000
_SAMPLE: Final = 64
"""Files of a photo folder to look for at another path."""
_T = TypeVar("_T")
_ANSWER_S: Final = 5.0
"""For a disk that doesn't answer: a network mount whose server is gone."""


class Reads:
    """What all commands share."""

    def __init__(
        self,
        log: Log,
        work: Work,
        views: Views,
        roots: list[str],
        settings: Settings,
        unlike: Unlike,
        progress: Callable[[str], Awaitable[Mapping[str, int] | None]],
    ) -> None:
        """`roots`: the photo folders; `unlike`: as in `similar.groups`; `progress`: of a job, as `Known.progress` has
        it."""
        self.data, self.default_model = settings.data, settings.model
        self.own = list(filter(None, (settings.data, settings.previews, settings.second_backups)))
        self.log, self.work, self.views = log, work, views
        self.roots, self.unlike, self.progress = roots, unlike, progress

    def of(self, command_id: UUID) -> "Knowledge":
        return Knowledge(self, command_id)


class Knowledge:
    """Implements `domain.subject.Known` for one command."""

    def __init__(self, reads: Reads, command_id: UUID) -> None:
        self._log, self._work, self._views = reads.log, reads.work, reads.views
        self.roots, self.default_model, self._data = reads.roots, reads.default_model, reads.data
        self.zone = next(filter(is_zone, local_zone()), None)
        self.head, self.models = self._log.head, self._work.models
        self.models_beside = self._work.models_beside
        self._progress, self._own, self._unlike = reads.progress, reads.own, reads.unlike
        self.estate = self._work.estate
        self.category_names, self.categories = self._work.categories, self._work.tree
        self.decided = self._work.decided
        self.command_id, self.called = command_id, called
        self.new_id = hashlib.sha256(command_id.bytes).hexdigest()[:12]

    async def stream(self, name: str) -> list[Envelope]:
        return await self._log.read_stream(name)

    async def since(self, position: int) -> list[Envelope]:
        return await self._log.read(position, _PAGE)

    async def command(self, command_id: UUID) -> Envelope | None:
        row = await self._log.find(command_id)
        return row if row and row.kind == "C" else None

    async def caused_by(self, command: Envelope) -> list[Envelope]:
        return await caused_by(self._log, command)

    async def require_photos(self, ids: Sequence[str]) -> None:
        images = await self._work.known_images(ids) if ids else set()
        unknown = next((image for image in ids if image not in images), None)
        if unknown is not None:
            raise NotFound("There is no photo with the id %(id)s.", "images", id=unknown)

    async def dates(self, ids: Sequence[str]) -> Mapping[str, str]:
        return await self._work.dates(ids)

    async def keyword_paths(self, ids: Sequence[str]) -> list[str]:
        return await self._work.keyword_paths(ids)

    async def undated(self, ids: Sequence[str]) -> Mapping[str, str]:
        return await self._work.undated(ids)

    async def still(self, ids: Sequence[str]) -> set[str]:
        return await self._work.still(ids)

    async def by_name(self, ids: Sequence[str]) -> list[str]:
        return await self._work.by_name(ids)

    async def copies(self, image_id: str) -> list[str]:
        return await self._work.copies(image_id)

    async def worse_copies(self) -> WorseCopies:
        return (await duplicates(self._views, self._unlike)).worse

    async def city(self, label: str) -> tuple[float, float] | None:
        match = await asyncio.to_thread(city, label)
        return (match.latitude, match.longitude) if match else None

    async def position(self, image_id: str) -> tuple[float, float] | None:
        return await self._work.position(image_id)

    async def search(self, field: str, *, album: str | None = None, q: str | None = None) -> list[str]:
        try:
            return await chosen_images(self._views, Filter(album=album, q=q))
        except UnknownFilter as error:
            raise NotFound(error.sentence.text, field, **error.sentence.values) from error

    async def progress(self, job_id: str) -> Mapping[str, int] | None:
        return await self._progress(job_id)

    async def has_unclassified(self, model: str) -> bool:
        return await self._work.never_tried(model)

    async def named_in(self, q: str) -> list[SearchName]:
        return named_in(q, await vocabulary(self._views, today()))

    async def folders(self) -> list[str]:
        return await source_roots(self._views)

    async def require_photo_folder(self, folder: str, field: str) -> str:
        return await self._asked(require_photo_folder, folder, self.roots, self._own, field)

    async def lies_at(self, root: str, folder: str) -> bool:
        files = [(one.path, one.size) for one in await sample(self._views, root, _SAMPLE)]
        return await asyncio.to_thread(holds, folder, files)

    async def _asked(self, question: Callable[..., _T], folder: str, *rest: Any) -> _T:
        """Asks a disk that may not answer."""
        try:
            async with asyncio.timeout(_ANSWER_S):
                return await asyncio.to_thread(question, folder, *rest)
        except TimeoutError:
            why = "%(folder)s doesn’t answer. Is its disk connected?"
            raise Refused(why, rest[-1], folder=folder) from None

    async def require_export_folder(self, folder: str, field: str) -> None:
        roots = [*self.roots, *await roots_of_photos(self._views)]
        await self._asked(require_folder, folder, roots, self._data, field)

    async def failed_photos(self, model: str, job_id: str | None, reason: str | None) -> list[str]:
        return await self._work.failed_images(model, job_id, reason)

    async def problems(
        self,
        *,
        ignored: bool = False,
        paths: Sequence[str] = (),
        images: Sequence[str] = (),
        model: str | None = None,
        reason: str | None = None,
    ) -> list[Problem]:
        return await problems.chosen(
            self._views, ignored=ignored, paths=paths, images=images, model=model, reason=reason
        )


async def caused_by(log: Log, command: Envelope) -> list[Envelope]:
    """The events that a command caused, in order: they directly follow it, but for those of a job's own commands."""
    if command.type in COMMANDS and COMMANDS[command.type].CHAIN:
        return await chain(log, command)
    events: list[Envelope] = []
    while rows := await log.read(events[-1].position if events else command.position, _PAGE):
        same = list(takewhile(lambda row: row.causation_id == command.event_id, rows))
        events += same
        if len(same) < len(rows):
            break
    return events


async def chain(log: Log, command: Envelope) -> list[Envelope]:
    """All events of a command's job and of the commands that the job gave, in order."""
    events: list[Envelope] = []
    position, last = command.position, COMMANDS[command.type].CHAIN
    while rows := await log.read(position, _PAGE):
        position = rows[-1].position
        events += [row for row in rows if row.kind == "E" and row.correlation_id == command.event_id]
        if events and events[-1].type == last:
            break
    return events
