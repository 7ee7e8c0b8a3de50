"""Worker processes that open photos, so that no photo can harm the gateway.

Each opens one photo at a time. One that takes too long or dies is replaced; a photo whose worker died gets a second
chance, since something else may have killed it, and if both were ended from outside a third one, alone, and every scan.
What counts is a worker's own processor time, since the machine may be busy; the clock on the wall only ends one that
waits for ever. A photo that runs out of time or memory is tried once more, alone, in a worker that has more of both.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Final

import msgspec
import structlog

from services.gateway.reading import sandbox
from services.gateway.reading.photo import AlbumTitle, Large, NoFile, Photo, Rejected, Said
from services.gateway.reading.reasons import ENDED_FROM_OUTSIDE
from services.gateway.workers.ending import ended, exited
from services.gateway.workers.worker_protocol import (
    Answered,
    Beyond,
    Confinement,
    Failed,
    Listed,
    OutOfMemory,
    Request,
    What,
)
from services.kernel.paths import from_text, to_text
from services.kernel.sentence import Explained

log = structlog.get_logger(__name__)

REPOSITORY: Final = Path(__file__).resolve().parents[3]
LIMIT_S: Final = 10
"""Processor time per photo."""
WALL: Final = 12
"""How many times as long it may take by the clock."""
ALONE: Final = 6
"""How many times as much processor time a photo has that is tried alone (twice as much by the clock, since all others
wait) …"""
MEMORY_ALONE: Final = 5 << 29
"""… and bytes: a HEIC of 200 megapixels, as phones make them, takes 1.4 GB."""
LISTING: Final = 30
"""How many times as long by the clock as a photo an archive has to be listed: one that is packed as a whole is read to
its end, at some 100 MB/s."""
START_S: Final = 60
TOO_SLOW: Final = "It took longer than {} s to open: it may be damaged."
TOO_LARGE: Final = "The picture needs more memory than it may have."
NOT_STARTED: Final = (
    "The program that opens photos does not start (%(why)s): is memory left, is the set-up whole?"
)
NOT_WRITTEN: Final = "Previews can't be written to %(folder)s: %(why)s."
DEADLY: Final = "The program that opens photos came to its end twice over it."


class Vanished(Exception):
    """The file is gone."""


class PreviewNotWritten(Explained):
    """Not the photo's fault: the disk is full or the folder isn't writable."""


class NoWorker(PreviewNotWritten):
    """No worker process starts, so there are no previews: out of memory or open files, or a broken installation."""


class _Died(Exception):
    def __init__(self, status: int | None) -> None:
        """`status`: of the process; None if it was never known."""
        super().__init__(status)
        self.from_outside = status in _FROM_OUTSIDE


class _OutOfMemory(Exception):
    pass


Reply = Photo | Large | Said | AlbumTitle | Rejected | Confinement | Listed
_OUT_OF_TIME: Final = (-signal.SIGPROF, -signal.SIGALRM)
"""How a worker ends whose processor time, or time by the clock, is up."""
_FROM_OUTSIDE: Final = (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP, -signal.SIGINT)
"""How one ends that somebody else has ended: a person, the system that is out of memory or shuts down."""
_ANSWERS: Final = msgspec.msgpack.Decoder(Answered)


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
        self._idle: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        self._all = [_Worker(previews, limit_s, wall_s, sandbox.MEMORY) for _ in range(self.workers)]
        self._last_resort = _Worker(previews, limit_s * ALONE, wall_s * 2, memory_alone)
        self._alone = asyncio.Lock()
        for worker in self._all:
            self._idle.put_nowait(worker)

    async def read(self, root: Path, path: str) -> Photo | Rejected:
        """Read `path` (as `walk` yields it) under `root`; if it is a photo, its preview has been stored.

        Raises Vanished, PreviewNotWritten, NoWorker. Any fault of the file itself yields a Rejected.
        """
        answer = await self._ask(root, path, "photo")
        assert isinstance(answer, Photo | Rejected)
        return answer

    async def large(self, root: Path, path: str) -> bytes | Rejected:
        """A JPEG for the photo's own page. Raises as `read`."""
        answer = await self._ask(root, path, "large")
        assert isinstance(answer, Large | Rejected)
        return answer if isinstance(answer, Rejected) else answer.content

    async def sidecar(self, root: Path, path: str) -> Said | Rejected:
        """What a sidecar says. Raises as `read`; also Vanished if it isn't one after all."""
        answer = await self._ask(root, path, "sidecar")
        assert isinstance(answer, Said | Rejected)
        return answer

    async def album(self, root: Path, path: str) -> AlbumTitle | None:
        """What an export's file says of its folder as an album; None if it gives it no title. Raises as `read`."""
        answer = await self._ask(root, path, "album")
        return answer if isinstance(answer, AlbumTitle) and answer.title else None

    async def members(self, archive: Path) -> Rejected | None:
        """Puts the list of an archive's members on the shelf; or why there is none. Raises as `read`."""
        answer = await self._ask(archive, "", "members")
        return answer if isinstance(answer, Rejected) else None

    async def confinement(self) -> Confinement:
        """What confines the workers here, by their own attempts to get out. Raises as `read`."""
        answer = await self._ask(Path(), "", "confinement")
        assert isinstance(answer, Confinement)
        return answer

    async def _ask(self, root: Path, path: str, what: What | Beyond) -> Reply:
        request = Request(to_text(str(root)), path, what)
        worker = await self._idle.get()
        try:
            return await self._twice(worker, root, request)
        except (TimeoutError, _OutOfMemory, _Died):
            pass
        finally:
            self._idle.put_nowait(worker)
        return await self._ask_alone(root, request)

    async def _twice(self, worker: "_Worker", root: Path, request: Request) -> Reply:
        """Raises TimeoutError, _OutOfMemory, and _Died if nothing but an end from outside was to blame; the rest as
        `read`."""
        ends: list[_Died] = []
        for _ in range(2):
            try:
                return await worker.ask(request)
            except _Died as error:
                ends.append(error)
        if all(end.from_outside for end in ends):
            raise ends[0]
        return _rejected(root, request.path, DEADLY)

    async def _ask_alone(self, root: Path, request: Request) -> Reply:
        """While no other worker is busy; all of them wait."""
        async with self._alone:
            others: list[_Worker] = []
            try:
                while len(others) < self.workers:
                    others.append(await self._idle.get())
                return await self._twice(self._last_resort, root, request)
            except TimeoutError:
                return _rejected(root, request.path, TOO_SLOW.format(round(self._last_resort.limit_s)))
            except _OutOfMemory:
                return _rejected(root, request.path, TOO_LARGE)
            except _Died:
                return _rejected(root, request.path, ENDED_FROM_OUTSIDE)
            finally:
                for other in others:
                    self._idle.put_nowait(other)
                await self._last_resort.end()

    async def close(self) -> None:
        """Ends the workers, even busy ones. `read` must not be called afterwards."""
        await asyncio.gather(*(worker.end() for worker in (*self._all, self._last_resort)))


class _Worker:
    def __init__(self, previews: Path, limit_s: float, wall_s: float, memory: int) -> None:
        self._previews, self._wall_s, self._memory = previews, wall_s, memory
        self.limit_s = limit_s
        self._process: asyncio.subprocess.Process | None = None
        self._ending: asyncio.Task[None] | None = None

    async def ask(self, request: Request) -> Reply:
        """Raises _Died, _OutOfMemory, TimeoutError, Vanished, PreviewNotWritten, NoWorker."""
        answered, process = False, None
        try:
            process = self._process or await self._start()
            content = msgspec.msgpack.encode(request)
            async with asyncio.timeout(self._wall_s * (LISTING if request.what == "members" else 1)):
                process.stdin.write(len(content).to_bytes(4) + content)  # type: ignore[union-attr]
                answer: Answered = _ANSWERS.decode(await self._frame(process))
            answered = True
        except (asyncio.IncompleteReadError, ConnectionError, msgspec.DecodeError) as error:
            if process and not isinstance(error, msgspec.DecodeError):
                await exited(process)
            await self.end()
            if process and process.returncode in _OUT_OF_TIME:
                raise TimeoutError from error
            log.warning("a worker process died", path=request.path, status=process and process.returncode)
            raise _Died(process.returncode if process else None) from error
        finally:
            if not answered:
                await self.end()
        match answer:
            case NoFile():
                raise Vanished(request.path)
            case Failed(reason=reason):
                raise PreviewNotWritten(
                    "Previews can't be written to %(folder)s: %(why)s.",
                    folder=str(self._previews),
                    why=reason,
                )
            case OutOfMemory():
                raise _OutOfMemory
            case reply:
                return reply

    async def _start(self) -> asyncio.subprocess.Process:
        """Raises NoWorker: until it is ready it has seen no photo, so none is to blame."""
        try:
            self._process = process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "services.gateway.workers.worker",
                str(self._previews),
                str(self.limit_s),
                str(self._wall_s + 1),
                str(self._memory),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=_environment(),
            )
            async with asyncio.timeout(START_S):
                await self._frame(process)
        except asyncio.IncompleteReadError as error:
            raise NoWorker(NOT_STARTED, why="it ends at once") from error
        except OSError as error:
            raise NoWorker(NOT_STARTED, why=error.strerror or "it is never ready") from error
        return process

    async def _frame(self, process: asyncio.subprocess.Process) -> bytes:
        assert process.stdout
        size = int.from_bytes(await process.stdout.readexactly(4))
        return await process.stdout.readexactly(size)

    async def end(self) -> None:
        """Returns once its process is gone, even if called repeatedly or cancelled meanwhile."""
        process, self._process = self._process, None
        if process is not None:
            self._ending = asyncio.create_task(ended(process), name="end of a worker")
        if self._ending:
            await asyncio.shield(self._ending)


def _rejected(root: Path, path: str, reason: str) -> Rejected:
    """Raises Vanished."""
    try:
        seen = (root / from_text(path)).stat()
    except NotADirectoryError:  # in an archive, whose list says it
        return Rejected(reason=reason, size=0, mtime_ns=0)
    except OSError:
        raise Vanished(path) from None
    return Rejected(reason=reason, size=seen.st_size, mtime_ns=seen.st_mtime_ns)


def _environment() -> dict[str, str]:
    """Nothing of the gateway's but the time zone: it may hold passwords. One thread per library: there is a process per
    core, and each may be confined only if it has no others."""
    kept = {name: os.environ[name] for name in ("TZ", "LD_LIBRARY_PATH") if name in os.environ}
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
    return {**kept, **threads, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"}


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1
