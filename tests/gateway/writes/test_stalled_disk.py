"""A disk that doesn't answer, of a server that is gone, holds up what is asked of it, and nothing else."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from services.gateway.reading import content, threads
from services.gateway.reading.threads import THREADS
from services.gateway.running import scan
from tests.support.stack import Stack
from tests.support.waiting import eventually

pytestmark = pytest.mark.workers

PAGE = {"Accept": "text/html"}


class Stalled:
    """Calls that return once the disk answers again."""

    def __init__(self) -> None:
        self.answers = threading.Event()
        self.calls = 0

    def wait(self, *_: Any) -> Any:
        self.calls += 1
        self.answers.wait()
        raise OSError


@pytest.fixture
def stalled() -> Iterator[Stalled]:
    one = Stalled()
    yield one
    one.answers.set()


async def test_originals_on_it_keep_no_page_waiting(
    scanned: Stack, stalled: Stalled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Far more than there are threads. They themselves are told soon that the disk is not there."""
    image = (await scanned.get("/api/images"))["items"][0]
    monkeypatch.setattr(content, "regular_file", stalled.wait)
    downloads = [asyncio.create_task(scanned.client.get(image["original_url"])) for _ in range(40)]
    await eventually(lambda: stalled.calls == THREADS, "all threads of the photo folders wait")
    assert (await scanned.client.get("/", headers=PAGE)).status_code == 200
    assert (await scanned.client.get(image["preview_url"])).status_code == 200
    assert (await scanned.client.get("/settings", headers=PAGE)).status_code == 200
    monkeypatch.setattr(threads, "ANSWERS_S", 0.01)
    body = {"images": [image["id"]]}
    for answer in (
        await scanned.client.get(image["original_url"]),
        await scanned.client.post("/download", json=body),
    ):
        assert answer.status_code == 404
        assert "Is its disk connected?" in answer.text
    stalled.answers.set()
    assert {answer.status_code for answer in await asyncio.gather(*downloads)} == {404}


async def test_a_scan_of_it_waits_and_can_be_stopped(
    stack: Stack, stalled: Stalled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the disk answers, the next one goes its way."""
    with monkeypatch.context() as away:
        away.setattr(scan, "entered", stalled.wait)
        job = (await stack.post("scan")).json()["command_id"]
        await eventually(lambda: stalled.calls == 1, "the scan waits for the disk")
        assert (await stack.client.get("/jobs", headers=PAGE)).status_code == 200
        assert (await stack.post("cancel-job", {"job_id": job})).status_code == 202
        await eventually(lambda: stack.gateway.scanning.current is None, "it has ended")
    assert not stalled.answers.is_set()
    assert (await stack.done("scan"))["status"] == "done"
    assert (await stack.get("/api/images"))["total"] == 3
