"""The log over HTTP: as JSON lines, and live as server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

import msgspec
from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage, Stream

from services.gateway.i18n.language import _
from services.gateway.web.parameters import LAST, LogPosition, log_position
from services.kernel.log.envelope import Envelope
from services.kernel.log.sqlite_log import SqliteLog

_PAGE: Final = 1000
PING_S: Final = 15.0
"""Between comments that reveal a dead connection."""


def line(row: Envelope) -> bytes:
    """One event as JSON; `data` is passed on as stored. If that is damaged and no JSON, it is null, and `unreadable`
    holds its text."""
    fields = msgspec.structs.asdict(row)
    try:
        text = msgspec.json.format(row.data, indent=-1) if "\n" in row.data else row.data
        fields["data"] = msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.DecodeError, ValueError):
        fields |= {"data": None, "unreadable": row.data}
    return msgspec.json.encode({"position": fields.pop("position"), **fields})


class EventController(Controller):
    path = "/events"

    @get("/", summary="The log as JSON lines")
    async def read(
        self,
        events: NamedDependency[SqliteLog],
        after: Annotated[int, QueryParameter(ge=0, le=LAST)] = 0,
        limit: Annotated[int, QueryParameter(ge=1, le=LAST)] = LAST,
    ) -> Stream:
        """Events after position `after`: all of them, or at most `limit`."""

        async def lines() -> AsyncIterator[bytes]:
            position, remaining = after, limit
            while remaining > 0:
                rows = await events.read(position, min(_PAGE, remaining))
                if not rows:
                    return
                yield b"".join(line(row) + b"\n" for row in rows)
                position = rows[-1].position
                remaining -= len(rows)

        return Stream(lines, media_type="application/x-ndjson")

    @get("/stream", summary="The log as it grows (server-sent events)")
    async def live(
        self,
        request: Request[Any, Any, Any],
        events: NamedDependency[SqliteLog],
        stopping: NamedDependency[asyncio.Event],
        after: LogPosition = None,
    ) -> ServerSentEvent:
        """Events after `Last-Event-ID`, else after `after`, else from now on. A message's id is its position."""
        last_id = request.headers.get("Last-Event-ID")
        start = log_position(last_id) if last_id is not None else after
        if last_id is not None and start is None:
            raise ValidationException(_("Last-Event-ID must be a position in the log, a whole number."))
        if start is None:
            start = await events.head()
        return ServerSentEvent(_messages(events, stopping, start))


async def _messages(
    events: SqliteLog, stopping: asyncio.Event, position: int
) -> AsyncIterator[ServerSentEventMessage]:
    while not stopping.is_set():
        rows = await events.read(position, _PAGE)
        for row in rows:
            position = row.position
            yield ServerSentEventMessage(id=str(position), data=line(row).decode())
        if not rows and not await grown(events, stopping, position, PING_S):
            yield ServerSentEventMessage(comment="ping", data=None)


async def grown(events: SqliteLog, stopping: asyncio.Event, position: int, timeout_s: float) -> bool:
    """Wait until the log has grown beyond `position` (True), or until stopping or a timeout (False)."""

    async def growth() -> None:
        async with events.grown:
            while await events.head() <= position:
                await events.grown.wait()

    waits = [asyncio.create_task(growth()), asyncio.create_task(stopping.wait())]
    try:
        await asyncio.wait(waits, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
    return await events.head() > position


ROUTES = [EventController]
