"""Specific to the embedded broker: children over a socket, which may die or send garbage."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from services.kernel.bus import wire as frames
from services.kernel.bus.contract import BusUnavailable
from services.kernel.bus.memory import EmbeddedBroker, connect_embedded
from services.kernel.bus.topology import CLASSIFY_BULK, DEAD, RESULTS
from tests.kernel.bus.conftest import child_of, message
from tests.support.waiting import PATIENCE_S, eventually

GREEDY_CHILD = """
import asyncio, sys
from services.kernel.bus.memory import connect_embedded

async def main():
    bus = await connect_embedded(int(sys.argv[1]))
    async with bus.consume("classify.bulk", 4) as deliveries:
        first = await anext(deliveries)
        await first.ack()
        print("took", flush=True)
        await bus.closed.wait()
        print("alone", flush=True)

asyncio.run(main())
"""


@asynccontextmanager
async def greedy_child(broker: EmbeddedBroker) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that acknowledges one job, holds four and waits for the bus to close."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with theirs:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            GREEDY_CHILD,
            str(theirs.fileno()),
            pass_fds=(theirs.fileno(),),
            cwd=Path(__file__).parents[3],
            stdout=asyncio.subprocess.PIPE,
        )
    serving = asyncio.create_task(broker.serve(ours))
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        async with asyncio.timeout(PATIENCE_S):
            await serving


async def said(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout
    async with asyncio.timeout(PATIENCE_S):
        return await process.stdout.readline()


async def test_a_killed_child_gives_back_what_it_held() -> None:
    """kill -9: its unsettled jobs are redelivered first, in order; the acknowledged one is not."""
    broker = EmbeddedBroker()
    await broker.publish(CLASSIFY_BULK, [message(str(n).encode()) for n in range(8)])
    async with greedy_child(broker) as child:
        assert await said(child) == b"took\n"
        await eventually(lambda: broker.waiting(CLASSIFY_BULK) == 3, "one settled, four held")
        child.send_signal(signal.SIGKILL)
    assert broker.waiting(CLASSIFY_BULK) == 7
    async with broker.consume(CLASSIFY_BULK, 7) as deliveries:
        assert [(await anext(deliveries)).message.body for _ in range(7)] == [b"%d" % n for n in range(1, 8)]
    await broker.close()


async def test_a_child_sees_its_gateway_go() -> None:
    """When the broker closes, the child's `closed` is set, so that it can exit."""
    broker = EmbeddedBroker()
    await broker.publish(CLASSIFY_BULK, [message()])
    async with greedy_child(broker) as child:
        assert await said(child) == b"took\n"
        await broker.close()
        assert await said(child) == b"alone\n"
        assert await child.wait() == 0


async def test_a_client_without_gateway_says_so() -> None:
    """Not connected, publishing raises, iterators end, ringing and settling are harmless."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    broker = EmbeddedBroker()
    await broker.publish(RESULTS, [message()])
    serving = asyncio.create_task(broker.serve(ours))
    client = await connect_embedded(theirs.detach())
    async with client.consume(RESULTS, 1) as deliveries, client.rings() as rings:
        held = await anext(deliveries)
        serving.cancel()
        async with asyncio.timeout(PATIENCE_S):
            await client.closed.wait()
            assert [_ async for _ in deliveries] == []
            assert [_ async for _ in rings] == []
        assert not client.connected
        await held.ack()
        await client.ring()
        with pytest.raises(BusUnavailable):
            await client.publish(RESULTS, [message()])
        with pytest.raises(BusUnavailable):
            await client.depth(RESULTS)
    await client.close()
    assert broker.waiting(RESULTS) == 1
    await broker.close()


async def test_a_call_in_flight_fails_when_the_gateway_goes() -> None:
    """Unconfirmed publishing raises instead of waiting for ever."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    client = await connect_embedded(theirs.detach())
    publishing = asyncio.create_task(client.publish(RESULTS, [message()]))
    await asyncio.get_running_loop().run_in_executor(None, ours.recv, 4)
    ours.close()
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(BusUnavailable):
            await publishing
    await client.close()


def framed(payload: bytes) -> bytes:
    return len(payload).to_bytes(4, "big") + payload


@pytest.mark.parametrize(
    "nonsense",
    [
        pytest.param(b"\xff\xff\xff\xff", id="oversized"),
        pytest.param(framed(b"\xc1\xc1\xc1"), id="not MessagePack"),
        pytest.param(framed(msgspec.msgpack.encode({"a": 1})), id="not operations"),
        pytest.param(framed(msgspec.msgpack.encode([[99, 1]])), id="unknown operation"),
        pytest.param(framed(msgspec.msgpack.encode([frames.Done(1, 1)])), id="the broker's own words"),
        pytest.param(framed(msgspec.msgpack.encode([frames.Depth(1, "nobody")])), id="unknown queue"),
        pytest.param(framed(msgspec.msgpack.encode([frames.Subscribe(1, 1, RESULTS, 0)])), id="no prefetch"),
        pytest.param(framed(b"\x91" * 100_000), id="deep nesting"),
    ],
)
async def test_nonsense_ends_one_connection_only(nonsense: bytes) -> None:
    """A child that sends an invalid frame is disconnected and its messages requeued; the others don't notice."""
    broker = EmbeddedBroker()
    await broker.publish(CLASSIFY_BULK, [message(b"held")])
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    serving = asyncio.create_task(broker.serve(ours))
    subscribe = msgspec.msgpack.encode([frames.Subscribe(1, 7, CLASSIFY_BULK, 1)])
    async with child_of(broker) as other:
        with theirs:
            theirs.sendall(framed(subscribe))
            await eventually(lambda: broker.waiting(CLASSIFY_BULK) == 0, "the bad child holds the job")
            theirs.sendall(nonsense)
            async with asyncio.timeout(PATIENCE_S):
                await serving
        async with other.consume(CLASSIFY_BULK, 1) as deliveries, asyncio.timeout(PATIENCE_S):
            assert (await anext(deliveries)).message.body == b"held"
    await broker.close()


async def test_half_a_frame_is_no_frame() -> None:
    """The unfinished frame of a child that dies while writing is ignored."""
    broker = EmbeddedBroker()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with theirs:
        theirs.sendall(framed(msgspec.msgpack.encode([frames.Publish(1, RESULTS, [message()])]))[:-1])
    async with asyncio.timeout(PATIENCE_S):
        await broker.serve(ours)
    assert broker.waiting(RESULTS) == 0
    await broker.close()


async def test_messages_fill_frames_but_never_burst_them() -> None:
    """Messages of up to 2 MB pass in both directions, even many per call; for a larger one the sender raises, and
    nothing of that call is sent."""
    broker = EmbeddedBroker()
    large = [message(bytes([65 + n]) * 1_900_000) for n in range(8)]
    many = [message(b"x" * 3000) for _ in range(2000)]
    async with child_of(broker) as child:
        await child.publish(CLASSIFY_BULK, [*large, *many])
        async with child.consume(CLASSIFY_BULK, 4000) as deliveries, asyncio.timeout(PATIENCE_S):
            assert [(await anext(deliveries)).message for _ in range(2008)] == [*large, *many]
        for bus in (child, broker):
            with pytest.raises(ValueError, match="too large"):
                await bus.publish(RESULTS, [message(), message(b"x" * frames.MAX_MESSAGE)])
        assert await child.depth(RESULTS) == 0
        assert child.connected
    await broker.close()


async def test_acknowledgements_arrive_before_the_child_leaves() -> None:
    """Messages of a child that acknowledges, closes and exits at once are not redelivered."""
    broker = EmbeddedBroker()
    await broker.publish(RESULTS, [message(b"%d" % n) for n in range(100)])
    async with child_of(broker) as child, child.consume(RESULTS, 100) as deliveries:
        for n in range(100):
            delivery = await anext(deliveries)
            await (delivery.reject() if n % 10 == 0 else delivery.ack())
        await child.close()
    assert (broker.waiting(RESULTS), broker.waiting(DEAD)) == (0, 10)
    await broker.close()


async def test_a_busy_broker_forgets_no_acknowledgement() -> None:
    """While it is too busy sending to read, a child that acknowledges and closes has still settled its messages."""
    broker = EmbeddedBroker()
    async with child_of(broker) as child, child.consume(CLASSIFY_BULK, 8) as deliveries:
        await broker.publish(CLASSIFY_BULK, [message(b"%d" % n * 1_000_000) for n in range(9)])
        first, second = await anext(deliveries), await anext(deliveries)
        await first.ack()
        await eventually(lambda: broker.waiting(CLASSIFY_BULK) == 0, "the broker has begun to send the ninth")
        await second.ack()
        await child.close()
    assert broker.waiting(CLASSIFY_BULK) == 7
    await broker.close()
