"""A worker's decoder, as the worker sees it: a process of its own that is given one open file at a time."""

import contextlib
import os
import signal
import socket
import sys
import tempfile
from typing import Final, NoReturn

import msgspec

from services.gateway.workers.handover import Prepared
from services.gateway.workers.worker_protocol import Answered, Confinement, Decoded, Lacking, Limits, Part

_LARGEST: Final = 64 << 20
"""Bytes of an answer; a larger rendition has about one million."""
_MAY_BE_LOADED: Final = (
    "av",
    "rawpy",
    "numpy",
    "pillow_jxl",
    "psd_tools",
    "brotli",
    "attrs",
    "attr",
    "PIL",
    "encodings",
    "yaml",
    "sqlite3",
)
"""Packages whose modules a decoder may have asked for: it is not to be believed in anything else …"""
_READERS: Final = "services.gateway.imports."
"""… but for the readers of other programs' files, which are needed too seldom to be loaded always."""
_TOGETHER: Final = {"av": ("av.subtitles", "av.subtitles.stream")}
"""A module -> others that it loads when they are needed."""
_FAILURE: Final = 1 << 8
"""The status of a process that ends with the exit code 1."""
_MOST_OPEN: Final = 64
"""More descriptors than a worker has."""


class Ended(Exception):
    """The decoder's process is gone, or what it says can't be true."""

    def __init__(self, status: int) -> None:
        """`status`: as `os.waitpid` gives it."""
        super().__init__(status)
        self.status = status


class Decoder:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._tried: set[str] = set()
        """Modules that it has asked for."""
        self._process = 0
        self._tasks: socket.socket | None = None
        self._job: Prepared
        """The last one that was begun."""
        self._decoder = msgspec.msgpack.Decoder(Decoded)
        self._preview = _nameless()

    def start(self) -> Confinement:
        """Returns once it is ready. Raises Ended, also when there can be no more processes."""
        here, there = socket.socketpair()
        try:
            parent, process = os.getpid(), os.fork()
        except OSError as error:
            raise Ended(_FAILURE) from error
        if process == 0:
            self._run(there, parent)
        there.close()
        self._process, self._tasks = process, here
        ready = self._received()
        assert isinstance(ready, Confinement)
        return ready

    def _run(self, tasks: socket.socket, parent: int) -> NoReturn:
        """In the new process."""
        try:
            _close_others({1, 2, tasks.fileno(), self._preview})
            if sys.platform == "linux":
                from services.gateway.confinement.kernel import end_with_parent

                end_with_parent(parent)
            from services.gateway.workers import decoding

            wanted = [name for name in sorted(self._tried) if _may_be_loaded(name)]
            decoding.run(decoding.Ends(tasks, self._preview), wanted, self._tried, self._limits)
        finally:
            os._exit(sys.exc_info()[0] is not None)

    def fileno(self) -> int:
        """Readable once it has answered, or is gone: for `select`."""
        assert self._tasks
        return self._tasks.fileno()

    def begin(self, job: Prepared) -> None:
        """Hands a task over. That the decoder has gone is for `answer` to tell."""
        assert self._tasks
        self._job = job
        self._set_preview(job.preview)
        if job.file is not None:
            os.lseek(job.file, 0, os.SEEK_SET)
        content = msgspec.msgpack.encode(job.task)
        frame = [len(content).to_bytes(4) + content]
        with contextlib.suppress(ConnectionError):
            socket.send_fds(self._tasks, frame, [] if job.file is None else [job.file])

    def answer(self) -> Answered:
        """To what was begun; a film's copy has been written. Raises Ended, and what the copy raises."""
        while isinstance(answer := self._whole(), Lacking):
            more = set(answer.modules) - self._tried
            if not more:
                raise Ended(self.end())
            self._tried |= more | {one for name in more for one in _TOGETHER.get(name, ())}
            self.end()
            self.start()
            self.begin(self._job)
        return answer

    def _whole(self) -> Answered | Lacking:
        """Raises Ended, and what the copy of a film raises; it is then ready for the next task."""
        copy = self._job.copy
        try:
            if copy:
                copy.begin()
            while isinstance(answer := self._received(), Part):
                if copy is None:
                    raise Ended(self.end())
                copy.put(answer)
        except (OSError, ValueError):
            self.end()  # it is in the middle of its answer
            self.start()
            raise
        return answer

    def _received(self) -> Decoded:
        """Raises Ended."""
        try:
            answer: Decoded = self._decoder.decode(self._read(int.from_bytes(self._read(4))))
            return answer
        except EOFError as error:
            process, self._process = self._process, 0
            status = os.waitpid(process, 0)[1]  # it has closed its end by ending
            self.end()
            raise Ended(status) from error
        except (OSError, ValueError, msgspec.DecodeError) as error:
            raise Ended(self.end()) from error

    def _read(self, count: int) -> bytes:
        assert self._tasks
        if count > _LARGEST:
            raise ValueError("This is no answer.")
        content = bytearray()
        while len(content) < count:
            part = self._tasks.recv(min(count - len(content), 1 << 20))
            if not part:
                raise EOFError
            content += part
        return bytes(content)

    def preview(self) -> bytes:
        """What the last task left; gone when the next one begins."""
        return os.pread(self._preview, os.fstat(self._preview).st_size, 0)

    def _set_preview(self, content: bytes) -> None:
        os.ftruncate(self._preview, 0)
        os.lseek(self._preview, 0, os.SEEK_SET)
        if content:
            os.pwrite(self._preview, content, 0)

    def end(self) -> int:
        """Returns its status (`os.waitpid`)."""
        if self._tasks:
            self._tasks.close()
            self._tasks = None
        process, self._process = self._process, 0
        if not process:
            return 0
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        return os.waitpid(process, 0)[1]


def _may_be_loaded(module: str) -> bool:
    return module.partition(".")[0] in _MAY_BE_LOADED or module.startswith(_READERS)


def _close_others(kept: set[int]) -> None:
    """All descriptors but these, so that the gateway's pipes aren't among those of a decoder."""
    for number in range(_MOST_OPEN):
        if number not in kept:
            with contextlib.suppress(OSError):
                os.close(number)


def _nameless() -> int:
    """A descriptor of a file that has no name."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("preview")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
