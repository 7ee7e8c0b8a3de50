"""Calls that touch the photo folders, in threads of their own.

A disk that doesn't answer, of a server that is gone, say, holds up those that use it for as long as it likes, but
neither the threads that the pages need nor the end of the program, which waits for no thread of these.
"""

import asyncio
import contextvars
import functools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, Final, ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")
THREADS: Final = 16
"""What comes when all are busy waits for one."""
ANSWERS_S: Final = 10.0
"""How long a person waits for a disk that may have to start up first; after that it counts as not connected."""


async def to_photo_thread(call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """As `asyncio.to_thread`. Cancelled, the call goes on, and nobody gets its result."""
    context = contextvars.copy_context()
    return await asyncio.wrap_future(_OWN.submit(functools.partial(context.run, call, *args, **kwargs)))


async def soon(call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T | None:
    """The same for a request, which must not wait for ever; None if the disk doesn't answer."""
    try:
        async with asyncio.timeout(ANSWERS_S):
            return await to_photo_thread(call, *args, **kwargs)
    except TimeoutError:
        return None


class _Threads:
    def __init__(self) -> None:
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._count = 0

    def submit(self, call: Callable[[], _T]) -> "Future[_T]":
        future: Future[_T] = Future()
        self._calls.put((future, call))
        if not self._idle.acquire(blocking=False) and self._count < THREADS:
            self._count += 1
            threading.Thread(target=self._work, name="photo folders", daemon=True).start()
        return future

    def _work(self) -> None:
        while True:
            future, call = self._calls.get()
            if future.set_running_or_notify_cancel():
                try:
                    result = call()
                except BaseException as error:  # it is the caller's
                    future.set_exception(error)
                else:
                    future.set_result(result)
            del future, call
            self._idle.release()


_OWN: Final = _Threads()
