"""Copies of films, made when somebody first asks, and cached: for shared albums without what the camera says, and for
browsers that can't play the film as it is coded.

Worker processes of their own make them, so that pictures don't wait for a long film.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import structlog

from services.gateway.media.growing_film import GROWN_S, GrowingFilm
from services.gateway.media.large_cache import LargeCache
from services.gateway.queries import images
from services.gateway.queries.images import File, Image
from services.gateway.reading.photo import Copied
from services.gateway.tables.pool import Views
from services.gateway.workers.pool import Vanished, WorkerPool
from services.gateway.workers.worker_protocol import FilmCopy, FilmSpan
from services.kernel.paths import to_text
from services.kernel.settings import Settings
from services.knowledge.formats import mime

log = structlog.get_logger(__name__)

LIMITS_S: Final[dict[FilmCopy, tuple[float, float]]] = {"film": (60, 1800), "video": (3600, 6 * 3600)}
"""Processor time for a film, and by the clock: about 20 GB, which a slow disk reads in half an hour; or one that is
coded anew, which takes half as long as to watch it in HD, and as long in 4K."""
WHOLE_WITHIN_S: Final = 1.0
"""What is whole by then is sent with its length, and players can seek in it at once."""
BEGUN: Final = 4096
"""Bytes: more than what a video begins with before its first second."""
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
        self._pools = {what: WorkerPool(settings.previews, 1, *limits) for what, limits in LIMITS_S.items()}
        self._making: dict[tuple[str, FilmCopy], asyncio.Task[Path | None]] = {}
        """Whoever asks meanwhile waits for the same copy."""
        self._parts: dict[str, Path] = {}
        """By image id: the files into which videos are being written."""

    async def close(self) -> None:
        for task in self._making.values():
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)
        for pool in self._pools.values():
            await pool.close()

    async def opened(self, image: Image, what: FilmCopy) -> FilmFile | None:
        """The copy of a film, or of the one inside a motion photo; None if it can't be opened, or if browsers can't
        play what it would hold. Raises PreviewNotWritten, NoWorker, NotKept."""
        for _ in range(2):  # it may be evicted in between
            path = await asyncio.to_thread(self._cache.film, image.image_id, what)
            path = path or await self._made(image, what)
            if path is None:
                return None
            if film := await asyncio.to_thread(_opened, path):
                return film
        return None

    async def begun(self, image: Image) -> FilmFile | GrowingFilm | None:
        """As `opened`, of a video; one that takes longer than WHOLE_WITHIN_S once there is something to watch."""
        if await asyncio.to_thread(self._cache.film, image.image_id, "video") is None:
            making = self._task(image, "video")
            await asyncio.wait({making}, timeout=WHOLE_WITHIN_S)
            while not making.done():
                part = self._parts.get(image.image_id)
                if part and (file := await asyncio.to_thread(_opened_part, part)):
                    return GrowingFilm(file, making, mime("MP4"))
                await asyncio.wait({making}, timeout=GROWN_S)
        return await self.opened(image, "video")

    async def _made(self, image: Image, what: FilmCopy) -> Path | None:
        return await asyncio.shield(self._task(image, what))

    def _task(self, image: Image, what: FilmCopy) -> "asyncio.Task[Path | None]":
        """Goes on if the client leaves: players ask for a part, leave, and ask for another."""
        key = image.image_id, what
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._make(image, what), name="copy of a film")
            task.add_done_callback(lambda done: self._finished(key, done))
        return task

    def _finished(self, key: tuple[str, FilmCopy], task: "asyncio.Task[Path | None]") -> None:
        self._making.pop(key, None)
        if not task.cancelled():
            task.exception()  # looked at here, in case all who asked have left

    async def _make(self, image: Image, what: FilmCopy) -> Path | None:
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
        part = await asyncio.to_thread(self._cache.part_of_film, image.image_id, what)
        if what == "video":
            self._parts[image.image_id] = part
        try:
            answer = await self._pools[what].film(Path(copy.root), to_text(place), inside, part, what)
            if isinstance(answer, Copied):
                return await asyncio.to_thread(self._cache.keep_film, image.image_id, what, part)
            log.info("a film can't be copied", path=copy.path, reason=answer.reason)
        except Vanished:
            pass
        finally:
            if what == "video":
                self._parts.pop(image.image_id, None)
            await asyncio.to_thread(self._cache.discard, part)
        return None


def _opened_part(path: Path) -> BinaryIO | None:
    """None before there is anything to watch."""
    try:
        return path.open("rb") if path.stat().st_size >= BEGUN else None
    except OSError:
        return None


def _opened(path: Path) -> FilmFile | None:
    try:
        file = path.open("rb")
    except OSError:
        return None
    head, size = file.read(4), file.seek(0, 2)
    return FilmFile(file, size, mime("WEBM" if head == _MATROSKA else "MP4"))
