"""What holds for every request before it is routed: HEAD wherever GET, OPTIONS with every method, one readable Host,
and not more fields and cookies than anybody has."""

import asyncio
from contextlib import suppress
from functools import lru_cache
from typing import Final, cast
from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.types import (
    ASGIApp,
    HTTPReceiveMessage,
    HTTPScope,
    Message,
    Receive,
    Scope,
    Send,
    WebSocketReceiveMessage,
)

MOST_FIELDS: Final = 100
"""Of a query …"""
MOST_COOKIES: Final = 200
"""… and cookies; browsers keep 180 of a name, for all its ports together. The framework keeps what it has read of the
last thousand queries and Cookie headers (`litestar._parsers`), so that a stranger's would fill the memory."""
CLOSING_S: Final = 1.0
"""A stream that has sent nothing by then is closed without having begun."""


class RequestHead:
    """Wraps the whole application, because routing answers unknown paths and methods before any middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        scope = cast(HTTPScope, {**scope, "headers": _headers(scope)})
        if scope["method"] == "HEAD":
            await self._head(cast(HTTPScope, {**scope, "method": "GET"}), receive, send)
        elif scope["method"] == "OPTIONS":
            # refused as a method that no path has; the answer lists those that it has
            await self._app(cast(HTTPScope, {**scope, "method": "TRACE"}), receive, _options(send))
        else:
            await self._app(scope, receive, _allowing_head(send))

    async def _head(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """As GET, without the body (RFC 9110 §9.3.2). Streams are told that the client has left."""
        answered, streaming = False, asyncio.Event()

        async def head_only(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            else:
                streaming.set()

        async def left() -> HTTPReceiveMessage | WebSocketReceiveMessage:
            if not answered:
                return await receive()
            with suppress(TimeoutError):
                await asyncio.wait_for(streaming.wait(), CLOSING_S)
            return {"type": "http.disconnect"}

        await self._app(scope, left, head_only)


def _headers(scope: HTTPScope) -> list[tuple[bytes, bytes]]:
    """Without cookies if they are too many, and without a Host that nobody can read: it counts as missing, and a
    request without one is refused. So is one with a query that nobody makes.

    Libraries raise ValueError where they make the request's URL of such a Host. Several are an attack on whoever reads
    another one than we do (RFC 9112 §3.2).
    """
    headers = list(scope["headers"])
    if sum(value.count(b";") + 1 for name, value in headers if name == b"cookie") > MOST_COOKIES:
        headers = [header for header in headers if header[0] != b"cookie"]
    hosts = [value for name, value in headers if name == b"host"]
    if len(hosts) == 1 and readable(hosts[0]) and scope["query_string"].count(b"&") < MOST_FIELDS:
        return headers
    return [header for header in headers if header[0] != b"host"]


@lru_cache(maxsize=64)
def readable(host: bytes) -> bool:
    try:
        name = host.decode("latin-1")
        parts = urlsplit(f"http://{name}/")
        return parts.netloc == name and (parts.port is None or bool(parts.hostname))
    except ValueError:
        return False


def _allowing_head(send: Send) -> Send:
    """405 names HEAD among the methods wherever it names GET."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 405:
            message["headers"] = [_with_head(name, value) for name, value in message["headers"]]
        await send(message)

    return sending


def _with_head(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    methods = {method.strip() for method in value.split(b",")}
    if name.lower() != b"allow" or b"GET" not in methods:
        return name, value
    return name, b", ".join(sorted(methods | {b"HEAD"}))


def _options(send: Send) -> Send:
    """Turns the refusal of a method into 204 with its `Allow`; any other answer, such as 404, stays."""
    empty = False

    async def sending(message: Message) -> None:
        nonlocal empty
        if message["type"] == "http.response.start" and message["status"] == 405:
            empty = True
            message["status"] = 204
            kept = [
                one
                for one in message["headers"]
                if one[0].lower() not in (b"content-length", b"content-type")
            ]
            message["headers"] = [_with_head(name, value) for name, value in kept]
        elif empty and message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return sending
