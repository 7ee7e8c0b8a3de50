"""Answers that are given again while nothing has changed.

A page is a function of the log, of how far the read tables follow it, of the request, and of the few things that are
in no table: what is wrong, the figures beside the rail, the day. So a whole answer is kept under all of these, and sent
again, or 304 to a browser that has it. Routes say that this is true of them with `opt=UNTIL_CHANGED`.
"""

from collections import OrderedDict
from hashlib import blake2b
from typing import Any, Final

import msgspec
from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.status_codes import HTTP_200_OK, HTTP_304_NOT_MODIFIED
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.tables.pool import TablesDamaged
from services.gateway.time_travel.travel import moment
from services.kernel import clock
from services.kernel.log.finding import LogError

UNTIL_CHANGED: Final = {"until changed": True}
UNLESS: Final = "like"
"""A parameter of queries that ask a classifier, who may answer otherwise the next time."""
MOST_KEPT: Final = 128
"""Answers of one position; the least recently used go first."""
LARGEST_KEPT: Final = 1 << 20
"""Bytes of an answer."""
IRRELEVANT: Final = frozenset(
    {
        *(b"accept-encoding", b"cache-control", b"connection", b"if-none-match", b"pragma", b"priority"),
        *(
            b"referer",
            b"hx-current-url",
            b"purpose",
            b"sec-purpose",
            b"upgrade-insecure-requests",
            b"user-agent",
        ),
        *(b"sec-fetch-dest", b"sec-fetch-mode", b"sec-fetch-site", b"sec-fetch-user"),
    }
)
"""Request headers that no page depends on. Any other sets answers apart."""


class KeptAnswer(msgspec.Struct, frozen=True):
    start: Any
    """Of ASGI, with the ETag."""
    body: bytes
    etag: str


class KeptAnswers(ASGIMiddleware):
    """The innermost: whoever may not see the page has been refused before."""

    scopes = (ScopeType.HTTP,)

    def __init__(self) -> None:
        self._world: Any = None
        self._answers: OrderedDict[Any, KeptAnswer] = OrderedDict()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request: Request[Any, Any, Any] = Request(scope)
        world = await _world(request) if _keepable(request) else None
        if world is None:
            await next_app(scope, receive, send)
            return
        if world != self._world:
            self._world = world
            self._answers.clear()
        key = _key(scope)
        answer = self._answers.get(key)
        if answer is None:
            held = _Held(send)
            await next_app(scope, receive, held.take)
            if (answer := held.answer) is None:
                return
            if world == self._world == await _world(request):  # nothing has changed on the way
                self._answers[key] = answer
                if len(self._answers) > MOST_KEPT:
                    self._answers.popitem(last=False)
        else:
            self._answers.move_to_end(key)
        await _give(answer, request, send)


def _keepable(request: Request[Any, Any, Any]) -> bool:
    """Not while a job runs, whose progress is in no table."""
    kept = request.scope["method"] == "GET" and request.scope["route_handler"].opt.get("until changed")
    ours = kept and UNLESS not in request.query_params and not moment(request)
    return bool(ours) and not request.app.state.gateway.rail.figures.running


async def _world(request: Request[Any, Any, Any]) -> Any:
    """All that pages depend on besides the request; None while the tables or the log can't be read."""
    gateway = request.app.state.gateway
    try:
        positions = await gateway.events.head(), await gateway.views.position()
    except (TablesDamaged, LogError):
        return None
    conditions = tuple(
        (one.code, one.problem.text, repr(one.problem.values)) for one in gateway.health.conditions
    )
    return (
        gateway.views.cache,
        positions,
        gateway.rail.figures,
        conditions,
        clock.today(),
        tuple(gateway.roots),
    )


def _key(scope: Scope) -> Any:
    headers = sorted((name, value) for name, value in scope["headers"] if name not in IRRELEVANT)
    client = scope["client"][0] if scope["client"] else ""
    return scope["path"], scope["query_string"], scope["state"].get("role"), client, tuple(headers)


async def _give(answer: KeptAnswer, request: Request[Any, Any, Any], send: Send) -> None:
    start, body, headers = answer.start, answer.body, [*answer.start["headers"]]  # to which others add theirs
    if answer.etag in request.headers.get("If-None-Match", ""):
        headers = [one for one in headers if one[0].lower() != b"content-length"]
        start, body = start | {"status": HTTP_304_NOT_MODIFIED}, b""
    await send(start | {"headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


class _Held:
    """Holds an answer back if it can be kept, and passes it on if not."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Any = None
        self.answer: KeptAnswer | None = None

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _lasting(message):
            self._start = message
            return
        if message["type"] == "http.response.body" and self._start is not None:
            start, self._start = self._start, None
            body = message.get("body", b"")
            if not message.get("more_body") and len(body) <= LARGEST_KEPT:
                etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
                headers = [*start["headers"], (b"etag", etag.encode())]
                self.answer = KeptAnswer({**start, "headers": headers}, body, etag)
                return
            await self._send(start)
        await self._send(message)


def _lasting(start: Message) -> bool:
    names = {name.lower() for name, _ in start["headers"]}  # type: ignore[typeddict-item]
    return start["status"] == HTTP_200_OK and not names & {b"set-cookie", b"etag"}  # type: ignore[typeddict-item]
