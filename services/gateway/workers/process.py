"""A worker process, as the gateway sees it: requests go in, and answers come out in their order.

It prepares one photo while another is in its decoder, so it may be asked for two at a time. If it comes to its end, it
was by the first of them, and the second is asked of the next process.
"""

import asyncio
import os
import signal
import sys
from collections import deque
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
import structlog

from services.gateway.reading.sandbox import LITTLE_MEMORY
from services.gateway.workers.ending import ended, exited
from services.gateway.workers.worker_protocol import Answered, Confinement, Request

log = structlog.get_logger(__name__)

MEMORY_UNLIMITED: Final = (
    "This computer doesn't limit their memory: a photo made to attack them could use up all of it."
)
REPOSITORY: Final = Path(__file__).resolve().parents[3]
START_S: Final = 60
_OUT_OF_TIME: Final = (-signal.SIGPROF, -signal.SIGALRM)
"""How a worker ends whose processor time, or time by the clock, is up."""
_FROM_OUTSIDE: Final = (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP, -signal.SIGINT)
"""How one ends that somebody else has ended: a person, the system that is out of memory or shuts down."""
_ANSWERS: Final = msgspec.msgpack.Decoder(Answered)


class Died(Exception):
    def __init__(self, status: int | None) -> None:
        """`status`: of the process; None if it was never known."""
        super().__init__(status)
        self.from_outside = status in _FROM_OUTSIDE


class NotStarted(Exception):
    """Until a process is ready it has seen no photo, so none is to blame."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Worker:
    def __init__(self, previews: Path, limit_s: float, wall_s: float, memory: int) -> None:
        """Started when first needed. Arguments as of `WorkerPool`; `memory`: bytes."""
        self._previews, self._wall_s, self._memory = previews, wall_s, memory
        self.limit_s = limit_s
        self.in_hand = 0
        """Requests without an answer."""
        self.way_s = 0.0
        """Seconds more by the clock: the way to a member of an archive that is packed as a whole."""
        self._process: asyncio.subprocess.Process | None = None
        self._sent: deque[Request] = deque()
        """What the process has yet to answer, those included that nobody waits for any more."""
        self._turn = asyncio.Lock()
        """Of the one whose answer comes next."""
        self._ending: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None

    async def ask(self, request: Request) -> Answered:
        """Cancelled while the photo is in the decoder, it ends the process. Raises Died, NotStarted, TimeoutError."""
        self.in_hand += 1
        try:
            if self._process and self._sent:
                self._send(self._process, request)
            async with self._turn:
                while True:
                    process = self._process or await self._start()
                    if not any(one is request for one in self._sent):  # to none, or to one that is gone
                        self._send(process, request)
                    first = self._sent[0]
                    try:
                        answer = await self._answer(process, first)
                    except (Died, TimeoutError):
                        if first is request:
                            raise
                    else:
                        if first is request:
                            return answer
        finally:
            self.in_hand -= 1

    def _send(self, process: asyncio.subprocess.Process, request: Request) -> None:
        assert process.stdin
        content = msgspec.msgpack.encode(request)
        process.stdin.write(len(content).to_bytes(4) + content)
        self._sent.append(request)

    async def _answer(self, process: asyncio.subprocess.Process, first: Request) -> Answered:
        """To the first of those sent. Raises Died, TimeoutError."""
        answered = False
        try:
            async with asyncio.timeout(self._wall_s + self.way_s):
                answer: Answered = _ANSWERS.decode(await _frame(process))
            answered = True
            self._sent.popleft()
            return answer
        except (asyncio.IncompleteReadError, ConnectionError, msgspec.DecodeError) as error:
            if not isinstance(error, msgspec.DecodeError):
                await exited(process)
            await self.end()
            if process.returncode in _OUT_OF_TIME:
                raise TimeoutError from error
            log.warning("a worker process died", path=first.path, status=process.returncode)
            raise Died(process.returncode) from error
        finally:
            if not answered:
                await self.end()

    async def _start(self) -> asyncio.subprocess.Process:
        """Raises NotStarted, TimeoutError."""
        ready = False
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
                env=environment(),
            )
            async with asyncio.timeout(START_S):
                _tell(_ANSWERS.decode(await _frame(process)))
            ready = True
        except (asyncio.IncompleteReadError, msgspec.DecodeError) as error:
            raise NotStarted("it ends at once") from error
        except OSError as error:
            raise NotStarted(error.strerror or "it is never ready") from error
        finally:
            if not ready:
                await self.end()
        return process

    async def end(self) -> None:
        """Returns once its process is gone, even if called repeatedly or cancelled meanwhile."""
        process, self._process = self._process, None
        self._sent.clear()
        if process is not None:
            self._ending = asyncio.create_task(ended(process), name="end of a worker")
        if self._ending:
            await asyncio.shield(self._ending)


def _tell(ready: Answered) -> None:
    if isinstance(ready, Confinement) and LITTLE_MEMORY in ready.missing:
        _tell_once()


@cache
def _tell_once() -> None:
    log.warning("programs that open photos have no limit of memory", reason=MEMORY_UNLIMITED)


async def _frame(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout
    size = int.from_bytes(await process.stdout.readexactly(4))
    return await process.stdout.readexactly(size)


def environment() -> dict[str, str]:
    """Nothing of the gateway's but the time zone: it may hold passwords. One thread per library: there is a process per
    core, and each may be confined only if it has no others. Buffers of the usual sizes are kept for the next photo:
    asking the kernel for the memory anew, which it clears each time, is 3 % of the work (`mallopt(3)`)."""
    kept = {name: os.environ[name] for name in ("TZ", "LD_LIBRARY_PATH") if name in os.environ}
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
    memory = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(64 << 20)}
    own = {"PYTHONPATH": str(REPOSITORY), "PYTHONSAFEPATH": "1"}  # a folder with photos may hold modules, too
    return {**kept, **threads, **memory, **own, "PYTHONUTF8": "1"}
