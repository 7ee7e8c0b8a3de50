"""Films as shared albums play them: copies without what the camera says, made when somebody first asks, and cached.

Worker processes of their own make them, so that pictures don't wait for a long film.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import structlog

from services.gateway.media.large_cache import LargeCache
from services.gateway.queries import images
from services.gateway.queries.images import File, Image
from services.gateway.reading.photo import Copied
from services.gateway.tables.pool import Views
from services.gateway.workers.pool import Vanished, WorkerPool
from services.gateway.workers.worker_protocol import FilmSpan
from services.kernel.paths import to_text
from services.kernel.settings import Settings
from services.knowledge.formats import mime

log = structlog.get_logger(__name__)

COPYING_S: Final = 60.0
"""Processor time for a film; about 20 GB."""
WALL_S: Final = 1800.0
"""By the clock: a slow disk reads 20 GB in that time."""
_MATROSKA: Final = b"\x1a\x45\xdf\xa3"


Copy = Callable[[Sequence[File]], Awaitable[tuple[BinaryIO, File] | None]]
"""The first copy of a photo that can be sent, open."""


class FilmFile(NamedTuple):
    """To be closed by whoever gets it."""

    file: BinaryIO
    size: int
    """Bytes."""
    media_type: str


class FilmCopies:
    def __init__(self, settings: Settings, views: Views, cache: LargeCache, copy: Copy) -> None:
        self._views, self._cache, self._copy = views, cache, copy
        self._pool = WorkerPool(settings.previews, 1, COPYING_S, WALL_S)
        self._making: dict[str, asyncio.Task[Path | None]] = {}
        """Whoever asks meanwhile waits for the same copy."""

    async def close(self) -> None:
        for task in self._making.values():
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)
        await self._pool.close()

    async def opened(self, image: Image) -> FilmFile | None:
        """The copy of a film, or of the one inside a motion photo; None if it can't be opened, or if browsers can't
        play it. Raises PreviewNotWritten, NoWorker, NotKept."""
        for _ in range(2):  # it may be evicted in between
            path = await asyncio.to_thread(self._cache.film, image.image_id) or await self._made(image)
            if path is None:
                return None
            if film := await asyncio.to_thread(_opened, path):
                return film
        return None

    async def _made(self, image: Image) -> Path | None:
        """Goes on if the client leaves: players ask for a part, leave, and ask for another."""
        task = self._making.get(image.image_id)
        if task is None:
            task = self._making[image.image_id] = asyncio.create_task(
                self._make(image), name="copy of a film"
            )
            task.add_done_callback(lambda done: self._finished(image.image_id, done))
        return await asyncio.shield(task)

    def _finished(self, image_id: str, task: "asyncio.Task[Path | None]") -> None:
        self._making.pop(image_id, None)
        if not task.cancelled():
            task.exception()  # looked at here, in case all who asked have left

    async def _make(self, image: Image) -> Path | None:
        copies = (await images.files(self._views, [image.image_id]))[image.image_id]
        source = await self._copy(copies)
        if source is None:
            return None
        source[0].close()
        copy = source[1]
        place = "/".join(part for part in (copy.folder, copy.name) if part)
        inside = None
        if image.film_offset is not None and image.film_size is not None:
            inside = FilmSpan(image.film_offset, image.film_size)
        part = await asyncio.to_thread(self._cache.part_of_film, image.image_id)
        try:
            answer = await self._pool.film(Path(copy.root), to_text(place), inside, part)
            if isinstance(answer, Copied):
                return await asyncio.to_thread(self._cache.keep_film, image.image_id, part)
            log.info("a film can't be shared", path=copy.path, reason=answer.reason)
        except Vanished:
            pass
        finally:
            await asyncio.to_thread(self._cache.discard, part)
        return None


def _opened(path: Path) -> FilmFile | None:
    try:
        file = path.open("rb")
    except OSError:
        return None
    head, size = file.read(4), file.seek(0, 2)
    return FilmFile(file, size, mime("WEBM" if head == _MATROSKA else "MP4"))
