"""Bodies of requests: large ones wait on disk, slow and endless ones are refused, and who goes away is no error."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.gateway.access.keyring import Role
from services.gateway.web import bodies
from services.gateway.web.bodies import IN_MEMORY, LARGE_AT_ONCE, LARGEST_BODY, Bodies
from tests.support.stack import Stack
from tests.support.waiting import eventually

JSON = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]
LARGE = b'{"name": "' + b"x" * (3 * IN_MEMORY) + b'"}'


class Sent:
    """A request whose body arrives as the test says."""

    def __init__(self, app: Any, path: str = "/commands/create-album", headers: Any = ()) -> None:
        self.messages: asyncio.Queue[Any] = asyncio.Queue()
        self.status, self.answer, self.headers = 0, bytearray(), dict[bytes, bytes]()
        scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [*JSON, *headers],
        }
        self.task = asyncio.create_task(app(scope, self.messages.get, self._send))

    async def _send(self, message: Any) -> None:
        self.status = message.get("status", self.status)
        self.headers |= dict(message.get("headers", ()))
        self.answer += message.get("body", b"")

    def part(self, content: bytes, more: bool = True) -> None:
        self.messages.put_nowait({"type": "http.request", "body": content, "more_body": more})

    def leave(self) -> None:
        self.messages.put_nowait({"type": "http.disconnect"})

    async def ended(self) -> Any:
        await self.task
        return msgspec.json.decode(self.answer)


def on_disk(folder: Path) -> list[int]:
    """Sizes of the nameless files that this process has open in the folder."""
    sizes = []
    for entry in Path("/proc/self/fd").iterdir():
        try:
            if entry.readlink().is_relative_to(folder):
                sizes.append(entry.stat().st_size)
        except FileNotFoundError:
            continue
    return sizes


async def test_a_body_in_parts_arrives_whole(stack: Stack) -> None:
    sent = Sent(stack.app)
    for part in (b'{"na', b"", b'me": "In parts"', b"}"):
        sent.part(part)
    sent.part(b"", more=False)
    assert (await sent.ended())["position"] and sent.status == 202


async def test_a_large_body_is_on_disk_while_it_arrives(stack: Stack) -> None:
    folder = stack.settings.run / "bodies"
    sent = Sent(stack.app)
    for start in range(0, len(LARGE) - 1, 65_536):
        sent.part(LARGE[start : start + 65_536])
    await eventually(lambda: sent.messages.empty(), "it has arrived but for its end")
    await eventually(lambda: bool(on_disk(folder)), "it is on disk")
    assert list(folder.iterdir()) == [], "under no name, so that a crash leaves nothing"
    sent.part(b"", more=False)
    answer = await sent.ended()
    assert sent.status == 422 and "longer than" in answer["detail"], (
        "it was read as JSON, and its name is long"
    )
    assert on_disk(folder) == []


async def test_who_goes_away_is_no_error(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    """Three hundred uploads that are broken off: nothing is appended, and the log says nothing."""
    head = await stack.gateway.events.head()
    capsys.readouterr()
    broken = [Sent(stack.app) for _ in range(300)]
    for number, sent in enumerate(broken):
        sent.part(LARGE[: number * 1_000])
        sent.leave()
    await asyncio.gather(*(sent.task for sent in broken))
    assert {sent.status for sent in broken} == {0}
    assert await stack.gateway.events.head() == head
    output = capsys.readouterr()
    assert "error" not in output.out + output.err


@pytest.mark.parametrize("declared", [True, False])
async def test_the_largest_are_refused(stack: Stack, declared: bool) -> None:
    headers = [(b"content-length", str(LARGEST_BODY + 1).encode())] if declared else []
    sent = Sent(stack.app, headers=headers)
    if not declared:
        for _ in range(LARGEST_BODY // 1_000_000 + 1):
            sent.part(b"x" * 1_000_000)
    assert "larger than 20 MB" in (await sent.ended())["detail"]
    assert sent.status == 413 and sent.headers[b"connection"] == b"close"


@pytest.mark.parametrize("first", [b"", b"{"])
async def test_a_slow_body_is_refused(stack: Stack, monkeypatch: pytest.MonkeyPatch, first: bytes) -> None:
    monkeypatch.setattr(bodies, "IDLE_S", 0.1)
    sent = Sent(stack.app)
    if first:
        sent.part(first)
    assert "too slowly" in (await sent.ended())["detail"]
    assert sent.status == 408 and sent.headers[b"connection"] == b"close"


async def test_dripping_bytes_win_no_time(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "IDLE_S", 0.2)
    sent = Sent(stack.app)

    async def drip() -> None:
        while True:
            sent.part(b" ")
            await asyncio.sleep(0.02)

    dripping = asyncio.create_task(drip())
    assert "too slowly" in (await sent.ended())["detail"]
    dripping.cancel()


async def test_a_full_disk_is_said(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """`/dev/full` is a disk without room."""

    def full(*_: Any, **__: Any) -> Any:
        return Path("/dev/full").open("r+b", buffering=0)

    monkeypatch.setattr(bodies, "SpooledTemporaryFile", full)
    sent = Sent(stack.app)
    sent.part(b"{}", more=False)
    assert "No space left on device" in (await sent.ended())["detail"]
    assert sent.status == 503


async def test_few_large_ones_are_handled_at_once(tmp_path: Path) -> None:
    running = most = 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        size, more = 0, True
        while more:
            message = await receive()
            size, more = size + len(message["body"]), message["more_body"]
            await asyncio.sleep(0)
        assert size == len(LARGE)
        running -= 1

    limit = Bodies(tmp_path)

    async def handled(scope: Any, receive: Any, send: Any) -> None:
        scope["state"] = {"role": Role.OWNER}
        await limit.handle(scope, receive, send, app)

    every = [Sent(handled) for _ in range(6)]
    for sent in every:
        sent.part(LARGE, more=False)
    await asyncio.gather(*(sent.task for sent in every))
    assert most == LARGE_AT_ONCE
