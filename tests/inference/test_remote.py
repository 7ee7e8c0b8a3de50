"""Previews that a classifier fetches from a gateway elsewhere."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
import structlog

from services.inference import remote
from services.inference.remote import RemotePreviews
from services.kernel import previews
from services.kernel.gateway_client import GatewayUnusable
from services.kernel.paths import preview_path
from services.kernel.settings import Settings
from services.kernel.version import VERSION, VERSION_HEADER
from tests.support import photos
from tests.support.waiting import PATIENCE_S

IDS = [f"{number:032x}" for number in range(40)]


def preview(image_id: str, folder: Path) -> bytes:
    photos.write(folder / "one.jpg", int(image_id, 16), size=(64, 48))
    return previews.marked((folder / "one.jpg").read_bytes(), image_id)


class Gateway:
    """Answers with what `give` says: a status and a body."""

    def __init__(self, give: Callable[[str], Awaitable[tuple[int, bytes]]]) -> None:
        self._give = give
        self.asked: list[str] = []
        self.authorised: set[str] = set()
        self.versions: set[str] = set()
        self.at_once = self.most_at_once = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := (await reader.readline()).decode():
                while field := (await reader.readline()).decode().strip():
                    if field.lower().startswith("authorization: "):
                        self.authorised.add(field.split(": ", 1)[1])
                    if field.lower().startswith(f"{VERSION_HEADER.lower()}: "):
                        self.versions.add(field.split(": ", 1)[1])
                path = line.split()[1]
                self.asked.append(path)
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
                status, body = await self._give(path.split("/")[2])
                self.at_once -= 1
                writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def fetching(
    folder: Path, give: Callable[[str], Awaitable[tuple[int, bytes]]], token: Path | None = None
) -> AsyncIterator[tuple[Gateway, RemotePreviews]]:
    gateway = Gateway(give)
    server = await asyncio.start_server(gateway.answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    settings = Settings(
        data=folder, previews=folder / "previews", gateway=f"http://127.0.0.1:{port}", gateway_token=token
    )
    one = RemotePreviews(settings)
    try:
        yield gateway, one
    finally:
        await one.close()
        server.close()


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "TRIED_AGAIN_S", (0.01,))


async def test_each_is_fetched_once_and_kept(tmp_path: Path) -> None:
    """A few at a time, each as it is kept: not rotated."""

    async def give(image_id: str) -> tuple[int, bytes]:
        await asyncio.sleep(0)
        return 200, preview(image_id, tmp_path)

    async with fetching(tmp_path, give) as (gateway, one):
        await asyncio.gather(one.fetch([*IDS, *IDS[:5]]), one.fetch(IDS[:5]))
        await one.fetch(IDS)
    assert sorted(set(gateway.asked)) == [f"/images/{image_id}/preview?rotation=1" for image_id in IDS]
    assert len(gateway.asked) <= len(IDS) + 5
    assert 1 < gateway.most_at_once <= remote.CONNECTIONS_AT_MOST
    for image_id in IDS:
        assert preview_path(tmp_path / "previews", image_id).read_bytes() == preview(image_id, tmp_path)
    assert not list((tmp_path / "previews").rglob("*.part"))


async def test_a_photo_without_a_preview_is_left_out(tmp_path: Path) -> None:
    async def give(image_id: str) -> tuple[int, bytes]:
        return (404, b"{}") if image_id == IDS[0] else (200, preview(image_id, tmp_path))

    async with fetching(tmp_path, give) as (_, one):
        await one.fetch(IDS[:2])
    assert [preview_path(tmp_path / "previews", image_id).exists() for image_id in IDS[:2]] == [False, True]


@pytest.mark.parametrize("wrong", ["away", "refused", "cut off", "another's", "changed"])
async def test_it_waits_until_there_is_a_good_one(tmp_path: Path, wrong: str) -> None:
    """Nothing is said of the photo meanwhile."""
    good, other = preview(IDS[1], tmp_path), preview(IDS[2], tmp_path)
    answers = {
        "away": (503, b""),
        "refused": (401, b""),
        "cut off": (200, good[:-40]),
        "another's": (200, other),
        "changed": (200, good[:-20] + bytes([good[-20] ^ 1]) + good[-19:]),
    }
    first = iter([answers[wrong]] * 3)

    async def give(image_id: str) -> tuple[int, bytes]:
        return next(first, (200, good))

    with structlog.testing.capture_logs() as logs:
        async with fetching(tmp_path, give) as (gateway, one), asyncio.timeout(PATIENCE_S):
            await one.fetch([IDS[1]])
    assert len(gateway.asked) == 4
    assert [line["event"] for line in logs] == ["the gateway gave no preview"] * 3
    assert preview_path(tmp_path / "previews", IDS[1]).read_bytes() == good


@pytest.mark.parametrize(
    ("body", "said"),
    [(b'{"detail": "Install the same version."}', "400: Install the same version."), (b"<p>\xff", "400: x")],
)
async def test_why_the_gateway_refuses_is_logged(tmp_path: Path, body: bytes, said: str) -> None:
    good = preview(IDS[1], tmp_path)
    first = iter([(400, body)])

    async def give(image_id: str) -> tuple[int, bytes]:
        return next(first, (200, good))

    with structlog.testing.capture_logs() as logs:
        async with fetching(tmp_path, give) as (gateway, one), asyncio.timeout(PATIENCE_S):
            await one.fetch([IDS[1]])
    assert [line["reason"] for line in logs] == [said]
    assert gateway.versions == {VERSION}


async def test_a_damaged_one_is_fetched_again(tmp_path: Path) -> None:
    path = preview_path(tmp_path / "previews", IDS[1])
    path.parent.mkdir(parents=True)
    path.write_bytes(b"half")

    async def give(image_id: str) -> tuple[int, bytes]:
        return 200, preview(image_id, tmp_path)

    async with fetching(tmp_path, give) as (_, one):
        await one.fetch([IDS[1]])
    assert path.read_bytes() == preview(IDS[1], tmp_path)


async def test_it_shows_its_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("abc\n")
    (tmp_path / "token").chmod(0o600)

    async def give(image_id: str) -> tuple[int, bytes]:
        return 404, b""

    async with fetching(tmp_path, give, token=tmp_path / "token") as (gateway, one):
        await one.fetch(IDS[:1])
    assert gateway.authorised == {"Bearer abc"}


@pytest.mark.parametrize("address", ["album.example", "ftp://album.example/", "http://", "http://x:99999/"])
def test_an_address_that_is_none_is_named(tmp_path: Path, address: str) -> None:
    with pytest.raises(GatewayUnusable, match="ALBUMEN_GATEWAY must be an address like"):
        RemotePreviews(Settings(data=tmp_path, previews=tmp_path, gateway=address))


def test_a_token_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path, previews=tmp_path, gateway="http://x/", gateway_token=tmp_path / "none"
    )
    with pytest.raises(GatewayUnusable, match="ALBUMEN_GATEWAY_TOKEN_FILE"):
        RemotePreviews(settings)
    (tmp_path / "token").write_text("abc")
    (tmp_path / "token").chmod(0o644)
    with pytest.raises(GatewayUnusable, match="chmod 600"):
        RemotePreviews(msgspec.structs.replace(settings, gateway_token=tmp_path / "token"))
