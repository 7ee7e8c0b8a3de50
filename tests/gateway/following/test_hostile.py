"""What is no album, or means no good, at the address of one: nothing of it is copied, and it is said."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import pytest

from services.gateway.following import copying, incoming
from services.gateway.following.copying import Copying
from services.gateway.i18n.speech import spoken
from services.gateway.presentation.log_line import line
from services.kernel.log.envelope import Envelope
from services.kernel.log.replica import ReplicaLog
from services.kernel.settings import Settings
from tests.gateway.following.test_incoming import row
from tests.support.waiting import eventually

ALBUM = "Albumen-Log-Position: 9\r\n"
Parts = Callable[[], Iterable[bytes]]


@asynccontextmanager
async def answering(head: str, parts: Parts) -> AsyncIterator[str]:
    """A server that gives this answer to everything, chunk by chunk, and whose connection ends with it."""
    tasks: set[asyncio.Task[None] | None] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(head.encode())
            for part in parts():
                writer.write(b"%x\r\n%s\r\n" % (len(part), part))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in filter(None, tasks):
            task.cancel()


@pytest.fixture
async def copy(tmp_path: Path) -> AsyncIterator[ReplicaLog]:
    log = await ReplicaLog.open(tmp_path / "events.db")
    yield log
    await log.close()


def ok(more: str = ALBUM) -> str:
    return f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{more}\r\n"


def entries() -> Iterator[bytes]:
    for position in count(1):
        yield line(row(position)) + b"\n"


def endless_line() -> Iterator[bytes]:
    while True:
        yield b"[" * 65_536


def cut() -> list[bytes]:
    return [line(row(1)) + b"\n", line(row(2))[:40]]


async def problem(log: ReplicaLog, folder: Path, head: str, parts: Parts) -> str:
    """What is told of a server that answers so."""
    async with answering(head, parts) as url:
        one = Copying(Settings(data=folder, previews=folder, gateway=url), log)
        running = asyncio.create_task(one.run())
        problems: list[str] = []

        async def wrong() -> bool:
            told = [condition for condition in await one.ask() if condition.code != "origin_ahead"]
            problems[:] = [spoken(condition.problem) for condition in told]
            return bool(problems)

        try:
            await eventually(wrong, "it is told")
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await one.close()
    return problems[0]


@pytest.mark.parametrize(
    ("head", "parts", "words"),
    [
        (ok(""), list, "no Albumen that can be followed"),
        (ok("Albumen-Log-Position: many\r\n"), list, "no Albumen that can be followed"),
        (ok(f"Albumen-Log-Position: {'9' * 30}\r\n"), list, "no Albumen that can be followed"),
        ("HTTP/1.1 302 Found\r\nLocation: /sign-in\r\nContent-Length: 0\r\n\r\n", list, "302"),
        ("HTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\n", endless_line, "401: No"),
        ("HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n", list, "500"),
        ("SSH-2.0-OpenSSH_9.6\r\n", list, "can’t be reached"),
        (ok(), lambda: [b"<html>\n", b""], "malformed"),
        (ok(), lambda: [line(row(2)) + b"\n", b""], "entries 2 to 2 after entry 0"),
        (ok(), lambda: [*cut(), b""], "ends within a line"),
        (ok(), endless_line, "a line of more than"),
        (ok(ALBUM + "Content-Encoding: gzip\r\n"), lambda: [b"\x1f\x8b\x08\n", b""], "can’t be reached"),
    ],
)
async def test_it_is_told_and_nothing_is_copied(
    tmp_path: Path,
    copy: ReplicaLog,
    monkeypatch: pytest.MonkeyPatch,
    head: str,
    parts: Parts,
    words: str,
) -> None:
    monkeypatch.setattr(incoming, "LONGEST_LINE", 1 << 20)
    assert words in await problem(copy, tmp_path, head, parts)
    assert await copy.head() == 0


async def test_an_answer_without_an_end_is_given_up(
    tmp_path: Path, copy: ReplicaLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "ASKED_FOR", 50)
    monkeypatch.setattr(copying, "PER_COMMIT", 20)
    assert "more entries than were asked for" in await problem(copy, tmp_path, ok(), entries)
    assert await copy.head() <= 50


async def test_what_arrived_whole_before_a_cut_is_kept(tmp_path: Path, copy: ReplicaLog) -> None:
    sent: list[Envelope] = [row(position) for position in range(1, 4)]
    parts = [b"".join(line(one) + b"\n" for one in sent) + line(row(4))[:40]]
    assert "can’t be reached" in await problem(copy, tmp_path, ok(), lambda: parts)
    assert await copy.read(0) == sent


async def test_one_that_falls_silent_is_given_up(
    tmp_path: Path, copy: ReplicaLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "REPLY_S", 0.2)
    silent = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silent.wait()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    one = Copying(Settings(data=tmp_path, previews=tmp_path, gateway=url), copy)
    running = asyncio.create_task(one.run())

    async def wrong() -> bool:
        return any(condition.code == "origin_away" for condition in await one.ask())

    await eventually(wrong, "it is told")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await one.close()
    silent.set()
    server.close()
