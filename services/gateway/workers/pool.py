"""Worker processes that open photos, so that no photo can harm the gateway.

Each decodes one photo at a time. One that takes too long or dies is replaced; the photo in its decoder gets a second
chance, since something else may have killed it, and if both were ended from outside a third one, alone, and every scan.
What counts is a worker's own processor time, since the machine may be busy; the clock on the wall only ends one that
waits for ever. A photo that runs out of time or memory is tried once more, alone, in a worker that has more of both.
"""

import asyncio
import os
from pathlib import Path
from typing import Final

from services.gateway.imports.contract import Told
from services.gateway.reading import sandbox
from services.gateway.reading.photo import (
    AlbumTitle,
    Beginning,
    Copied,
    FileWords,
    Large,
    NoFile,
    Photo,
    Rejected,
    Said,
)
from services.gateway.reading.reasons import ENDED_FROM_OUTSIDE
from services.gateway.reading.threads import to_photo_thread
from services.gateway.workers.process import Died, NotStarted, Worker
from services.gateway.workers.worker_protocol import (
    Answered,
    Confinement,
    Failed,
    FilmCopy,
    FilmSpan,
    OutOfMemory,
    Reply,
    Request,
    What,
)
from services.kernel.paths import COPIES, Size, from_text, to_text
from services.kernel.sentence import Explained
from services.knowledge.archives import archive_of, is_one_stream
from services.knowledge.rotations import NONE

LIMIT_S: Final = 10
"""Processor time per photo."""
WALL: Final = 12
"""How many times as long it may take by the clock."""
ALONE: Final = 6
"""How many times as much processor time a photo has that is tried alone (twice as much by the clock, since all others
wait) …"""
MEMORY_ALONE: Final = 5 << 29
"""… and bytes: a HEIC of 200 megapixels, as phones make them, takes 1.4 GB."""
SLOWEST: Final = 20_000_000
"""Bytes per second at which an archive that is packed as a whole is read at least."""
TOO_SLOW: Final = "It took longer than {} s to open: it may be damaged."
TOO_LARGE: Final = "The picture needs more memory than it may have."
NOT_STARTED: Final = (
    "The program that opens photos does not start (%(why)s): is memory left, is the set-up whole?"
)
NOT_WRITTEN: Final = "Previews can't be written to %(folder)s: %(why)s."
NOT_COPIED: Final = "Videos can't be copied to %(folder)s: %(why)s."
DEADLY: Final = "The program that opens photos came to its end twice over it."


class Vanished(Exception):
    """The file is gone."""


class PreviewNotWritten(Explained):
    """Not the photo's fault: the disk is full or the folder isn't writable."""


class NoWorker(PreviewNotWritten):
    """No worker process starts, so there are no previews: out of memory or open files, or a broken installation."""


class _OutOfMemory(Exception):
    pass


PER_WORKER: Final = 2
"""Photos that a worker has in hand: one in its decoder, one that is opened and hashed meanwhile."""


class WorkerPool:
    def __init__(
        self,
        previews: Path,
        workers: int = 0,
        limit_s: float = LIMIT_S,
        wall_s: float | None = None,
        memory_alone: int = MEMORY_ALONE,
    ) -> None:
        """`workers`: 0 for one per core; started when first needed. Per photo: `limit_s` of processor time, `wall_s` by
        the clock (default: WALL times as much). `memory_alone`: bytes for one that is tried alone."""
        self.workers = workers or _cores()
        wall_s = limit_s * WALL if wall_s is None else wall_s
        self._previews = previews
        self._all = [Worker(previews, limit_s, wall_s, sandbox.MEMORY) for _ in range(self.workers)]
        self._last_resort = Worker(previews, limit_s * ALONE, wall_s * 2, memory_alone)
        self._lister = Worker(previews, limit_s, wall_s, sandbox.MEMORY)
        """Of archives: it may be busy for minutes."""
        self._places = asyncio.Semaphore(self.workers * PER_WORKER)
        self._alone = asyncio.Lock()

    @property
    def at_a_time(self) -> int:
        """Photos that it has in hand when it is busy."""
        return self.workers * PER_WORKER

    async def read(self, root: Path, path: str) -> Photo | Rejected:
        """Read `path` (as `walk` yields it) under `root`; if it is a photo, its preview has been stored.

        Raises Vanished, PreviewNotWritten, NoWorker. Any fault of the file itself yields a Rejected.
        """
        answer = await self._ask(root, path, "photo")
        assert isinstance(answer, Photo | Rejected)
        return answer

    async def words(self, root: Path, path: str) -> FileWords | Rejected:
        """What a known photo or film says in words, without decoding it. Raises as `read`."""
        answer = await self._ask(root, path, "words")
        assert isinstance(answer, FileWords | Rejected)
        return answer

    async def large(
        self, root: Path, path: str, rotation: int = NONE, size: Size = "large"
    ) -> bytes | Rejected:
        """A JPEG for the photo's own page; `medium`: for the grid; `whole`: with all its pixels. Raises as `read`."""
        return await self._picture(root, path, size, rotation)

    async def rotated(self, previews: Path, path: str, rotation: int) -> bytes | Rejected:
        """Of a preview, one of the photo as a person has rotated it. Raises as `read`."""
        return await self._picture(previews, path, "rotated", rotation)

    async def _picture(self, root: Path, path: str, what: What, rotation: int) -> bytes | Rejected:
        answer = await self._ask(root, path, what, rotation=rotation)
        assert isinstance(answer, Large | Rejected)
        return answer if isinstance(answer, Rejected) else answer.content

    async def oriented(self, root: Path, path: str, rotation: int) -> Beginning | Rejected:
        """What a copy of a JPEG begins with that says how a person has rotated it. Raises as `read`."""
        answer = await self._ask(root, path, "oriented", rotation=rotation)
        assert isinstance(answer, Beginning | Rejected)
        return answer

    async def film(
        self, root: Path, path: str, place: FilmSpan | None, target: Path, what: FilmCopy
    ) -> Copied | Rejected:
        """Copy a film, or the one at a place of a photo, into `target`, which exists, without what its camera says;
        `video`: as every browser plays it. Raises as `read`."""
        answer = await self._ask(root, path, what, place, to_text(str(target)))
        assert isinstance(answer, Copied | Rejected)
        return answer

    async def sidecar(self, root: Path, path: str) -> Said | Rejected:
        """What a sidecar says. Raises as `read`; also Vanished if it isn't one after all."""
        answer = await self._ask(root, path, "sidecar")
        assert isinstance(answer, Said | Rejected)
        return answer

    async def album(self, root: Path, path: str) -> AlbumTitle | Rejected:
        """What an export's file says of its folder as an album. Raises as `read`."""
        answer = await self._ask(root, path, "album")
        assert isinstance(answer, AlbumTitle | Rejected)
        return answer

    async def told(self, root: Path, path: str) -> Told | Rejected:
        """What another program's file says of photos. Raises as `read`."""
        answer = await self._ask(root, path, "import")
        assert isinstance(answer, Told | Rejected)
        return answer

    async def members(self, archive: Path) -> Rejected | None:
        """Puts the list of an archive's members on the shelf; or why there is none. Raises as `read`."""
        request = Request(to_text(str(archive)), "", "members")
        try:
            answer = await self._twice(self._lister, archive, request)
        except TimeoutError:
            return await _rejected(archive, "", TOO_SLOW.format(round(self._lister.way_s)))
        except Died:
            return await _rejected(archive, "", ENDED_FROM_OUTSIDE)
        return answer if isinstance(answer, Rejected) else None

    async def confinement(self) -> Confinement:
        """What confines the workers here, by their own attempts to get out. Raises as `read`."""
        answer = await self._ask(Path(), "", "confinement")
        assert isinstance(answer, Confinement)
        return answer

    async def _ask(
        self,
        root: Path,
        path: str,
        what: What,
        film: FilmSpan | None = None,
        target: str = "",
        rotation: int = NONE,
    ) -> Reply:
        request = Request(to_text(str(root)), path, what, film, target, rotation)
        async with self._places:
            worker = min(self._all, key=lambda one: (one.in_hand, not one.running))
            try:
                return await self._twice(worker, root, request)
            except (TimeoutError, _OutOfMemory, Died):
                pass
        return await self._ask_alone(root, request)

    async def _twice(self, worker: Worker, root: Path, request: Request) -> Reply:
        """Raises TimeoutError, _OutOfMemory, and Died if nothing but an end from outside was to blame; the rest as
        `read`."""
        if is_one_stream(archive := archive_of(f"{root}/{request.path}")):
            worker.way_s = max(worker.way_s, await to_photo_thread(_way_s, archive))
        ends: list[Died] = []
        for _ in range(2):
            try:
                return self._reply(request, await worker.ask(request))
            except Died as error:
                ends.append(error)
            except NotStarted as error:
                raise NoWorker(NOT_STARTED, why=error.why) from error
        if all(end.from_outside for end in ends):
            raise ends[0]
        return await _rejected(root, request.path, DEADLY)

    async def _ask_alone(self, root: Path, request: Request) -> Reply:
        """While no other worker is busy; all of them wait."""
        async with self._alone:
            places = 0
            try:
                while places < self.at_a_time:
                    await self._places.acquire()
                    places += 1
                return await self._twice(self._last_resort, root, request)
            except TimeoutError:
                return await _rejected(root, request.path, TOO_SLOW.format(round(self._last_resort.limit_s)))
            except _OutOfMemory:
                return await _rejected(root, request.path, TOO_LARGE)
            except Died:
                return await _rejected(root, request.path, ENDED_FROM_OUTSIDE)
            finally:
                for _ in range(places):
                    self._places.release()
                await self._last_resort.end()

    def _reply(self, request: Request, answer: Answered) -> Reply:
        """Raises _OutOfMemory; the rest as `read`."""
        match answer:
            case NoFile():
                raise Vanished(request.path)
            case Failed(reason=reason) if request.what in COPIES:
                raise PreviewNotWritten(NOT_COPIED, folder=str(Path(request.target).parent), why=reason)
            case Failed(reason=reason):
                raise PreviewNotWritten(NOT_WRITTEN, folder=str(self._previews), why=reason)
            case OutOfMemory():
                raise _OutOfMemory
            case reply:
                return reply

    async def close(self) -> None:
        """Ends the workers, even busy ones. `read` must not be called afterwards."""
        await asyncio.gather(*(worker.end() for worker in (*self._all, self._last_resort, self._lister)))


def _way_s(archive: str) -> float:
    """How long it may take to reach a member of an archive that is packed as a whole, or its end."""
    try:
        return Path(from_text(archive)).stat().st_size / SLOWEST
    except OSError:
        return 0.0


async def _rejected(root: Path, path: str, reason: str) -> Rejected:
    """Raises Vanished."""
    try:
        seen = await to_photo_thread((root / from_text(path)).stat)
    except NotADirectoryError:  # in an archive, whose list says it
        return Rejected(reason=reason, size=0, mtime_ns=0)
    except OSError:
        raise Vanished(path) from None
    return Rejected(reason=reason, size=seen.st_size, mtime_ns=seen.st_mtime_ns)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1
