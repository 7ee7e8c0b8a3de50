"""Classifies photos that may crash the process, one at a time, in a separate process.

A network, driver or decoder that crashes takes the worker down along with all photos in hand, and they are redelivered
again and again. Photos returned too often are classified here: the culprit ends this process and fails alone; the
others get their verdict. Loading the network takes seconds, so the process ends once no photo is suspected any more.
"""

import asyncio
import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from services.inference.boxes import Objects
from services.inference.verdict import Vector, Verdict
from services.knowledge.rotations import NONE

ENDS_S: Final = 5.0
_FROM_OUTSIDE: Final = (-signal.SIGKILL, -signal.SIGTERM)
"""Exit codes of a process that somebody, or a system out of memory, has ended."""

Serve = Callable[[Connection, Path], None]


def serve(pipe: Connection, models: Path) -> None:
    """In the other process, until the pipe is closed: sends `ready` once the model is loaded, then the answer."""
    from services.inference import judges
    from services.inference.installed import find
    from services.inference.preprocess import load

    loaded: dict[str, Any] = {}
    while True:
        try:
            model_id, preview, rotation = pipe.recv()
        except EOFError:
            return
        answer: Any
        try:
            if model_id not in loaded:
                loaded.clear()
                loaded[model_id] = judges.load(find(models, model_id), 1)
            pipe.send("ready")
            spec = loaded[model_id].spec
            pixels = load(preview, spec.input_size, rotation, spec.task)
            (answer,) = loaded[model_id].classify([pixels])
        except Exception as error:  # from the model, the preview or TensorFlow, which has many
            answer = str(error)[:300] or type(error).__name__
        pipe.send(answer)


class Quarantine:
    """Use `async with` around calls: the process ends when its last user leaves."""

    def __init__(self, models: Path, serving: Serve = serve) -> None:
        self._models, self._serving, self._users = models, serving, 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="quarantine")
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    async def __aenter__(self) -> "Quarantine":
        self._users += 1
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._users -= 1
        if not self._users and self._process:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._end)

    async def classify(
        self, model_id: str, preview: Path, rotation: int = NONE
    ) -> Verdict | Objects | Vector | str:
        """The verdict, or why there is none, as a sentence. `rotation`: as of `preprocess.load`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._ask, model_id, preview, rotation)

    def _ask(
        self, model_id: str, preview: Path, rotation: int, again: bool = True
    ) -> Verdict | Objects | Vector | str:
        """`again`: once more if the process is ended from outside, which is no photo's fault."""
        pipe, ready = self._connection(), False
        try:
            pipe.send((model_id, preview, rotation))
            answer: Verdict | Objects | Vector | str = pipe.recv()
            if answer == "ready":
                ready = True
                answer = pipe.recv()
        except (EOFError, OSError):
            if self._end() in _FROM_OUTSIDE and again:
                return self._ask(model_id, preview, rotation, again=False)
            if ready:
                return "The classifier's process ended while it worked on this photo."
            return "The model could not be loaded: the classifier's process ended."
        return answer

    def _connection(self) -> Connection:
        if self._pipe is None:
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=self._serving, args=(theirs, self._models), daemon=True)
            self._process.start()
            theirs.close()
        return self._pipe

    def _end(self) -> int | None:
        """Returns the exit code of the process, if there was one."""
        pipe, process, self._pipe, self._process = self._pipe, self._process, None, None
        if pipe:
            pipe.close()
        if process:
            process.join(ENDS_S)
            if process.is_alive():
                process.kill()
                process.join()
                return None
        return process.exitcode if process else None
