"""Every implementation of the bus contract behind the same factory, and RabbitMQ behind a network that may fail."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID, uuid4

import pytest

from services.kernel.bus.contract import Bus, BusUnavailable, Message
from services.kernel.bus.memory import EmbeddedBroker, EmbeddedClient, connect_embedded
from services.kernel.bus.rabbit import RabbitBus, connect_rabbit
from tests.support.rabbitmq import Node
from tests.support.tcpproxy import Proxy
from tests.support.waiting import PATIENCE_S, eventually

Connect = Callable[[], Awaitable[Bus]]


def message(body: bytes = b"{}", *, causation: UUID | None = None, type: str = "image_classified") -> Message:
    return Message(
        message_id=uuid4(),
        type=type,
        schema_version=1,
        correlation_id=uuid4(),
        causation_id=causation,
        body=body,
    )


@asynccontextmanager
async def child_of(broker: EmbeddedBroker) -> AsyncIterator[EmbeddedClient]:
    """A client over a socket pair, in this process."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    serving = asyncio.create_task(broker.serve(ours))
    client = await connect_embedded(theirs.detach())
    try:
        yield client
    finally:
        await client.close()
        await serving


@asynccontextmanager
async def rabbit(url: str) -> AsyncIterator[RabbitBus]:
    """A bus that has connected, or tried to, however long that takes."""
    bus = await connect_rabbit(url, name="test")
    try:
        await bus.tried(PATIENCE_S)
        yield bus
    finally:
        async with asyncio.timeout(PATIENCE_S):
            await bus.close()


async def until_published(bus: RabbitBus, queue: str, *messages: Message) -> None:
    """Retry until confirmed, as all publishers do."""

    async def confirmed() -> bool:
        try:
            await bus.publish(queue, messages)
        except BusUnavailable:
            return False
        return True

    await eventually(confirmed, "a confirm")


def is_depth(bus: RabbitBus, queue: str, count: int) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        try:
            return await bus.depth(queue) == count
        except BusUnavailable:
            return False

    return check


@pytest.fixture
async def proxy(rabbitmq: Node) -> AsyncIterator[Proxy]:
    async with Proxy(rabbitmq.port) as proxy:
        yield proxy


@pytest.fixture
def proxied(rabbitmq: Node, proxy: Proxy, amqp_url: str) -> str:
    """The address of an empty broker behind the proxy."""
    return amqp_url.replace(f":{rabbitmq.port}/", f":{proxy.port}/")


@pytest.fixture(params=["embedded", "socket", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)])
async def connect(request: pytest.FixtureRequest) -> AsyncIterator[Connect]:
    """Creates buses that share one broker; all are closed after the test."""
    async with AsyncExitStack() as stack:
        if request.param == "rabbitmq":
            url = request.getfixturevalue("amqp_url")

            async def rabbit() -> Bus:
                bus = await connect_rabbit(url, name="test")
                stack.push_async_callback(bus.close)
                await bus.tried(PATIENCE_S)
                return bus

            yield rabbit
            return
        broker = EmbeddedBroker()
        stack.push_async_callback(broker.close)

        async def itself() -> Bus:
            return broker

        async def child() -> Bus:
            return await stack.enter_async_context(child_of(broker))

        yield itself if request.param == "embedded" else child


@pytest.fixture
async def bus(connect: Connect) -> Bus:
    return await connect()
