"""Events that are sent to an address on the local network."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.gateway.webhooks import delivery
from services.gateway.webhooks.target import NotLocal, Target, local_address, target
from services.kernel.settings import Settings
from tests.support.album import command_line
from tests.support.stack import stack as running_stack
from tests.support.waiting import PATIENCE_S, eventually

KEY = b"k" * 24
SECRET = "whsec_" + base64.b64encode(KEY).decode()


class Message(msgspec.Struct):
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def says(self) -> Any:
        return json.loads(self.body)


class Receiver:
    """Another program on this computer: notes what it gets, and answers with `status`."""

    def __init__(self) -> None:
        self.status, self.messages = 204, list[Message]()
        self._came = asyncio.Condition()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := (await reader.readline()).decode():
                headers: dict[str, str] = {}
                while field := (await reader.readline()).decode().strip():
                    name, _, value = field.partition(": ")
                    headers[name.lower()] = value
                body = await reader.readexactly(int(headers["content-length"]))
                async with self._came:
                    self.messages.append(Message(line.split()[1], headers, body))
                    self._came.notify_all()
                place = "Location: http://127.0.0.1:1/\r\n" if 300 <= self.status < 400 else ""
                writer.write(f"HTTP/1.1 {self.status} x\r\n{place}Content-Length: 0\r\n\r\n".encode())
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def got(self, number: int) -> list[Message]:
        async with asyncio.timeout(PATIENCE_S), self._came:
            await self._came.wait_for(lambda: len(self.messages) >= number)
        return self.messages


@asynccontextmanager
async def listening(port: int = 0) -> AsyncIterator[tuple[Receiver, int]]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.answer, "127.0.0.1", port)
    try:
        yield receiver, server.sockets[0].getsockname()[1]
    finally:
        server.close()


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, int]]:
    async with listening() as one:
        yield one


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "PAUSES_S", (0.01,))


def hooked(settings: Settings, port: int, *events: str, host: str = "localhost") -> Settings:
    path = settings.data.parent / "secret"
    path.write_text(f"{SECRET}\n")
    path.chmod(0o600)
    return msgspec.structs.replace(
        settings, webhook=f"http://{host}:{port}/album?x=1", webhook_events=events, webhook_secret=path
    )


async def test_chosen_events_arrive_in_order_and_signed(
    settings: Settings, receiver: tuple[Receiver, int]
) -> None:
    other, port = receiver
    async with running_stack(hooked(settings, port, "album_created", "album_renamed")) as stack:
        for name in ("Rome", "Oslo"):
            await stack.done("create-album", {"name": name})
        album = (await stack.get("/api/albums"))[0]["id"]
        await stack.done("describe-album", {"album_id": album, "description": "A week"})
        await stack.done("rename-album", {"album_id": album, "name": "Roma"})
        messages = await other.got(3)
        entries = {str(row.event_id): row for row in await stack.log()}
    assert [one.says["type"] for one in messages] == ["album_created", "album_created", "album_renamed"]
    assert [one.says["data"]["data"]["name"] for one in messages] == ["Rome", "Oslo", "Roma"]
    for one in messages:
        row = entries[one.headers["webhook-id"]]
        assert (one.says["data"]["position"], one.says["data"]["event_id"]) == (
            row.position,
            str(row.event_id),
        )
        assert datetime.fromisoformat(one.says["timestamp"]).timestamp() == pytest.approx(
            row.recorded_at / 1e6
        )
        assert (one.path, one.headers["host"]) == ("/album?x=1", f"localhost:{port}")
        signed = f"{one.headers['webhook-id']}.{one.headers['webhook-timestamp']}.".encode() + one.body
        expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        assert one.headers["webhook-signature"] == f"v1,{expected}"


def test_the_signature_is_that_of_the_standard() -> None:
    """The example of https://github.com/standard-webhooks/standard-webhooks, which its libraries are tested with."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signature = Target(url="", types=frozenset(), key=key).signature(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_without_a_choice_all_events_are_sent_but_no_commands(
    settings: Settings, receiver: tuple[Receiver, int]
) -> None:
    other, port = receiver
    async with running_stack(hooked(settings, port)) as stack:
        await stack.done("scan")
        await stack.done("create-album", {"name": "Rome"})
        expected = [row.event_id for row in await stack.log() if row.kind == "E"]
        messages = await other.got(len(expected))
    assert [one.headers["webhook-id"] for one in messages] == [str(event_id) for event_id in expected]


@pytest.mark.parametrize("status", [302, 400, 500])
async def test_what_is_not_taken_comes_again_and_nothing_overtakes_it(
    settings: Settings, receiver: tuple[Receiver, int], status: int
) -> None:
    other, port = receiver
    other.status = status
    async with running_stack(hooked(settings, port, "album_created")) as stack:
        for name in ("Rome", "Oslo"):
            await stack.done("create-album", {"name": name})
        refused = await other.got(delivery.TOLD_AFTER)
        assert {one.says["data"]["data"]["name"] for one in refused} == {"Rome"}

        async def told() -> bool:
            conditions = (await stack.client.get("/readyz")).json()["conditions"]
            return any(
                one["code"] == "webhook_failing" and f"it answered {status}" in one["problem"]
                for one in conditions
            )

        await eventually(told, "it is told")
        other.status = 200

        async def well() -> bool:
            return not (await stack.client.get("/readyz")).json()["conditions"]

        await eventually(lambda: other.messages[-1].says["data"]["data"]["name"] == "Oslo", "both have come")
        await eventually(well, "all is well")
    rome = {one.headers["webhook-id"] for one in other.messages if "Rome" in one.body.decode()}
    assert len(rome) == 1, "the same event has the same id"


async def test_nothing_is_left_out_while_either_is_off(settings: Settings) -> None:
    """What was there before the address was set is not sent."""
    async with running_stack(settings) as stack:
        await stack.done("create-album", {"name": "Before"})
    async with listening() as (first, port):
        hooked_up = hooked(settings, port, "album_created")
        async with running_stack(hooked_up) as stack:
            await stack.done("create-album", {"name": "Rome"})
            await first.got(1)
    async with running_stack(hooked_up) as stack:  # the receiver is off
        await stack.done("create-album", {"name": "Oslo"})
    async with listening(port) as (second, _), running_stack(hooked_up) as stack:
        await stack.done("create-album", {"name": "Bari"})
        await second.got(2)
    names = [one.says["data"]["data"]["name"] for one in second.messages]
    assert names[-2:] == ["Oslo", "Bari"]
    assert set(names[:-2]) <= {"Rome"}, "one may come twice"
    assert [one.says["data"]["data"]["name"] for one in first.messages] == ["Rome"]


@pytest.mark.parametrize("host", ["8.8.8.8", "2001:4860:4860::8888", "no.such.host.invalid"])
async def test_nothing_leaves_the_local_network(host: str) -> None:
    with pytest.raises(NotLocal):
        await local_address(host, 80)


async def test_a_name_that_leads_to_both_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async def both(host: str, port: int, **_: Any) -> list[Any]:
        return [(2, 1, 6, "", (address, port)) for address in ("192.168.0.7", "8.8.8.8")]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", both, raising=False)
    with pytest.raises(NotLocal, match="outside the local network"):
        await local_address("both.example", 80)


@pytest.mark.parametrize(
    ("url", "events", "secret", "says"),
    [
        ("ftp://localhost/x", "", SECRET, "ALBUMEN_WEBHOOK must be an address like"),
        ("http://", "", SECRET, "ALBUMEN_WEBHOOK must be an address like"),
        ("http://localhost:99999/", "", SECRET, "ALBUMEN_WEBHOOK must be an address like"),
        ("http://localhost/", "album_creatd", SECRET, "Did you mean album_created?"),
        ("http://localhost/", "", "", "24 to 64 bytes in Base64"),
        ("http://localhost/", "", "whsec_!!!", "24 to 64 bytes in Base64"),
        ("http://localhost/", "", None, "needs ALBUMEN_WEBHOOK_SECRET_FILE"),
    ],
)
def test_a_setting_that_can_not_be_used_is_named(
    tmp_path: Path, url: str, events: str, secret: str | None, says: str
) -> None:
    path = tmp_path / "secret"
    path.write_text(secret or "")
    path.chmod(0o600)
    settings = Settings(
        data=tmp_path,
        previews=tmp_path,
        webhook=url,
        webhook_events=tuple(events.split(",")) if events else (),
        webhook_secret=path if secret is not None else None,
    )
    with pytest.raises(ValueError, match="ALBUMEN_WEBHOOK") as error:
        target(settings)
    assert says in str(error.value)


def test_a_secret_that_everybody_can_read_is_none(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(ValueError, match="chmod 600"):
        target(
            Settings(
                data=tmp_path, previews=tmp_path, webhook="http://x/", webhook_secret=tmp_path / "secret"
            )
        )


def test_up_says_it_before_it_starts(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    ran = command_line("up", tmp_path / "photos", "--data", tmp_path / "data", ALBUMEN_WEBHOOK="localhost:80")
    assert ran.returncode == 2
    assert "ALBUMEN_WEBHOOK must be an address" in ran.stderr
    assert not (tmp_path / "data/events.db").exists()
