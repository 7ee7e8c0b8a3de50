"""Photos listed and read in this process, by the same code but for the confinement: the three processes that an album
starts for its first scan take more processor time than all the rest of such a test."""

import asyncio
from typing import Final

import pytest

from services.gateway.workers.process import Worker
from services.gateway.workers.worker_protocol import Answered, Request
from services.kernel.paths import COPIES
from tests.support.decoding import answered
from tests.support.listing import list_here

_BY_PROCESSES: Final = frozenset({*COPIES, "members", "confinement"})


def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """All but films' copies, and what is asked of a process itself."""
    by_process = Worker.ask

    async def here(worker: Worker, request: Request) -> Answered:
        if request.what in _BY_PROCESSES:
            return await by_process(worker, request)
        return await asyncio.to_thread(answered, request, worker._previews)

    list_here(monkeypatch)
    monkeypatch.setattr(Worker, "ask", here)
