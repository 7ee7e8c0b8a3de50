"""Worker processes that open photos, so that no photo can harm the gateway.

Each opens one photo at a time. One that takes too long or dies is replaced; a photo whose worker died gets a second
chance, since something else may have killed it.
"""

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from typing import Final

import msgspec
import structlog

from services.gateway.reading.photo import AlbumTitle, Answer, Large, NoFile, Photo, Rejected, Said
from services.gateway.workers.worker_protocol import Failed, Request, What
from services.kernel.paths import from_text, to_text

log = structlog.get_logger(__name__)

REPOSITORY: Final = Path(__file__).resolve().parents[3]
LIMIT_S: Final = 10
START_S: Final = 60
TOO_SLOW: Final = "It took longer than {} s to open: it may be damaged."
DEADLY: Final = "The program that opens photos came to its end twice over it."
NOT_STARTED: Final = "The program that opens photos does not start ({}): is memory left, is the set-up whole?"


class Vanished(Exception):
    """The file is gone."""


class PreviewNotWritten(Exception):
    """Not the photo's fault: the disk is full or the folder isn't writable."""


class NoWorker(PreviewNotWritten):
    """No worker process starts, so there are no previews: out of memory or open files, or a broken installation."""


class _Died(Exception):
    pass


Reply = Photo | Large | Said | AlbumTitle | Rejected
_ANSWERS: Final = msgspec.msgpack.Decoder(Answer | Failed)


class WorkerPool:
    def __init__(self, previews: Path, workers: int = 0, limit_s: int = LIMIT_S) -> None:
        """`workers`: 0 for one per core; started when first needed. `limit_s`: per photo."""
        self.workers = workers or _cores()
        self._limit_s = limit_s
        self._idle: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        self._all = [_Worker(previews, limit_s) for _ in range(self.workers)]
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

    async def album(self, root: Path, path: str) -> str | None:
        """The title that an export's file gives its folder. Raises as `read`."""
        answer = await self._ask(root, path, "album")
        return answer.title if isinstance(answer, AlbumTitle) else None

    async def _ask(self, root: Path, path: str, what: What) -> Reply:
        request = Request(to_text(str(root)), path, what)
        worker = await self._idle.get()
        try:
            for _ in range(2):
                with contextlib.suppress(_Died):
                    return await worker.ask(request)
            return _rejected(root, path, DEADLY)
        except TimeoutError:
            return _rejected(root, path, TOO_SLOW.format(self._limit_s))
        finally:
            self._idle.put_nowait(worker)

    async def close(self) -> None:
        """Ends the workers, even busy ones. `read` must not be called afterwards."""
        await asyncio.gather(*(worker.end() for worker in self._all))


class _Worker:
    def __init__(self, previews: Path, limit_s: int) -> None:
        self._previews, self._limit_s = previews, limit_s
        self._process: asyncio.subprocess.Process | None = None
        self._ending: asyncio.Task[None] | None = None

    async def ask(self, request: Request) -> Reply:
        """Raises _Died, TimeoutError, Vanished, PreviewNotWritten, NoWorker."""
        answered = False
        try:
            process = self._process or await self._start()
            content = msgspec.msgpack.encode(request)
            async with asyncio.timeout(self._limit_s):
                process.stdin.write(len(content).to_bytes(4) + content)  # type: ignore[union-attr]
                answer: Answer | Failed = _ANSWERS.decode(await self._frame(process))
            answered = True
        except (asyncio.IncompleteReadError, ConnectionError, msgspec.DecodeError) as error:
            log.warning("a worker process died", path=request.path)
            raise _Died from error
        finally:
            if not answered:
                await self.end()
        match answer:
            case NoFile():
                raise Vanished(request.path)
            case Failed(reason=reason):
                raise PreviewNotWritten(f"{self._previews}: {reason}")
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
                str(self._limit_s + 1),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": str(REPOSITORY), "MALLOC_ARENA_MAX": "1"},
            )
            async with asyncio.timeout(START_S):
                await self._frame(process)
        except asyncio.IncompleteReadError as error:
            raise NoWorker(NOT_STARTED.format("it ends at once")) from error
        except OSError as error:
            raise NoWorker(NOT_STARTED.format(error.strerror or "it is never ready")) from error
        return process

    async def _frame(self, process: asyncio.subprocess.Process) -> bytes:
        assert process.stdout
        size = int.from_bytes(await process.stdout.readexactly(4))
        return await process.stdout.readexactly(size)

    async def end(self) -> None:
        """Returns once its process is gone, even if called repeatedly or cancelled meanwhile."""
        process, self._process = self._process, None
        if process is not None:
            self._ending = asyncio.create_task(_ended(process), name="end of a worker")
        if self._ending:
            await asyncio.shield(self._ending)


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    await process.wait()
    if process.stdin:
        process.stdin.close()


def _rejected(root: Path, path: str, reason: str) -> Rejected:
    """Raises Vanished."""
    try:
        seen = (root / from_text(path)).stat()
    except OSError:
        raise Vanished(path) from None
    return Rejected(reason=reason, size=seen.st_size, mtime_ns=seen.st_mtime_ns)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1
