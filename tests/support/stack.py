"""The gateway and its projector in this process, for tests over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar, overload

import httpx
import msgspec
import pytest
from litestar import Litestar

from services.domain.subject import Event, event_of
from services.gateway.access.gate import Gate
from services.gateway.app import application, serve_album
from services.gateway.closed.standing import SOUND, Standing
from services.gateway.lifespan import Gateway
from services.gateway.pages import commands, shared, sharing
from services.gateway.running import board
from services.gateway.running.automatic import Automatic
from services.gateway.running.growth import grown
from services.kernel.bus.contract import Bus
from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.log.envelope import Envelope
from services.kernel.settings import Settings
from services.projector import runner
from tests.support.asgi import asgi
from tests.support.given import By
from tests.support.log import records
from tests.support.waiting import PATIENCE_S, eventually

ENDED = ("done", "failed", "cancelled")
LOOK_S: Final = 0.5
"""How often a status is asked for even if the log hasn't grown."""
_Event = TypeVar("_Event", bound=Event)
IDLE: Final[list[Litestar]] = []
"""Applications that serve no album at the moment. Building one takes most of the time in which a stack starts."""


class Stack:
    """A running gateway; `client` talks to it."""

    def __init__(self, settings: Settings, app: Litestar, broker: Bus, client: httpx.AsyncClient) -> None:
        self.settings, self.broker, self.client = settings, broker, client
        self.gateway: Gateway = app.state.gateway
        self.gate: Gate = app.state.gate
        self.app = app

    async def post(self, name: str, body: Any = None, **headers: str) -> httpx.Response:
        sent = {key.replace("_", "-"): value for key, value in headers.items()}
        return await self.client.post(f"/commands/{name}", json={} if body is None else body, headers=sent)

    async def done(self, name: str, body: Any = None) -> dict[str, Any]:
        """Give a command that must be accepted; returns its status once it has ended and is in the read tables."""
        answer = await self.post(name, body)
        assert answer.status_code == 202, answer.text
        status_url, events = answer.json()["status_url"], self.gateway.events
        found: dict[str, Any] = {}

        async def ended() -> bool:
            """Asks whenever the log has grown: each question slows down what it is about."""
            head = await events.head()
            await self.gateway.views.wait_for(head, LOOK_S)
            found.update((await self.client.get(status_url)).json())
            if found["status"] not in ENDED:
                await grown(events, self.gateway.stopping, head, LOOK_S)
                return False
            return True

        await eventually(ended, f"{name} has ended")
        await self.caught_up()
        return found

    async def caught_up(self) -> None:
        assert await self.gateway.views.wait_for(await self.gateway.events.head(), PATIENCE_S)

    async def tell(self, *events: Event | By) -> None:
        """Append events as if they had just happened; returns when they are in the read tables."""
        await self.gateway.events.append(records(events))
        await self.caught_up()

    def browser(self) -> httpx.AsyncClient:
        """Another client, with its own cookies, that accepts HTML."""
        transport = asgi(self.app)
        headers = {"Accept": "text/html"}
        return httpx.AsyncClient(transport=transport, base_url=self.client.base_url, headers=headers)

    async def streamed(self, path: str, until: str) -> str:
        """What a stream that never ends has sent once this is part of it; then its reader leaves."""
        text, enough, url = bytearray(), asyncio.Event(), httpx.URL(path)
        messages = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> Any:
            if message := next(messages, None):
                return message
            await enough.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            text.extend(message.get("body", b""))
            if until.encode() in text:
                enough.set()

        scope: Any = {
            "type": "http",
            "method": "GET",
            "path": url.path,
            "raw_path": url.raw_path,
            "query_string": url.query,
            "headers": [(b"host", b"127.0.0.1")],
        }
        async with asyncio.timeout(PATIENCE_S):
            await self.app(scope, receive, send)
        return text.decode()

    async def log(self) -> list[Envelope]:
        return await self.gateway.events.read(0, 100_000)

    @overload
    async def events(self) -> list[Event]: ...

    @overload
    async def events(self, *kinds: type[_Event]) -> list[_Event]: ...

    async def events(self, *kinds: type[Event]) -> list[Any]:
        """Of these kinds, or all."""
        found = [event_of(row) for row in await self.log() if row.kind == "E"]
        return [event for event in found if not kinds or isinstance(event, kinds)]

    async def get(self, path: str) -> Any:
        answer = await self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@asynccontextmanager
async def stack(
    settings: Settings,
    automatic: Automatic | None = None,
    bus: Bus | None = None,
    projector: bool = True,
    standing: Standing = SOUND,
) -> AsyncIterator[Stack]:
    """`bus`: closed at the end; defaults to the embedded one. `projector`: without it nothing updates the read
    tables. `standing`: of the log.

    A command is answered once it is shown, however long that takes on a busy machine; if nothing is, at once."""
    broker, stopping, stop_projector = bus or EmbeddedBroker(), asyncio.Event(), asyncio.Event()
    app = IDLE.pop() if IDLE else application()
    serve_album(app, settings, broker, stopping, automatic or Automatic(), standing)
    ready, done = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        """In a task of its own: a lifespan must end in the task it began in, which fixtures don't guarantee."""
        async with app.lifespan():
            ready.set()
            await done.wait()

    living = asyncio.create_task(live())
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({living, waiting}, return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE_S)
    if living.done():
        waiting.cancel()
        living.result()
    projecting = asyncio.create_task(runner.run(broker, settings, stop_projector)) if projector else None
    patch = pytest.MonkeyPatch()
    for module in (board, commands, shared, sharing):
        patch.setattr(module, "CATCH_UP_S", PATIENCE_S if projector else 0.0)
    try:
        transport = asgi(app)
        async with httpx.AsyncClient(
            transport=transport, base_url=f"http://127.0.0.1:{settings.port}"
        ) as client:
            yield Stack(settings, app, broker, client)
    finally:
        done.set()
        await living
        stop_projector.set()
        if projecting:
            await projecting
        await broker.close()
        patch.undo()
    IDLE.append(app)


def with_photos(settings: Settings, *photos: Any) -> Settings:
    return msgspec.structs.replace(settings, photos=tuple(photos))
