"""The log over HTTP: as JSON lines, and live as server-sent events."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Annotated, Any, Final

import msgspec
from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage, Stream

from services.gateway.i18n.language import _
from services.gateway.presentation.log_line import line
from services.gateway.running.growth import PING_S, grown
from services.gateway.web import log_headers
from services.gateway.web.parameters import LAST, LogPosition, log_position
from services.kernel.log.envelope import Envelope
from services.kernel.log.sqlite_log import SqliteLog

_PAGE: Final = 1000


def gap(first: int, last: int) -> bytes:
    """In place of events that the log lacks, or that are on a page of its file that is damaged."""
    words = (
        _("Entry %(first)s can’t be read: it is missing, or the log is damaged there.", first=first)
        if first == last
        else _(
            "Entries %(first)s to %(last)s can’t be read: they are missing, or the log is damaged there.",
            first=first,
            last=last,
        )
    )
    fields = {"position": first, "until": last, "type": None, "data": None, "unreadable": words}
    return msgspec.json.encode(fields)


def lines(rows: Sequence[Envelope], after: int, end: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Each row after a position, and each gap before one; up to `end`, if something should be there. With the position
    that one continues after."""
    for row in rows:
        if row.position > after + 1:
            yield row.position - 1, gap(after + 1, row.position - 1)
        yield row.position, line(row)
        after = row.position
    if end is not None and end > after:
        yield end, gap(after + 1, end)


class EventController(Controller):
    path = "/events"

    @get("/", summary="The log as JSON lines")
    async def read(
        self,
        events: NamedDependency[SqliteLog],
        after: Annotated[int, QueryParameter(ge=0, le=LAST)] = 0,
        limit: Annotated[int, QueryParameter(ge=1, le=LAST)] = LAST,
    ) -> Stream:
        """Events after position `after`: all of them, or at most `limit`. Where some can't be read there is a line with
        the first and last (`position`, `until`), `data` null, and why (`unreadable`). Headers say how far the log goes
        (`Albumen-Log-Position`), and the hash over all entries up to `after` (`Albumen-Log-Hash`)."""

        async def content() -> AsyncIterator[bytes]:
            position, remaining = after, limit
            while remaining > 0:
                head = await events.head()
                rows = await events.read(position, min(_PAGE, remaining))
                yield b"".join(text + b"\n" for _, text in lines(rows, position, None if rows else head))
                if not rows:
                    return
                position = rows[-1].position
                remaining -= len(rows)

        headers = await log_headers.of_the_log(events, after)
        return Stream(content, media_type="application/x-ndjson", headers=headers)

    @get("/stream", summary="The log as it grows (server-sent events)")
    async def live(
        self,
        request: Request[Any, Any, Any],
        events: NamedDependency[SqliteLog],
        stopping: NamedDependency[asyncio.Event],
        after: LogPosition = None,
    ) -> ServerSentEvent:
        """Events after `Last-Event-ID`, else after `after`, else from now on. A message's id is its position. Headers
        as of `/events`."""
        last_id = request.headers.get("Last-Event-ID")
        start = log_position(last_id) if last_id is not None else after
        if last_id is not None and start is None:
            raise ValidationException(_("Last-Event-ID must be a position in the log, a whole number."))
        if start is None:
            start = await events.head()
        headers = await log_headers.of_the_log(events, start)
        return ServerSentEvent(messages(events, stopping, start), headers=headers)


async def messages(
    events: SqliteLog, stopping: asyncio.Event, position: int
) -> AsyncIterator[ServerSentEventMessage]:
    while not stopping.is_set():
        head = await events.head()
        rows = await events.read(position, _PAGE)
        for id_, text in lines(rows, position, None if rows else head):
            position = id_
            yield ServerSentEventMessage(id=str(position), data=text.decode())
        if not rows and not await grown(events, stopping, position, PING_S):
            yield ServerSentEventMessage(comment="ping", data=None)


ROUTES = [EventController]
