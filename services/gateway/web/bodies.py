"""The bodies of requests: received completely before a handler runs, on disk beyond a megabyte, and not for ever.

So a slow client costs no memory and no handler, and one that goes away is no error. Large bodies are handled two at a
time, as each is in memory then.
"""

import asyncio
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from litestar import Request
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException, ServiceUnavailableException
from litestar.middleware import ASGIMiddleware
from litestar.status_codes import HTTP_408_REQUEST_TIMEOUT, HTTP_413_REQUEST_ENTITY_TOO_LARGE
from litestar.types import ASGIApp, Receive, Scope, Send

from services.gateway.access.keyring import Role
from services.gateway.i18n.language import _
from services.gateway.web.security import SAFE

LARGEST_BODY: Final = 20_000_000
"""Bytes: a million ids of photos are less."""
LARGEST_OF_STRANGERS: Final = 32_768
"""Bytes, of somebody who is not let in: forms with a password, at most 1024 characters. A form of a megabyte can have
half a million fields, which take a second to read."""
IN_MEMORY: Final = 1 << 20
"""Bytes held in memory while a body arrives."""
LARGE_AT_ONCE: Final = 2
"""Larger bodies that are handled at the same time."""
IDLE_S: Final = 15.0
"""Without a byte."""
SLOWEST: Final = 16_384
"""Bytes per second, on average after the first seconds."""
_CLOSE: Final = {"Connection": "close"}
"""The rest of the body is not read."""


class Bodies(ASGIMiddleware):
    scopes = (ScopeType.HTTP,)

    def __init__(self, folder: Path) -> None:
        """`folder`: for bodies beyond IN_MEMORY; it need not exist yet."""
        self._folder = folder
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Raises HTTPException: 408 for a slow body, 413 for a large one, 503 if the disk has no room for it."""
        assert scope["type"] == ScopeType.HTTP
        if scope["method"] in SAFE:
            await next_app(scope, receive, send)
            return
        is_known = scope["state"].get("role", Role.NOBODY) > Role.NOBODY
        most = LARGEST_BODY if is_known else LARGEST_OF_STRANGERS
        _check(_declared(scope), most)
        with SpooledTemporaryFile(IN_MEMORY, dir=str(self._folder)) as body:
            try:
                size = await self._received(receive, body, most)
            except OSError as error:
                raise ServiceUnavailableException(
                    _("What you sent can’t be stored on the disk: %(why)s.", why=error.strerror or error)
                ) from error
            if size is None:
                return  # the client has gone
            body.seek(0)
            if size <= IN_MEMORY:
                await next_app(scope, _again(body, receive), send)
            else:
                async with self._large:
                    await next_app(scope, _again(body, receive), send)

    async def _received(self, receive: Receive, body: IO[bytes], most: int) -> int | None:
        """Its size; None if the client went away before its end. Raises HTTPException, OSError."""
        size, loop = 0, asyncio.get_running_loop()
        began = loop.time()
        while True:
            remaining = began + IDLE_S + size / SLOWEST - loop.time()
            try:
                async with asyncio.timeout(min(IDLE_S, remaining)):
                    message: Any = await receive()
            except TimeoutError as error:
                raise HTTPException(
                    status_code=HTTP_408_REQUEST_TIMEOUT,
                    detail=_("What you sent arrived too slowly. Try again."),
                    headers=_CLOSE,
                ) from error
            if message["type"] == "http.disconnect":
                return None
            part = message.get("body", b"")
            size += len(part)
            _check(size, most)
            if size > IN_MEMORY:
                self._folder.mkdir(parents=True, exist_ok=True)
            body.write(part)
            if not message.get("more_body", False):
                return size


def _declared(scope: Scope) -> int:
    """Bytes, as the client says; 0 if it doesn't."""
    length = Request[Any, Any, Any](scope).headers.get("Content-Length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else 0


def _check(size: int, most: int) -> None:
    if size > most:
        detail = _("What you sent is larger than %(most)s MB.", most=LARGEST_BODY // 1_000_000)
        if most < LARGEST_BODY:
            detail = _("What you sent is larger than %(most)s kB.", most=most // 1024)
        raise HTTPException(
            status_code=HTTP_413_REQUEST_ENTITY_TOO_LARGE,
            detail=detail,
            headers=_CLOSE,
        )


def _again(body: IO[bytes], receive: Receive) -> Receive:
    """Messages with the body, then those of the connection."""
    ended = False

    async def message() -> Any:
        nonlocal ended
        if ended:
            return await receive()
        part = body.read(IN_MEMORY)
        ended = len(part) < IN_MEMORY
        return {"type": "http.request", "body": part, "more_body": not ended}

    return message
