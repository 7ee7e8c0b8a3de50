"""The contract of `services/kernel/bus/contract.py`, for every implementation."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import msgspec
import pytest

from services.kernel.bus import topology
from services.kernel.bus.contract import Bus, BusUnavailable, Delivery
from services.kernel.bus.topology import CLASSIFY_BULK, CLASSIFY_INTERACTIVE, DEAD, RESULTS
from tests.kernel.bus.conftest import Connect, message
from tests.support.waiting import PATIENCE_S, eventually


async def take(deliveries: AsyncIterator[Delivery], count: int) -> list[Delivery]:
    async with asyncio.timeout(PATIENCE_S):
        return [await anext(deliveries) for _ in range(count)]


def bodies(deliveries: list[Delivery]) -> list[bytes]:
    return [delivery.message.body for delivery in deliveries]


async def waits(bus: Bus, queue: str, count: int) -> None:
    async def check() -> bool:
        return await bus.depth(queue) == count

    await eventually(check, f"{count} in {queue}")


async def test_a_message_arrives_as_it_was_sent(bus: Bus) -> None:
    """Every field of the envelope survives, and so do non-ASCII bytes."""
    sent = [message('{"ort": "Zürich"}'.encode(), causation=uuid4()), message(b"", type="classify_job")]
    sent[0] = msgspec.structs.replace(sent[0], traceparent=f"00-{'7' * 32}-{'3' * 16}-01")
    await bus.publish(RESULTS, sent)
    async with bus.consume(RESULTS, 10) as deliveries:
        assert [delivery.message for delivery in await take(deliveries, 2)] == sent


async def test_order_is_kept_within_one_publish(bus: Bus) -> None:
    """A thousand messages of one call reach a single consumer in order and complete."""
    sent = [message(str(n).encode()) for n in range(1000)]
    await bus.publish(CLASSIFY_BULK, sent)
    assert await bus.depth(CLASSIFY_BULK) == 1000
    async with bus.consume(CLASSIFY_BULK, 64) as deliveries:
        for expected in sent:
            (delivery,) = await take(deliveries, 1)
            assert delivery.message == expected
            await delivery.ack()
    await waits(bus, CLASSIFY_BULK, 0)


async def test_queues_are_apart(bus: Bus) -> None:
    """A message sent to one queue is in no other."""
    await bus.publish(CLASSIFY_INTERACTIVE, [message()])
    assert [await bus.depth(q) for q in (CLASSIFY_INTERACTIVE, CLASSIFY_BULK, RESULTS, DEAD)] == [1, 0, 0, 0]


async def test_an_acknowledged_message_never_comes_back(bus: Bus) -> None:
    """Acknowledged messages are not redelivered when their consumer leaves; acking twice, or after that, is
    harmless."""
    await bus.publish(RESULTS, [message(b"1"), message(b"2")])
    async with bus.consume(RESULTS, 10) as deliveries:
        first, second = await take(deliveries, 2)
        await first.ack()
        await first.ack()
    await waits(bus, RESULTS, 1)
    await second.ack()
    await second.reject()
    async with bus.consume(RESULTS, 10) as deliveries:
        assert bodies(await take(deliveries, 1)) == [b"2"]
    assert await bus.depth(DEAD) == 0


async def test_unsettled_messages_come_again(bus: Bus) -> None:
    """When a consumer leaves, its unsettled messages, seen or not, are redelivered before the rest."""
    await bus.publish(CLASSIFY_BULK, [message(str(n).encode()) for n in range(6)])
    async with bus.consume(CLASSIFY_BULK, 4) as deliveries:
        await take(deliveries, 2)
    await waits(bus, CLASSIFY_BULK, 6)
    async with bus.consume(CLASSIFY_BULK, 10) as deliveries:
        assert bodies(await take(deliveries, 6)) == [b"0", b"1", b"2", b"3", b"4", b"5"]


async def test_a_message_tells_how_often_it_came_back(bus: Bus) -> None:
    """This distinguishes a message that keeps killing its consumer from one that was nearby once."""
    await bus.publish(CLASSIFY_BULK, [message(b"first"), message(b"second")])
    counted = []
    for expected in range(3):
        async with bus.consume(CLASSIFY_BULK, 1) as deliveries:
            (delivery,) = await take(deliveries, 1)
            counted.append(delivery.message.returned)
            assert delivery.message.body == b"first", expected
        await waits(bus, CLASSIFY_BULK, 2)
    assert counted == [0, 1, 2]


async def test_no_more_than_prefetch_are_unsettled(bus: Bus) -> None:
    """The fourth of ten stays in the queue until one of the first three is settled."""
    await bus.publish(CLASSIFY_BULK, [message(str(n).encode()) for n in range(10)])
    async with bus.consume(CLASSIFY_BULK, 3) as deliveries:
        first, *_ = await take(deliveries, 3)
        await waits(bus, CLASSIFY_BULK, 7)
        fourth = asyncio.ensure_future(anext(deliveries))
        assert await bus.depth(CLASSIFY_BULK) == 7 and not fourth.done()
        await first.ack()
        async with asyncio.timeout(PATIENCE_S):
            assert (await fourth).message.body == b"3"
        await waits(bus, CLASSIFY_BULK, 6)


async def test_the_number_of_consumers_is_known(bus: Bus) -> None:
    """None means that nobody works."""

    async def counted(count: int) -> bool:
        return await bus.consumers(CLASSIFY_BULK) == count

    assert await bus.consumers(CLASSIFY_BULK) == 0
    async with bus.consume(CLASSIFY_BULK, 1):
        async with bus.consume(CLASSIFY_BULK, 1):
            await eventually(lambda: counted(2), "both are there")
        await eventually(lambda: counted(1), "one has left")
        assert await bus.consumers(RESULTS) == 0
    await eventually(lambda: counted(0), "nobody is there")


async def test_a_rejected_message_is_dead(bus: Bus) -> None:
    """It goes to the dead letters, is not redelivered, and makes room for the next."""
    await bus.publish(RESULTS, [message(b"bad"), message(b"good")])
    async with bus.consume(RESULTS, 1) as deliveries:
        (bad,) = await take(deliveries, 1)
        await bad.reject()
        (good,) = await take(deliveries, 1)
        assert good.message.body == b"good"
        await good.ack()
        await waits(bus, DEAD, 1)
    await waits(bus, RESULTS, 0)


async def _dead(bus: Bus, *bodies: bytes) -> None:
    """Put messages with these bodies into the dead letters, in this order."""
    await bus.publish(RESULTS, [message(body) for body in bodies])
    async with bus.consume(RESULTS, len(bodies)) as deliveries:
        for delivery in await take(deliveries, len(bodies)):
            await delivery.reject()
        await waits(bus, DEAD, len(bodies))


async def test_dead_letters_can_be_looked_at(bus: Bus) -> None:
    """They name their queue, and reading them removes none."""
    await _dead(bus, b"1", b"2", b"3")
    for _ in range(2):
        letters = await bus.dead_letters(2)
        assert [letter.message.body for letter in letters if letter.message] == [b"1", b"2"]
        assert {(letter.queue, letter.worn_out) for letter in letters} == {(RESULTS, False)}
        assert all(letter.died_us for letter in letters)
        await waits(bus, DEAD, 3)


async def test_dead_letters_can_be_sent_again(bus: Bus) -> None:
    """One by its id, then the others: each returns to its original queue and is no longer a dead letter."""
    await _dead(bus, b"1", b"2", b"3")
    second = (await bus.dead_letters(10))[1].message
    assert second and await bus.revive([second.message_id]) == 1
    async with bus.consume(RESULTS, 5) as deliveries:
        (delivery,) = await take(deliveries, 1)
        assert delivery.message.message_id == second.message_id and delivery.message.body == b"2"
        await delivery.ack()
        await waits(bus, DEAD, 2)
        assert await bus.revive(None) == 2
        others = await take(deliveries, 2)
        assert {other.message.body for other in others} == {b"1", b"3"}
        for other in others:
            await other.ack()
    await waits(bus, DEAD, 0)
    assert await bus.revive(None) == 0


async def test_dead_letters_can_be_forgotten(bus: Bus) -> None:
    await _dead(bus, b"1", b"2", b"3")
    first = (await bus.dead_letters(1))[0].message
    assert first and await bus.bury([first.message_id]) == 1
    assert [x.message.body for x in await bus.dead_letters(10) if x.message] == [b"2", b"3"]
    assert await bus.bury(None) == 2
    await waits(bus, DEAD, 0)
    assert await bus.depth(RESULTS) == 0


async def test_a_message_that_always_comes_back_is_dead_in_the_end(bus: Bus) -> None:
    """One that kills every consumer is redelivered DELIVERY_LIMIT times, then no more."""
    await bus.publish(CLASSIFY_BULK, [message(b"poison")])
    for _ in range(topology.DELIVERY_LIMIT + 1):
        assert await bus.depth(DEAD) == 0
        async with bus.consume(CLASSIFY_BULK, 1) as deliveries:
            await take(deliveries, 1)
    await waits(bus, DEAD, 1)
    assert await bus.depth(CLASSIFY_BULK) == 0
    (letter,) = await bus.dead_letters(10)
    assert letter.worn_out and letter.queue == CLASSIFY_BULK


async def test_purge_forgets_what_waits_and_only_that(bus: Bus) -> None:
    """Unsettled messages stay with their consumer."""
    await bus.publish(CLASSIFY_BULK, [message(str(n).encode()) for n in range(5)])
    async with bus.consume(CLASSIFY_BULK, 1) as deliveries:
        await take(deliveries, 1)
        await waits(bus, CLASSIFY_BULK, 4)
        await bus.purge(CLASSIFY_BULK)
        assert await bus.depth(CLASSIFY_BULK) == 0
    await waits(bus, CLASSIFY_BULK, 1)


async def test_consumers_share_the_work(connect: Connect) -> None:
    """Two consumers on two connections get every message once between them, and each gets some."""
    one, two = await connect(), await connect()
    async with one.consume(CLASSIFY_BULK, 5) as left, two.consume(CLASSIFY_BULK, 5) as right:
        await one.publish(CLASSIFY_BULK, [message(str(n).encode()) for n in range(10)])
        got = [bodies(await take(left, 5)), bodies(await take(right, 5))]
    assert sorted(got[0] + got[1]) == [str(n).encode() for n in range(10)]


async def test_many_may_publish_at_once(connect: Connect) -> None:
    """Concurrent calls on two connections are all confirmed, and all messages arrive."""
    buses = [await connect(), await connect()]
    await asyncio.gather(
        *(buses[n % 2].publish(RESULTS, [message(f"{n}.{m}".encode()) for m in range(20)]) for n in range(20))
    )
    await waits(buses[0], RESULTS, 400)


async def test_a_cancelled_wait_loses_nothing(bus: Bus) -> None:
    """A message missed by a cancelled wait is delivered to the next wait."""
    async with bus.consume(RESULTS, 10) as deliveries:
        waiting = asyncio.ensure_future(anext(deliveries))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await bus.publish(RESULTS, [message(b"1"), message(b"2")])
        assert bodies(await take(deliveries, 2)) == [b"1", b"2"]


async def test_a_ring_reaches_every_listener(connect: Connect) -> None:
    """Including those on other connections and the sender."""
    one, two = await connect(), await connect()
    async with one.rings() as here, two.rings() as there, asyncio.timeout(PATIENCE_S):
        await two.ring()
        await anext(here)
        await anext(there)


async def test_rings_are_merged_for_a_slow_listener(connect: Connect) -> None:
    """For a listener that wasn't looking, a hundred rings become far fewer signals, and the next ring gets through
    again."""
    one, two = await connect(), await connect()
    async with one.rings() as slow, two.rings() as quick, asyncio.timeout(PATIENCE_S):
        for _ in range(100):
            await one.ring()
            await anext(quick)
        await anext(slow)
        later = asyncio.ensure_future(anext(slow))
        await one.ring()
        await later


async def test_ringing_without_listeners_is_no_error(bus: Bus) -> None:
    """Nobody has to be listening, and nothing is kept for later listeners."""
    await bus.ring()
    await bus.publish(RESULTS, [message()])
    assert await bus.depth(RESULTS) == 1


async def test_iterators_end_with_their_context(bus: Bus) -> None:
    """Outside its context an iterator yields no message and doesn't wait for one."""
    async with bus.consume(RESULTS, 1) as deliveries, bus.rings() as rings:
        pass
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(StopAsyncIteration):
            await anext(deliveries)
        with pytest.raises(StopAsyncIteration):
            await anext(rings)


async def test_closing_ends_everything(bus: Bus) -> None:
    """Iterators end, publishing raises the reason, settling and closing again are harmless."""
    states = [bus.connected]
    await bus.publish(RESULTS, [message()])
    async with bus.consume(RESULTS, 1) as deliveries, bus.rings() as rings:
        (held,) = await take(deliveries, 1)
        waiting = [asyncio.ensure_future(anext(it)) for it in (deliveries, rings)]
        await asyncio.sleep(0)
        async with asyncio.timeout(PATIENCE_S):
            await bus.close()
            ended = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(end) for end in ended] == [StopAsyncIteration, StopAsyncIteration]
        await held.ack()
    states.append(bus.connected)
    assert states == [True, False]
    with pytest.raises(BusUnavailable):
        await bus.publish(RESULTS, [message()])
    await bus.ring()
    await bus.close()
    async with asyncio.timeout(PATIENCE_S), bus.consume(RESULTS, 1) as deliveries:
        assert [_ async for _ in deliveries] == []


async def test_unknown_queues_are_refused(bus: Bus) -> None:
    """A name outside the topology, consuming the dead letters, or a prefetch of zero is a programming error."""
    with pytest.raises(ValueError):
        await bus.publish("nobody", [message()])
    with pytest.raises(ValueError):
        await bus.publish(DEAD, [message()])
    with pytest.raises(ValueError):
        await bus.depth("nobody")
    with pytest.raises(ValueError):
        await bus.purge("nobody")
    for queue, prefetch in (("nobody", 1), (DEAD, 1), (RESULTS, 0)):
        with pytest.raises(ValueError):
            async with bus.consume(queue, prefetch):
                pass
    assert bus.connected
