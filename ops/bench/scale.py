"""How classification scales with its workers: 1, 2 and 4 on a RabbitMQ node of their own, each with a fake device that
takes 5 ms per photo and no CPU time, like a GPU. Everything else is real: messages, previews, results.

Raises Unmeasurable without RabbitMQ (`broker.py`).
"""

import asyncio
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import numpy as np
from PIL import Image

from ops.bench.broker import broker
from ops.bench.measure import Measure, size
from services.domain.jobs.events import ImageClassified
from services.inference import shelf, worker
from services.inference.plan import cpu_plans
from services.inference.registry import MODELS, Spec
from services.inference.verdict import Verdict
from services.kernel.bus.contract import Message
from services.kernel.bus.jobs import ClassifyJob
from services.kernel.bus.rabbit import connect_rabbit
from services.kernel.bus.topology import CLASSIFY_BULK, RESULTS
from services.kernel.log import codec
from services.kernel.paths import preview_path
from services.kernel.settings import Settings
from services.knowledge import embedding

DEVICE_S: Final = 0.005
PHOTOS: Final = size(1500, 40)
"""Per worker: 7.5 seconds of device time."""
WORKERS: Final = size((1, 2, 4), (1,))
BATCH: Final = size(32, 4)
MODEL: Final = "efficientnet-lite0"
PICTURES: Final = 16


def measure() -> list[Measure]:
    with broker() as address, tempfile.TemporaryDirectory() as previews:
        ids = _previews(Path(previews))
        rates = [asyncio.run(_rate(address(), Path(previews), ids, count)) for count in WORKERS]
    return [
        Measure(
            what=f"{count} worker{'s' if count > 1 else ''} of 200 photos/s",
            value=rate,
            unit="photos/s",
            note="through RabbitMQ, quorum queues",
        )
        for count, rate in zip(WORKERS, rates, strict=True)
    ] + [
        Measure(
            what=f"{count} workers / {count} × one",
            value=rate / rates[0] / count,
            unit="×",
            target=0.95,
            note="2 cores",
        )
        for count, rate in zip(WORKERS[1:], rates[1:], strict=True)
    ]


def _previews(folder: Path) -> list[str]:
    ids = [uuid4().hex for _ in range(PICTURES)]
    for number, image_id in enumerate(ids):
        path = preview_path(folder, image_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (512, 384), (number * 16, 99, 99)).save(path, "JPEG", quality=90)
    return ids


async def _rate(url: str, previews: Path, ids: list[str], workers: int) -> float:
    """Photos per second, not counting the first and the last tenth."""
    bus = await connect_rabbit(url, name="bench")
    await bus.session()
    for queue in (CLASSIFY_BULK, RESULTS):  # a foreign broker may still hold old messages
        await bus.purge(queue)
    jobs = [_job(ids[number % len(ids)]) for number in range(PHOTOS * workers)]
    arrived: list[float] = []
    async with AsyncExitStack() as stack:
        stack.push_async_callback(bus.close)
        results = await stack.enter_async_context(bus.consume(RESULTS, 4 * BATCH * workers))
        for _ in range(workers):
            await stack.enter_async_context(_worker(url, previews))
        registered = workers * (len(MODELS) + 1)
        async for delivery in results:  # every worker reports its models
            await delivery.ack()
            registered -= 1
            if not registered:
                break
        publishing = asyncio.create_task(bus.publish(CLASSIFY_BULK, jobs))
        async for delivery in results:
            await delivery.ack()
            if delivery.message.type == ImageClassified.TYPE:
                arrived.append(time.perf_counter())
            if len(arrived) == len(jobs):
                break
        await publishing
    tenth = len(arrived) // 10
    return (len(arrived) - 2 * tenth) / (arrived[-tenth - 1] - arrived[tenth - 1])


def _job(image_id: str) -> Message:
    job = ClassifyJob(job_id=str(uuid4()), image_id=image_id, model_id=MODEL)
    return Message(
        message_id=uuid4(),
        type=ClassifyJob.TYPE,
        schema_version=ClassifyJob.VERSION,
        correlation_id=uuid4(),
        body=codec.encode(job),
    )


@asynccontextmanager
async def _worker(url: str, previews: Path) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ops.bench.scale", url, str(previews), cwd=Path(__file__).parents[2]
    )
    try:
        yield
    finally:
        process.kill()
        await process.wait()


class Device:
    """Replaces a `Classifier`: takes a fixed time per photo, one batch after another."""

    def __init__(self, spec: Spec) -> None:
        self.spec, self.plan = spec, cpu_plans(1, "")[0]
        self._free = threading.Lock()
        code = embedding.encode(np.random.default_rng(0).exponential(0.3, (1, embedding.CHANNELS)))[0]
        self._verdict = Verdict([(index, 0.05) for index in range(20)], code)

    def classify(self, pixels: Any) -> list[Verdict]:
        with self._free:
            time.sleep(DEVICE_S * len(pixels))
        return [self._verdict] * len(pixels)


async def _work(url: str, previews: str) -> None:
    shelf._load = lambda spec, batch: Device(spec)  # type: ignore[assignment, return-value]
    bus = await connect_rabbit(url, name="bench worker")
    settings = Settings(data=Path(previews), previews=Path(previews), batch=BATCH)
    await worker.run(bus, settings, asyncio.Event())


if __name__ == "__main__":
    asyncio.run(_work(*sys.argv[1:]))
