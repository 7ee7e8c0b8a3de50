"""Limits of connections: heads that are slow or large, too many clients, bodies that nobody reads."""

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from structlog.testing import capture_logs
from uvicorn.server import ServerState

from services.cli import connections
from services.cli.connections import Connection, want_files
from tests.support.waiting import PATIENCE_S, eventually

HEAD = b"GET / HTTP/1.1\r\nHost: a\r\n"
OK = b"HTTP/1.1 200 OK"
Client = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers `/` at once, without reading a body, `/refusal` likewise and closes, and never ends `/stream`."""
    closes = [(b"connection", b"close")] if scope["path"] == "/refusal" else []
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2"), *closes]}
    )
    if scope["path"] == "/stream":
        await send({"type": "http.response.body", "body": b"o", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        return
    await send({"type": "http.response.body", "body": b"ok"})


class Listening:
    def __init__(self, port: int) -> None:
        self.port = port
        self.clients: list[Client] = []

    async def client(self, sent: bytes = b"") -> Client:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(sent)
        self.clients.append((reader, writer))
        return reader, writer

    async def answer(self, sent: bytes) -> bytes:
        """All that it answers until it closes the connection."""
        reader, _ = await self.client(sent)
        async with asyncio.timeout(PATIENCE_S):
            try:
                return await reader.read()
            except ConnectionError:
                return b""


@asynccontextmanager
async def listening() -> AsyncIterator[Listening]:
    config = uvicorn.Config(
        app, http=Connection, ws="none", lifespan="off", log_config=None, timeout_keep_alive=60
    )
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(config, state, {}), "127.0.0.1", 0
    )
    one = Listening(server.sockets[0].getsockname()[1])
    try:
        yield one
    finally:
        for _, writer in one.clients:
            writer.transport.abort()
        server.close()
        await eventually(lambda: not Connection.all, "all connections are closed")


@pytest.fixture
async def server() -> AsyncIterator[Listening]:
    async with listening() as one:
        yield one


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_S", 1.0)


async def test_requests_follow_each_other_on_a_connection(server: Listening) -> None:
    reader, writer = await server.client()
    for _ in range(3):
        writer.write(HEAD + b"\r\n")
        assert OK in await reader.readuntil(b"ok")
    writer.write(2 * (HEAD + b"\r\n"))
    for _ in range(2):
        assert OK in await reader.readuntil(b"ok")


@pytest.mark.parametrize("sent", [b"", b"GET / HT", HEAD + b"X-a: ", HEAD])
@pytest.mark.usefixtures("hasty")
async def test_a_head_must_come_in_time(server: Listening, sent: bytes) -> None:
    assert await server.answer(sent) == b""


@pytest.mark.usefixtures("hasty")
async def test_the_next_head_too(server: Listening) -> None:
    text = await server.answer(HEAD + b"\r\n" + HEAD)
    assert text.count(OK) == 1 and text.endswith(b"ok")


@pytest.mark.usefixtures("hasty")
async def test_dripping_bytes_win_no_time(server: Listening) -> None:
    reader, writer = await server.client(HEAD)

    async def drip() -> None:
        while True:
            writer.write(b"X: y\r\n")
            await asyncio.sleep(0.02)

    dripping = asyncio.create_task(drip())
    async with asyncio.timeout(PATIENCE_S):
        with contextlib.suppress(ConnectionResetError):  # by a drop that was on its way when it was closed
            assert await reader.read() == b""
    dripping.cancel()


@pytest.mark.parametrize(
    "sent",
    [
        HEAD + b"X: " + b"x" * 200_000 + b"\r\n\r\n",
        HEAD + b"X: " + b"x" * 200_000,
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        HEAD + b"".join(b"X%d: x\r\n" % number for number in range(20_000)),
    ],
    ids=["one header", "an endless header", "a path", "many headers"],
)
async def test_a_large_head_is_refused(server: Listening, sent: bytes) -> None:
    assert (await server.answer(sent)).startswith(b"HTTP/1.1 431")


async def test_a_head_of_sixty_kilobytes_is_taken(server: Listening) -> None:
    cookie = b"Cookie: a=" + b"x" * 60_000
    assert OK in await server.answer(HEAD + cookie + b"\r\nConnection: close\r\n\r\n")


@pytest.mark.usefixtures("hasty")
async def test_a_body_that_nobody_reads_ends_the_connection(server: Listening) -> None:
    text = await server.answer(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf")
    assert text.endswith(b"ok")


@pytest.mark.parametrize("path", [b"/", b"/refusal"])
async def test_a_refusal_is_heard_by_who_is_still_sending(server: Listening, path: bytes) -> None:
    """Closing a connection with bytes unread would reset it, and lose the answer."""
    head = b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\nConnection: close\r\n\r\n" % path
    assert (await server.answer(head + b"x" * 9_000_000)).endswith(b"ok")


@pytest.mark.usefixtures("hasty")
async def test_a_stream_is_as_long_as_it_likes(server: Listening) -> None:
    reader, _ = await server.client(b"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
    await reader.readuntil(b"\r\n\r\no")
    assert await server.answer(HEAD) == b"", "another's time is over"
    assert not reader.at_eof()


async def test_who_waits_makes_room_for_who_works(server: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "OF_A_CLIENT", 20)
    slow = [await server.client(HEAD) for _ in range(50)]
    assert OK in await server.answer(HEAD + b"Connection: close\r\n\r\n")
    await eventually(
        lambda: sum(reader.at_eof() or bool(reader.exception()) for reader, _ in slow) >= 30,
        "the oldest went",
    )
    assert len(Connection.all) <= 20


@pytest.mark.parametrize("limit", ["OF_A_CLIENT", "IN_ALL"])
async def test_too_many_streams_are_refused(
    server: Listening, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(connections, limit, 10)
    streams = [await server.client(b"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n") for _ in range(10)]
    for reader, _ in streams:
        await reader.readuntil(b"\r\n\r\no")
    assert (await server.answer(HEAD + b"\r\n")).startswith(b"HTTP/1.1 503")
    streams[0][1].transport.abort()
    await eventually(lambda: len(Connection.all) < 10, "there is room again")
    assert OK in await server.answer(HEAD + b"Connection: close\r\n\r\n")
    assert not any(reader.at_eof() for reader, _ in streams[1:])


def test_files_enough_for_all_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[Any] = []
    for soft, hard in (
        (1024, 20_000),
        (1024, 2048),
        (9_000, 20_000),
        (1024, resource.RLIM_INFINITY),
    ):
        monkeypatch.setattr(resource, "getrlimit", lambda _, now=(soft, hard): now)
        monkeypatch.setattr(resource, "setrlimit", lambda _, now: limits.append(now))
        want_files()
    assert limits == [(4096, 20_000), (2048, 2048), (4096, resource.RLIM_INFINITY)]


def test_a_limit_of_the_systems_own_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """macOS refuses more files than `kern.maxfilesperproc`, whatever the hard limit is."""

    def refuse(_which: int, _limits: tuple[int, int]) -> None:
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, resource.RLIM_INFINITY))
    monkeypatch.setattr(resource, "setrlimit", refuse)
    with capture_logs() as lines:
        want_files()
    assert [(line["log_level"], line["limit"]) for line in lines] == [("warning", 256)]
