"""Requests of one client take turns: many of one don't keep another's waiting."""

import asyncio
from typing import Any

import pytest

from services.gateway.web import turns
from services.gateway.web.turns import Turns
from tests.support.waiting import eventually


class Work:
    """An application whose requests last until the test ends them."""

    def __init__(self) -> None:
        self.limit = Turns()
        self.running: list[str] = []
        self.ending: dict[str, asyncio.Event] = {}
        self.tasks: list[asyncio.Task[None]] = []

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        self.running.append(path)
        if path == "/stream":
            await send({"type": "http.response.start", "status": 200})
        await self.ending.setdefault(path, asyncio.Event()).wait()
        self.running.remove(path)
        if path == "/fails":
            raise RuntimeError("as an application may")

    def ask(self, address: str | None, path: str) -> None:
        async def send(_: Any) -> None: ...

        scope: Any = {"type": "http", "path": path, "client": (address, 1) if address else None}
        self.tasks.append(asyncio.create_task(self.limit.handle(scope, send, send, self._app)))  # type: ignore[arg-type]

    def end(self, path: str) -> None:
        self.ending.setdefault(path, asyncio.Event()).set()

    async def runs(self, *paths: str) -> None:
        await eventually(lambda: sorted(self.running) == sorted(paths), f"{paths} run, not {self.running}")


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    monkeypatch.setattr(turns, "AT_A_TIME", 2)
    return Work()


@pytest.mark.parametrize("busy", ["10.0.0.1", None], ids=["an address", "a socket without one"])
async def test_a_client_that_asks_for_much_waits_alone(work: Work, busy: str | None) -> None:
    for number in range(5):
        work.ask(busy, f"/{number}")
    await work.runs("/0", "/1")
    work.ask("10.0.0.2", "/other")
    await work.runs("/0", "/1", "/other")
    work.end("/0")
    await work.runs("/1", "/2", "/other")
    for path in ("/1", "/2", "/3", "/4", "/other"):
        work.end(path)
    await asyncio.gather(*work.tasks)
    assert not work.limit._turns and not work.limit._waiting, "nothing is kept of clients that are done"


async def test_a_stream_takes_no_turn_while_it_lasts(work: Work) -> None:
    for _ in range(3):
        work.ask("a", "/stream")
    work.ask("a", "/page")
    await work.runs("/page", "/stream", "/stream", "/stream")
    work.end("/stream")
    work.end("/page")
    await asyncio.gather(*work.tasks)


async def test_a_request_that_fails_or_is_cancelled_gives_its_turn_back(work: Work) -> None:
    for path in ("/fails", "/0", "/cancelled", "/1"):
        work.ask("a", path)
    await work.runs("/fails", "/0")
    work.tasks[2].cancel()
    work.end("/fails")
    await work.runs("/0", "/1")
    work.end("/0")
    work.end("/1")
    ended = await asyncio.gather(*work.tasks, return_exceptions=True)
    assert [type(one) for one in ended] == [RuntimeError, type(None), asyncio.CancelledError, type(None)]
    assert not work.limit._turns
