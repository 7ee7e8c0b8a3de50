"""Two gateways are started on one data folder, again and again, and the one that serves is killed: there is never more
than one, the other says why it ends, and nothing acknowledged is lost."""

import json
import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.support import photos
from tests.support.album import Service
from tests.support.waiting import PATIENCE_S, eventually

ROUNDS: Final = max(4, int(os.environ.get("ALBUMEN_CHAOS_KILLS") or 0) // 10)
COMMANDS: Final = 5

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600 + 60 * ROUNDS)]


@pytest.fixture(autouse=True)
def library(tmp_path: Path) -> None:
    for number in range(3):
        photos.write(tmp_path / f"photos/{number}.jpg", number, size=(320, 240))


def started(tmp_path: Path, name: str) -> Service:
    options = ("--data", tmp_path / "data", "--port", "0", "--no-browser", "--no-classify")
    return Service("up", tmp_path / "photos", *options, log=tmp_path / f"{name}.log")


async def only_one(pair: tuple[Service, Service]) -> Service:
    """The one of them that serves, once the other has ended."""

    def decided() -> bool:
        return sorted((one.running, one.url is not None) for one in pair) == [(False, False), (True, True)]

    await eventually(decided, "one serves and the other has ended")
    refused, serving = sorted(pair, key=lambda one: one.running)
    assert refused.process.returncode == 1
    assert "Albumen is already running on" in refused.errors()
    return serving


async def test_of_two_gateways_one_serves_and_the_other_says_why_it_does_not(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    rows: list[dict[str, object]] = []
    for turn in range(ROUNDS):
        pair = started(tmp_path, f"{turn}a"), started(tmp_path, f"{turn}b")
        try:
            serving = await only_one(pair)
            async with httpx.AsyncClient(
                base_url=serving.url or "", trust_env=False, timeout=PATIENCE_S
            ) as client:
                for number in range(COMMANDS):
                    body = {"name": f"A{turn}.{number}"}
                    answer = await client.post("/commands/create-album", json=body)
                    assert answer.status_code == 202, answer.text
                    acknowledged.append(answer.json()["command_id"])
                rows = [json.loads(line) for line in (await client.get("/events")).text.splitlines()]
        finally:
            for one in pair:
                one.kill()
    assert [row["position"] for row in rows] == list(range(1, len(rows) + 1))
    commands = Counter(row["event_id"] for row in rows)
    assert {one: commands[one] for one in acknowledged} == dict.fromkeys(acknowledged, 1)
    assert len(acknowledged) == ROUNDS * COMMANDS


async def test_a_second_one_is_refused_though_what_it_would_find_was_deleted(tmp_path: Path) -> None:
    """The locks of the first lie in `run`, which looks like something that one may clear away."""
    first = started(tmp_path, "first")
    try:
        await eventually(lambda: first.url is not None, "it listens")
        shutil.rmtree(tmp_path / "data/run")
        second = started(tmp_path, "second")
        try:
            assert second is not await only_one((first, second))
        finally:
            second.kill()
    finally:
        first.kill()
