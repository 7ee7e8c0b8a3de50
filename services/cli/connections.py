"""Uvicorn's connections with limits: a request's head must come in time and be small, and there are only so many
connections, in all and of one client. Beyond that, those that wait make room for those that work."""

import asyncio
import resource
from typing import Any, ClassVar, Final

import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

log = structlog.get_logger(__name__)

HEAD_S: Final = 15.0
"""For a request's line and headers, from its first byte or from the connection's beginning."""
BODY_S: Final = 1_300.0
"""For a body, even one that no handler reads: twenty megabytes at sixteen kilobytes a second."""
HEAD_BYTES: Final = 65_536
BETWEEN_S: Final = 130.0
"""Between two requests: longer than proxies and programs keep a connection (Caddy 2 minutes, nginx one, httpx 5 s). One
that sends while we close doesn't know whether that was handled. Whoever is idle makes room for others."""
LINGER_S: Final = 2.0
OF_A_CLIENT: Final = 512
"""Connections from one address: some hundred tabs, each with a stream."""
IN_ALL: Final = 1_000
FILES: Final = 4_096
"""File descriptors that this process wants: connections, photos, databases, pipes of workers."""


class Connection(HttpToolsProtocol):
    """Of HTTP; closes itself when a limit is exceeded, after an answer where one can be understood."""

    all: ClassVar[dict["Connection", None]] = {}
    """Open ones, the longest open first."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._in_head, self._size, self._refused = True, 0, False
        self._whole = True
        """No part of a request's body is missing."""
        self._limit: asyncio.TimerHandle | None = None
        self._address = self.client[0] if self.client else ""
        self.all[self] = None
        self._within(HEAD_S)
        others = [one for one in self.all if one is not self and not one._refused]
        same = [one for one in others if one._address == self._address]
        if len(same) >= OF_A_CLIENT:
            self._make_room(same)
        elif len(others) >= IN_ALL:
            self._make_room(others)

    def _make_room(self, others: list["Connection"]) -> None:
        waiting = next((one for one in others if one._in_head and one._answered), None)
        if waiting:
            waiting._drop()
        else:
            self._refuse(503)

    @property
    def _answered(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def connection_lost(self, exc: Exception | None) -> None:
        self.all.pop(self, None)
        self._at_ease()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        super().data_received(data)
        if self._in_head and not self._refused:
            self._size += len(data)
            if self._size > HEAD_BYTES:
                self._refuse(431)
            elif self._limit is None:
                self._within(HEAD_S)

    def on_message_begin(self) -> None:
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        if self._refused:
            return
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        self._in_head, self._size, self._whole = False, 0, False
        if size > HEAD_BYTES:
            self._refuse(431)
            return
        self._within(BODY_S)
        super().on_headers_complete()
        self.cycle.transport = _Answering(self)  # type: ignore[assignment]

    def on_body(self, body: bytes) -> None:
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._at_ease()
        self._whole = True
        if not self._refused:
            super().on_message_complete()
            self._in_head = self._answered

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._whole:
            self._in_head = self._answered
        elif not self._refused:
            self._within(HEAD_S)  # for the rest of a body that no handler wants

    def _within(self, seconds: float) -> None:
        self._at_ease()
        self._limit = self.loop.call_later(seconds, self._late)

    def _at_ease(self) -> None:
        if self._limit:
            self._limit.cancel()
            self._limit = None

    def _late(self) -> None:
        if self._refused:
            self._drop()
        else:
            self._refused = True
            self.transport.close()

    def _drop(self) -> None:
        self._refused = True
        self._at_ease()
        self.transport.abort()

    def _refuse(self, status: int) -> None:
        """Instead of a response: nothing of the request was handled."""
        if self._answered:
            self.transport.write(
                STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\nretry-after: 5\r\n\r\n"
            )
            self.end()
        else:
            self._drop()

    def end(self) -> None:
        """After an answer. What still arrives is read for a moment, as a connection that is closed with bytes unread is
        reset, and the client loses the answer."""
        waits = self._in_head or not self._whole
        self._refused = True
        self._at_ease()
        if not waits or len(self.all) > 2 * IN_ALL:
            self.transport.close()
            return
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
            self._within(LINGER_S)
        else:
            self.transport.close()


class _Answering:
    """The transport as a response uses it: closing it lets the client read the response."""

    def __init__(self, connection: Connection) -> None:
        self.close = connection.end
        self.write = connection.transport.write
        self.is_closing = connection.transport.is_closing


def want_files() -> None:
    """Raise this process's own limit of open files to FILES, as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError) as error:  # macOS has a limit of its own below the hard one
            log.warning("few files can be open at a time", limit=soft, wanted=wanted, error=str(error))
