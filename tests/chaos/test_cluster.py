"""Three RabbitMQ nodes, of which any one may be lost: what was confirmed arrives, and every photo is classified once.

The proxy stands for whatever leads clients to a node that is there: a load balancer, or a name with several addresses.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import pytest

from services.kernel.bus.topology import CLASSIFY_BULK, DEAD
from tests.kernel.bus.conftest import is_depth, message, rabbit, until_published
from tests.support import photos
from tests.support.album import Album, all_classified
from tests.support.rabbitmq import Node, NotInstalled, running_cluster, server_binary
from tests.support.tcpproxy import Proxy
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = [pytest.mark.chaos, pytest.mark.rabbitmq, pytest.mark.timeout(1800)]

NODES: Final = 3
COUNT: Final = 40
BATCH: Final = 10


@pytest.fixture(scope="module")
def cluster() -> Iterator[list[Node]]:
    try:
        server_binary()
    except NotInstalled as error:
        pytest.skip(str(error))
    with running_cluster(NODES) as nodes:
        yield nodes


@pytest.fixture
async def proxy(cluster: list[Node]) -> AsyncIterator[Proxy]:
    async with Proxy(cluster[0].port) as proxy:
        yield proxy


@pytest.fixture
def address(cluster: list[Node], proxy: Proxy) -> str:
    """Of an empty virtual host."""
    first = cluster[0]
    return first.fresh(prepared=1).replace(f":{first.port}/", f":{proxy.port}/")


async def lose(cluster: list[Node], lost: Node, proxy: Proxy) -> None:
    """The node that clients are connected to; they are led to the next one."""
    proxy.target = cluster[(cluster.index(lost) + 1) % len(cluster)].port
    await asyncio.to_thread(lost.kill)
    await proxy.cut()


async def test_what_was_confirmed_arrives_whichever_node_is_lost(
    cluster: list[Node], proxy: Proxy, address: str
) -> None:
    """Each node is lost once while messages are published and consumed, and comes back before the next."""
    confirmed: set[bytes] = set()
    seen: set[bytes] = set()
    enough = asyncio.Event()

    async with rabbit(address) as bus:

        async def publish() -> None:
            number = 0
            while not enough.is_set():
                batch = [message(f"{number}.{n}".encode()) for n in range(BATCH)]
                await until_published(bus, CLASSIFY_BULK, *batch)
                confirmed.update(one.body for one in batch)
                number += 1

        async def consume() -> None:
            async with bus.consume(CLASSIFY_BULK, 32) as deliveries:
                while not (enough.is_set() and seen >= confirmed):
                    delivery = await anext(deliveries)
                    seen.add(delivery.message.body)
                    await delivery.ack()

        async def lose_each() -> None:
            for node in cluster:
                proxy.target = node.port
                await proxy.cut()
                await until_published(bus, CLASSIFY_BULK, message(f"before {node.name}".encode()))
                await lose(cluster, node, proxy)
                await until_published(bus, CLASSIFY_BULK, message(f"after {node.name}".encode()))
                await asyncio.to_thread(node.start)
            enough.set()
            await until_published(bus, CLASSIFY_BULK, message(b"the end"))

        async with asyncio.timeout(6 * PATIENCE_S), asyncio.TaskGroup() as tasks:
            for run in (publish, consume, lose_each):
                tasks.create_task(run())
        assert len(confirmed) >= NODES * BATCH
        await eventually(is_depth(bus, DEAD, 0), "nothing is dead")


@pytest.mark.tensorflow
async def test_an_album_loses_a_node_and_nothing_else(
    cluster: list[Node], proxy: Proxy, address: str, tmp_path: Path
) -> None:
    """While it scans and classifies. The queue of dead letters lives on the lost node alone."""
    for number in range(COUNT):
        photos.write(tmp_path / f"photos/{number:03}.jpg", number, size=(640, 480))
    album = Album(tmp_path / "photos", tmp_path / "data", address)
    album.start_all()
    try:
        async with await album.ready() as client:
            await lose(cluster, cluster[0], proxy)
            await all_classified(client, COUNT)
            rows = [json.loads(line) for line in (await client.get("/events")).text.splitlines()]
        verdicts = Counter(row["data"]["image_id"] for row in rows if row["type"] == "image_classified")
        assert (len(verdicts), set(verdicts.values())) == (COUNT, {1})
        album.stop_all()
        ends = {name: service.process.returncode for name, service in album.services.items()}
        assert ends == dict.fromkeys(album.services, 0), "none had to be killed"
    finally:
        album.stop_all()
