"""Pictures that a user is viewing right now: the larger preview on a photo's page, rotated ones, and lost previews.

A separate worker process opens the files, so that viewing never waits for a scan.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

import structlog

from services.gateway.archives.opening import inside
from services.gateway.archives.shelf import Shelf
from services.gateway.media.film_copies import FilmCopies
from services.gateway.media.large_cache import LargeCache, NotKept
from services.gateway.media.originals import open_copy, open_film
from services.gateway.queries import images
from services.gateway.queries.dimensions import long_side
from services.gateway.queries.rotations import rotation
from services.gateway.reading.photo import Beginning, Photo
from services.gateway.reading.threads import soon
from services.gateway.tables.pool import Views
from services.gateway.workers.pool import Vanished, WorkerPool
from services.kernel import previews
from services.kernel.paths import Size, preview_path, to_text
from services.kernel.settings import Settings
from services.knowledge.archives import archive_of
from services.knowledge.rotations import NONE

log = structlog.get_logger(__name__)

WORKERS: Final = 1
_AT_ONCE: Final = contextlib.nullcontext()


class Viewing:
    def __init__(
        self, settings: Settings, views: Views, fetch: Callable[[str], Awaitable[object]] | None = None
    ) -> None:
        """`fetch`: brings the preview of an image that has none here; None: it is made of a copy of the photo."""
        self._fetch = fetch or self._make
        self._views, self._previews = views, settings.previews
        self._cache = LargeCache(settings.data / "large", settings.large_mb * 1_000_000)
        self._pool = WorkerPool(settings.previews, WORKERS)
        self._one = asyncio.Lock()
        """Held while a medium picture is made."""
        self.shelf = Shelf(settings.previews)
        """Of archives."""
        self.films = FilmCopies(settings, views, self._cache, self.copy)

    async def close(self) -> None:
        await self.films.close()
        await self._pool.close()

    async def rotation(self, image_id: str) -> int:
        """What a person has done to it, as of now (`knowledge.rotations`)."""
        return await rotation(self._views, image_id)

    async def preview(self, image_id: str, rotation: int = NONE) -> bytes | None:
        """Made again if it is missing or damaged; None if no copy can be opened. `rotation`: a person's. Raises
        PreviewNotWritten, NoWorker."""
        content = await asyncio.to_thread(previews.load, self._previews, image_id)
        if content is None:
            await self._fetch(image_id)
            content = await asyncio.to_thread(previews.load, self._previews, image_id)
        if content is None or rotation == NONE:
            return content
        place = preview_path(self._previews, image_id).relative_to(self._previews)

        async def rotated() -> object:
            return await self._pool.rotated(self._previews, str(place), rotation)

        return await self._kept(image_id, "preview", rotation, rotated)

    async def medium(self, image_id: str, rotation: int = NONE) -> bytes | None:
        """A JPEG of up to 1024 pixels, the preview itself if the photo has no more; None if no copy can be opened. One
        is made at a time: a grid asks for dozens, and a photo's own page is waited for. `rotation`: a person's. Raises
        as `preview`."""
        if await long_side(self._views, image_id) <= previews.PREVIEW_SIDE:
            return await self.preview(image_id, rotation)
        return await self._enlarged(image_id, "medium", rotation, self._one)

    async def large(self, image_id: str, rotation: int = NONE) -> bytes | None:
        """A JPEG of up to 2048 pixels; None if no copy can be opened. `rotation`: a person's. Raises NoWorker."""
        return await self._enlarged(image_id, "large", rotation)

    async def whole(self, image_id: str, rotation: int = NONE) -> bytes | None:
        """The same in all its pixels: for zooming into a photo whose file lies otherwise."""
        return await self._enlarged(image_id, "whole", rotation)

    async def _enlarged(
        self, image_id: str, size: Size, rotation: int, turn: AbstractAsyncContextManager[object] = _AT_ONCE
    ) -> bytes | None:
        """`turn`: what is waited for before it is made."""

        async def made() -> object:
            async with turn:
                return await self._first_copy(
                    image_id, partial(self._pool.large, rotation=rotation, size=size)
                )

        return await self._kept(image_id, size, rotation, made)

    async def _kept(
        self, image_id: str, size: str, rotation: int, make: Callable[[], Awaitable[object]]
    ) -> bytes | None:
        """From the cache; else what `make` returns, if it is a picture."""
        kept = await asyncio.to_thread(self._cache.get, image_id, size, rotation)
        content = await asyncio.to_thread(_content, kept) if kept else None
        if content is None or not previews.is_whole(content, image_id):
            picture, content = await make(), None
            if isinstance(picture, bytes):
                content = previews.marked(picture, image_id)
                try:
                    await asyncio.to_thread(self._cache.put, image_id, content, size, rotation)
                except NotKept as error:
                    log.warning("a larger picture can't be kept", reason=str(error))
        return content

    async def copy(self, copies: Sequence[images.File]) -> tuple[BinaryIO, images.File] | None:
        """The first copy that can be sent, open. Raises PreviewNotWritten, NoWorker."""
        await self.list_archives(copies)
        return await soon(open_copy, copies, self.shelf)

    async def beginnings(self, rotations: Mapping[str, int]) -> dict[str, Beginning]:
        """What copies of rotated photos begin with, for those whose files can say it: JPEGs. `rotations`: by image id.
        Raises as `copy`."""
        beginnings = {}
        for image_id, done in rotations.items():
            answer = await self._first_copy(image_id, partial(self._pool.oriented, rotation=done))
            if isinstance(answer, Beginning):
                beginnings[image_id] = answer
        return beginnings

    async def film(self, copies: Sequence[images.File], offset: int, size: int) -> BinaryIO | None:
        """The first copy with an MP4 at that place (bytes), open. Raises as `copy`."""
        await self.list_archives(copies)
        return await soon(open_film, copies, offset, size, self.shelf)

    async def list_archives(self, copies: Iterable[images.File]) -> None:
        """Those in which copies lie, unless they are on the shelf: they were touched since the last scan, or the lists
        deleted. Raises PreviewNotWritten, NoWorker."""
        for archive in await soon(self._unlisted, list(copies)) or ():
            with contextlib.suppress(Vanished):
                if rejected := await self._pool.members(Path(archive)):
                    log.warning("an archive can't be read", path=archive, reason=rejected.reason)

    def _unlisted(self, copies: Sequence[images.File]) -> list[str]:
        archives: dict[str, images.File] = {}
        for copy in copies:
            if not copy.missing and (place := archive_of(copy.path)):
                archives.setdefault(place, copy)
        unlisted = []
        for copy in archives.values():
            with contextlib.suppress(OSError):
                where = inside(copy.root, "/".join(part for part in (copy.folder, copy.name) if part))
                if where and self.shelf.contents(Path(where.archive).stat()) is None:
                    unlisted.append(where.archive)
        return unlisted

    async def _make(self, image_id: str) -> None:
        await self._first_copy(image_id, self._pool.read)

    async def _first_copy(
        self, image_id: str, read: Callable[[Path, str], Awaitable[object]]
    ) -> bytes | Photo | Beginning | None:
        for copy in (await images.files(self._views, [image_id]))[image_id]:
            if copy.missing:
                continue
            place = "/".join(part for part in (copy.folder, copy.name) if part)
            try:
                result = await read(Path(copy.root), to_text(place))
            except Vanished:
                continue
            if isinstance(result, bytes | Photo | Beginning):
                return result
        return None


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
