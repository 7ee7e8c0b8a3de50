"""What `/metrics` says of the album itself."""

import re
from uuid import uuid4

import httpx
import msgspec
import pytest

from services.gateway.metrics.catalogue import METRICS
from services.gateway.running import fleet
from services.gateway.running.fleet import Fleet
from services.kernel.bus.contract import BusUnavailable, Message
from services.kernel.bus.jobs import STAGES, WorkerReport
from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.bus.topology import CLASSIFY_BULK, DEAD, EXCHANGE_OF, RESULTS
from services.kernel.paths import preview_path
from services.kernel.settings import Settings
from tests.support.stack import Stack
from tests.support.stack import stack as running_stack
from tests.support.waiting import eventually

Read = dict[str, dict[str, float]]
"""By a metric's name and its labels, as they are written."""


def read(text: str) -> Read:
    found: Read = {}
    for name, labels, value in re.findall(r"^(albumen_\w+)(?:\{(.*)\})? (\S+)$", text, re.MULTILINE):
        found.setdefault(name, {})[labels] = float(value)
    return found


async def asked(stack: Stack) -> Read:
    return read((await stack.client.get("/metrics")).text)


def report(worker_id: str, batches: int, photos: int, spent: float = 0.0) -> WorkerReport:
    return WorkerReport(
        worker_id=worker_id, batches=batches, photos=photos, seconds=dict.fromkeys(STAGES, spent)
    )


def message(body: bytes) -> Message:
    return Message(
        message_id=uuid4(), type=WorkerReport.TYPE, schema_version=1, correlation_id=uuid4(), body=body
    )


async def test_of_a_library(scanned: Stack, settings: Settings) -> None:
    images = [one["id"] for one in await _images(scanned)]
    await scanned.done("hide-images", {"images": [images[0]]})
    await scanned.done("move-to-bin", {"images": [images[1]]})
    (settings.photos[0] / "broken.jpg").write_bytes(b"broken")
    await scanned.done("scan")
    seen = await asked(scanned)
    photos = {"shown": 1, "hidden": 1, "binned": 1, "paired": 0, "away": 0}
    assert seen["albumen_photos"] == {f'state="{state}"': number for state, number in photos.items()}
    assert seen["albumen_photos_unclassified"] == {"": 1}
    assert seen["albumen_files_unreadable"] == {"": 1}
    assert seen["albumen_jobs"] == {'kind="scan",status="done"': 2}
    assert 0 <= seen["albumen_scan_age_seconds"][""] < 600
    head = await scanned.gateway.events.head()
    assert seen["albumen_log_position"] == seen["albumen_views_position"] == {"": head}
    assert seen["albumen_log_bytes"][""] > settings.events_db.stat().st_size / 2
    assert seen["albumen_views_lag_events"] == seen["albumen_views_lag_seconds"] == {"": 0}
    assert {*seen["albumen_disk_free_bytes"]} == {'folder="data"', 'folder="previews"'}


async def _images(stack: Stack) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = (await stack.get("/api/images"))["items"]
    return listed


async def test_previews_that_are_missing(scanned: Stack, settings: Settings) -> None:
    """They are counted after the first question, not for it."""
    preview_path(settings.previews, (await _images(scanned))[0]["id"]).unlink()
    assert "albumen_previews_missing" not in await asked(scanned)

    async def counted() -> bool:
        return (await asked(scanned)).get("albumen_previews_missing") == {"": 1}

    await eventually(counted, "one is missing")


async def test_of_queues_and_dead_letters(stack: Stack) -> None:
    await stack.broker.publish(CLASSIFY_BULK, [message(b"{}"), message(b"{}")])
    await stack.broker.publish(RESULTS, [message(b'{"worker_id":7}')])

    async def dead() -> bool:
        return await stack.broker.depth(DEAD) == 1

    await eventually(dead, "a damaged report is rejected")
    seen = await asked(stack)
    assert seen["albumen_dead_letters"] == {"": 1}
    waiting = dict.fromkeys(EXCHANGE_OF, 0) | {CLASSIFY_BULK: 2}
    assert seen["albumen_queue_messages"] == {f'queue="{name}"': number for name, number in waiting.items()}
    assert seen["albumen_queue_consumers"]['queue="gateway.results"'] == 1
    assert seen["albumen_bus_connected"] == {"": 1}


async def test_without_a_broker_the_rest_is_told(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(self: EmbeddedBroker, queue: str) -> int:
        raise BusUnavailable

    monkeypatch.setattr(EmbeddedBroker, "depth", away)
    seen = await asked(stack)
    assert "albumen_queue_messages" not in seen
    assert "albumen_log_position" in seen


async def test_tables_that_fall_behind(settings: Settings) -> None:
    async with running_stack(settings, projector=False) as stack:
        await stack.post("create-album", {"name": "Rome"})
        seen = await asked(stack)
        assert seen["albumen_views_position"] == {"": 0}
        assert seen["albumen_views_lag_events"] == seen["albumen_log_position"] != {"": 0}
        assert 0 < seen["albumen_views_lag_seconds"][""] < 600
        assert "albumen_photos" not in seen, "there are no tables yet"


async def test_workers_report_over_the_bus(stack: Stack) -> None:
    """A field that a newer worker adds does no harm."""
    body = msgspec.json.encode(msgspec.to_builtins(report("one", 2, 40, 0.5)) | {"new": True})
    await stack.broker.publish(RESULTS, [message(body), message(body)])

    async def heard() -> bool:
        return (await asked(stack))["albumen_workers"] == {"": 1}

    await eventually(heard, "the worker is known")
    seen = await asked(stack)
    assert seen["albumen_inference_batches_total"] == {"": 2}
    assert seen["albumen_inference_photos_total"] == {"": 40}
    assert seen["albumen_inference_seconds_total"] == {f'stage="{stage}"': 0.5 for stage in STAGES}


def test_work_of_workers_that_have_gone_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many come and go, the sums never fall."""
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    workers = Fleet()
    workers.heard(report("one", 2, 40))
    workers.heard(report("two", 1, 10))
    workers.heard(report("two", 3, 30))
    workers.heard(report("two", 1, 10))  # late
    assert (workers.alive(), workers.work().batches, workers.work().photos) == (2, 5, 70)
    now = fleet.ALIVE_S
    workers.heard(report("two", 4, 35, 1.5))
    now += 1
    assert (workers.alive(), workers.work().batches, workers.work().photos) == (1, 6, 75)
    now += fleet.ALIVE_S
    workers.heard(report("three", 1, 1, 0.25))
    assert (workers.alive(), workers.work().batches, workers.work().photos) == (1, 7, 76)
    assert set(workers.work().seconds.values()) == {1.75}


async def test_no_address_makes_a_series_of_its_own(stack: Stack) -> None:
    """Otherwise whoever asks for many fills Prometheus."""

    async def series() -> int:
        return (await stack.client.get("/metrics")).text.count("\nalbumen_requests_total{")

    async def ask(start: int) -> None:
        for number in range(start, start + 20):
            for path in (
                f"/no/{number}",
                f"/images/{number:032x}",
                f"/static/{number}.css",
                f"/albums/{number}",
            ):
                assert isinstance(await stack.client.get(path), httpx.Response)
            await stack.client.request(f"X{number}", "/")

    await ask(0)
    before = await series()
    await ask(20)
    assert await series() == before


async def test_every_label_is_announced(scanned: Stack) -> None:
    text = (await scanned.client.get("/metrics")).text
    for name, labels in read(text).items():
        if metric := METRICS.get(name):
            written = {tuple(re.findall(r'(\w+)="', one)) for one in labels}
            assert written == {metric.labels}, name
            assert f"# TYPE {name} {metric.kind}\n" in text
