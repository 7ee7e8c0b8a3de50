"""Many times `kill -9`, at any moment, of any service: nothing acknowledged is lost, nothing is done twice.

The order and the moments depend on a seed that is printed on failure; ALBUMEN_CHAOS_SEED repeats it,
ALBUMEN_CHAOS_KILLS makes more (`./albumen test --chaos`).
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.support import photos
from tests.support.album import Album, all_classified, command_line
from tests.support.given import dump
from tests.support.waiting import eventually

KILLS: Final = int(os.environ.get("ALBUMEN_CHAOS_KILLS") or 6)

pytestmark = [pytest.mark.chaos, pytest.mark.tensorflow, pytest.mark.timeout(600 + 20 * KILLS)]

COUNT: Final = 150
ENDS: Final = ("scan_finished", "job_finished", "job_cancelled")
SERVICES: Final = ("gateway", "inference", "projector")


@pytest.fixture
def seed() -> int:
    number = int(os.environ.get("ALBUMEN_CHAOS_SEED") or random.randrange(1_000_000))
    sys.stderr.write(f"ALBUMEN_CHAOS_SEED={number}\n")  # pytest shows it with a failure
    return number


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(COUNT):
        photos.write(tmp_path / f"photos/{number:03}.jpg", number, size=(512, 384))
    return tmp_path / "photos"


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
def album(request: pytest.FixtureRequest, tmp_path: Path, folder: Path) -> Iterator[Album]:
    broker = request.getfixturevalue("amqp_url") if request.param == "rabbitmq" else None
    started = Album(folder, tmp_path / "data", broker)
    started.start_all()
    yield started
    started.stop_all()


async def test_nothing_is_lost_and_nothing_is_done_twice(album: Album, seed: int) -> None:
    chance = random.Random(seed)
    client = await album.ready()
    acknowledged: list[str] = []
    giving = asyncio.create_task(give_commands(client, chance.randrange(1_000_000), acknowledged))
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.05, 1.5))  # not a wait for something: the moment of the kill
        await kill(album, chance.choice(SERVICES))
    await wait_until_served(client)

    async def enough() -> bool:
        return len(acknowledged) >= KILLS or giving.done()

    await eventually(enough, "commands were acknowledged between the accidents, or after them", 180)
    giving.cancel()
    (fault,) = await asyncio.gather(giving, return_exceptions=True)
    assert fault is None, fault
    await all_classified(client, COUNT)
    rows = await whole_log(client)
    await client.aclose()

    assert [row["position"] for row in rows] == list(range(1, len(rows) + 1))
    commands = Counter(row["event_id"] for row in rows if row["kind"] == "C")
    assert len(acknowledged) >= KILLS
    assert {command_id: commands[command_id] for command_id in acknowledged} == dict.fromkeys(acknowledged, 1)
    effects = Counter(row["causation_id"] for row in rows if row["type"] == "album_created")
    assert set(effects.values()) == {1}
    for kind in ("image_imported", "image_classified"):
        counts = Counter(row["data"]["image_id"] for row in rows if row["type"] == kind)
        assert (len(counts), set(counts.values())) == (COUNT, {1}), kind
    assert not [row for row in rows if row["type"] in ("classification_failed", "file_rejected")]

    album.stop_all()
    live = tables(album.data)
    replayed = command_line("replay", "--data", album.data)
    assert replayed.returncode == 0, replayed.stderr
    assert tables(album.data) == live


async def give_commands(client: httpx.AsyncClient, salt: int, acknowledged: list[str]) -> None:
    """Create albums one after another, retrying each until acknowledged; their ids are appended to `acknowledged`."""
    try:
        for number in range(1_000_000):
            key = {"Idempotency-Key": f"{salt}-{number}"}
            while True:
                try:
                    answer = await client.post(
                        "/commands/create-album", json={"name": f"A{number}"}, headers=key
                    )
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
                    continue
                assert answer.status_code == 202, answer.text
                acknowledged.append(answer.json()["command_id"])
                break
            await asyncio.sleep(0.05)
    except asyncio.CancelledError:
        pass


async def kill(album: Album, name: str) -> None:
    """Kill a service and restart it, as a supervisor would; embedded services are restarted by their gateway."""
    if album.broker:
        album.services[name].kill()
        album.start(name)
    elif name == "gateway":
        album.gateway.kill()
        album.start("up")
    else:
        pid = album.gateway.child(name)
        if pid:
            with contextlib.suppress(ProcessLookupError):  # it ended by itself, with the gateway before
                os.kill(pid, signal.SIGKILL)


async def wait_until_served(client: httpx.AsyncClient) -> None:
    async def answers() -> bool:
        try:
            return (await client.get("/healthz")).status_code == 200
        except httpx.TransportError:
            return False

    await eventually(answers, "the gateway answers again", 180)


async def whole_log(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Read the log once no job is running: its end follows its last photo after a moment."""
    rows: list[dict[str, Any]] = []

    async def ended() -> bool:
        rows[:] = [json.loads(line) for line in (await client.get("/events")).text.splitlines()]
        begun = {
            row["correlation_id"]
            for row in rows
            if row["type"] in ("scan_started", "classification_requested")
        }
        over = {row["correlation_id"] for row in rows if row["type"] in ENDS}
        ready = (await client.get("/readyz")).json()
        return begun == over and ready["views"]["lag"] == 0

    await eventually(ended, "every job has ended")
    return rows


def tables(data: Path) -> str:
    """Everything in the read tables, ordered by key."""
    folder = data / "views"
    db = sqlite3.connect(folder / (folder / "current").read_text().strip())
    try:
        return dump(db)
    finally:
        db.close()
