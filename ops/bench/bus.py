"""Messages per second through the bus: published with confirms, consumed, acknowledged.

The embedded bus with a child process at the other end of its socket, as for the classifier; and RabbitMQ with quorum
queues on this disk, if it is installed or `ALBUMEN_BENCH_AMQP` is set.
"""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from ops.bench.broker import broker
from ops.bench.measure import Measure, Unmeasurable, median, size
from services.kernel.bus.contract import Bus, Message
from services.kernel.bus.memory import EmbeddedBroker, connect_embedded
from services.kernel.bus.rabbit import connect_rabbit
from services.kernel.bus.topology import CLASSIFY_BULK, RESULTS

BODY: Final = b"x" * 300
BATCH: Final = size(256, 8)
REPEATS: Final = size(5, 1)
TARGET: Final = 20_000.0
Open = Callable[[], AbstractAsyncContextManager[Bus]]


def messages(count: int) -> list[Message]:
    return [
        Message(message_id=uuid4(), type="classify_job", schema_version=1, correlation_id=uuid4(), body=BODY)
        for _ in range(count)
    ]


async def echo(bus: Bus) -> None:
    """Answer each job with a message of the same size, then acknowledge it, until the bus closes."""
    async with bus.consume(CLASSIFY_BULK, 2 * BATCH) as jobs:
        batch = []
        async for job in jobs:
            batch.append(job)
            if len(batch) == BATCH:
                await bus.publish(RESULTS, [job.message for job in batch])
                for done in batch:
                    await done.ack()
                batch = []


async def round_trip(bus: Bus, count: int) -> float:
    """Seconds for `count` jobs to the worker and as many results back, all acknowledged."""
    jobs = messages(count)
    async with bus.consume(RESULTS, 2 * BATCH) as results:
        begin = time.perf_counter()
        publishing = asyncio.create_task(bus.publish(CLASSIFY_BULK, jobs))
        for _ in range(count):
            await (await anext(results)).ack()
        await publishing
        return time.perf_counter() - begin


async def rates(bus: Bus, count: int) -> list[float]:
    """Messages per second, counting both directions."""
    await round_trip(bus, BATCH)
    return [2 * count / await round_trip(bus, count) for _ in range(REPEATS)]


@asynccontextmanager
async def worker(*arguments: str, fds: tuple[int, ...] = ()) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ops.bench.bus", *arguments, pass_fds=fds, cwd=Path(__file__).parents[2]
    )
    try:
        yield
    finally:
        process.kill()
        await process.wait()


async def embedded(count: int) -> list[float]:
    own = EmbeddedBroker()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    serving = asyncio.create_task(own.serve(ours))
    with theirs:
        async with worker("fd", str(theirs.fileno()), fds=(theirs.fileno(),)):
            measured = await rates(own, count)
    await own.close()
    await serving
    return measured


async def rabbitmq(url: str, count: int) -> list[float]:
    bus = await connect_rabbit(url, name="bench")
    await bus.session()
    try:
        async with worker("url", url):
            return await rates(bus, count)
    finally:
        await bus.purge(CLASSIFY_BULK)
        await bus.purge(RESULTS)
        await bus.close()


def _row(name: str, values: list[float], target: float | None) -> Measure:
    note = f"jobs out and results back, {len(BODY)} bytes, confirmed and acknowledged; median of {REPEATS}"
    return Measure(what=f"bus, {name}", value=median(values), unit="messages/s", target=target, note=note)


def measure() -> list[Measure]:
    measures = [_row("embedded, child process", asyncio.run(embedded(20 * BATCH)), TARGET)]
    try:
        with broker() as address:
            measures.append(_row("RabbitMQ", asyncio.run(rabbitmq(address(), 8 * BATCH)), None))
    except Unmeasurable as error:
        print(error, file=sys.stderr)
    return measures


async def _work(kind: str, where: str) -> None:
    bus: Bus = await (
        connect_embedded(int(where)) if kind == "fd" else connect_rabbit(where, name="bench worker")
    )
    await echo(bus)


if __name__ == "__main__":
    asyncio.run(_work(*sys.argv[1:]))
