"""Scanners as processes of their own, over RabbitMQ."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.kernel import previews
from services.kernel.bus.contract import BusUnavailable
from services.kernel.bus.rabbit import RabbitBus, connect_rabbit
from services.kernel.bus.topology import SCAN_FILES
from tests.support import photos
from tests.support.album import Album, Service, command_line
from tests.support.rabbitmq import Node
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = [pytest.mark.rabbitmq, pytest.mark.workers]

COUNT = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos that take a while: something happens in the middle of the scan."""
    root = tmp_path_factory.mktemp("photos")
    for number in range(COUNT):
        photos.write(root / f"{number:02}.jpg", number, size=(2400, 1800))
    return root


@pytest.fixture
def album(folder: Path, tmp_path: Path, amqp_url: str) -> Iterator[Album]:
    started = Album(folder, tmp_path / "data", amqp_url, "--no-classify", ALBUMEN_WORKERS="1")
    yield started
    started.stop_all()


@pytest.fixture
async def bus(amqp_url: str) -> AsyncIterator[RabbitBus]:
    bus = await connect_rabbit(amqp_url, name="test")
    await bus.tried(PATIENCE_S)
    yield bus
    await bus.close()


class Elsewhere:
    """A scanner on another computer, as far as it can be one: other folders, but for the photos."""

    def __init__(self, album: Album, folder: Path, name: str) -> None:
        self.previews = folder / name / "previews"
        folder.joinpath(name).mkdir()
        self.service = Service(
            *("scanner", album.photos, "--data", folder / name),
            log=folder / name / "scanner.log",
            ALBUMEN_BROKER=album.broker or "",
            ALBUMEN_GATEWAY=f"http://127.0.0.1:{album.port}",
            ALBUMEN_WORKERS="1",
        )

    @property
    def read(self) -> int:
        """Photos that it has read."""
        return sum(1 for _ in self.previews.rglob("*.jpg"))


async def there(bus: RabbitBus, count: int) -> None:
    async def seen() -> bool:
        return await bus.consumers(SCAN_FILES) == count

    await eventually(seen, f"{count} scanners are there")


async def events(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (await client.get("/events")).text.splitlines()]


async def once_each(album: Album) -> None:
    """Every photo is found once, and has its preview."""
    async with await album.scanned() as client:
        rows = await events(client)
    added = [row["data"]["path"] for row in rows if row["type"] == "file_added"]
    assert sorted(added) == sorted(path.name for path in album.photos.iterdir())
    images = [row["data"]["image_id"] for row in rows if row["type"] == "image_imported"]
    assert len(images) == len(set(images)) == COUNT
    assert [row for row in rows if row["type"] == "file_rejected"] == []
    assert all(previews.load(album.data / "previews", image) for image in images)


async def test_two_scanners_help(album: Album, bus: RabbitBus, tmp_path: Path) -> None:
    scanners = [Elsewhere(album, tmp_path, name) for name in ("one", "two")]
    await there(bus, 2)
    album.start("gateway")
    album.start("projector")
    try:
        await once_each(album)
    finally:
        statuses = [one.service.stop() for one in scanners]
    assert all(one.read for one in scanners)
    assert statuses == [0, 0]
    await there(bus, 0)
    assert await bus.depth(SCAN_FILES) == 0


@pytest.mark.chaos
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
async def test_a_scanner_that_is_ended_in_the_middle(
    album: Album, bus: RabbitBus, tmp_path: Path, sign: signal.Signals
) -> None:
    scanner = Elsewhere(album, tmp_path, "one")
    await there(bus, 1)
    album.start("gateway")
    album.start("projector")
    await eventually(lambda: scanner.read > 0, "it has read some")
    os.kill(scanner.service.process.pid, sign)
    scanner.service.ended(PATIENCE_S)
    await once_each(album)
    assert scanner.read < COUNT


@pytest.mark.chaos
async def test_a_gateway_that_is_killed_in_the_middle(album: Album, bus: RabbitBus, tmp_path: Path) -> None:
    """The scanner waits for it; the scan goes on with it, and nothing is told twice."""
    scanner = Elsewhere(album, tmp_path, "one")
    await there(bus, 1)
    album.start("gateway")
    album.start("projector")
    try:
        await eventually(lambda: scanner.read > 2, "it has read some")
        album.gateway.kill()
        before = scanner.read
        assert before < COUNT
        assert scanner.service.running
        album.start("gateway")
        await once_each(album)
        assert scanner.service.running
        assert scanner.read > before
    finally:
        scanner.service.stop()


@pytest.mark.chaos
async def test_a_broker_that_goes_in_the_middle(
    album: Album, bus: RabbitBus, tmp_path: Path, rabbitmq: Node
) -> None:
    """The gateway reads the rest alone; when the broker is back, so is the scanner, and nothing is left to do."""
    scanner = Elsewhere(album, tmp_path, "one")
    await there(bus, 1)
    album.start("gateway")
    album.start("projector")
    try:
        await eventually(lambda: scanner.read > 0, "it has read some")
        rabbitmq.stop()
        try:
            await once_each(album)
        finally:
            await asyncio.to_thread(rabbitmq.start)
        assert scanner.read < COUNT
        assert scanner.service.running

        async def back() -> bool:
            try:
                return await bus.consumers(SCAN_FILES) == 1 and await bus.depth(SCAN_FILES) == 0
            except BusUnavailable:
                return False

        await eventually(back, "it is back, and has nothing to do")
    finally:
        scanner.service.stop()


async def test_it_says_what_it_needs(tmp_path: Path, folder: Path, amqp_url: str) -> None:
    data, broker = ("--data", tmp_path / "data"), {"ALBUMEN_BROKER": amqp_url}
    gateway = {"ALBUMEN_GATEWAY": "http://127.0.0.1:9"}
    for arguments, variables, said in (
        ((), broker | gateway, "Which photos?"),
        ((folder / "no such folder",), broker | gateway, "is no folder here"),
        (("--map", "x"), broker | gateway, "--map takes two paths"),
        (("--map", f"x={folder}"), broker | gateway, "--map takes two paths"),
        (("--map", f"/there={folder}/none"), broker | gateway, "is no folder here"),
        ((folder,), broker, "Where do previews go?"),
        ((folder,), gateway, "needs ALBUMEN_BROKER"),
    ):
        ran = command_line("scanner", *arguments, *data, **variables)
        assert (ran.returncode, said in ran.stderr) == (2, True), (arguments, ran.stderr)
    ran = command_line("scanner", folder, *data, **broker, ALBUMEN_GATEWAY="ftp://album")
    assert (ran.returncode, "ALBUMEN_GATEWAY must be an address" in ran.stderr) == (1, True), ran.stderr
