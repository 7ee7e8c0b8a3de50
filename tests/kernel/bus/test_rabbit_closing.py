"""Closing a consumer cleanly completes its settlements: even if RabbitMQ or the network is slow, or both are busy,
nothing settled is redelivered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Final
from urllib.parse import urlsplit

import pytest

from services.kernel.bus import rabbit_consumer
from services.kernel.bus.contract import Delivery
from services.kernel.bus.topology import CLASSIFY_BULK, DEAD
from tests.kernel.bus.conftest import is_depth, message, rabbit
from tests.support.rabbitmq import Node
from tests.support.tcpproxy import Proxy
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.rabbitmq

HELD: Final = 100
"""Unsettled messages. With a slow queue RabbitMQ passes on a channel's first 33 acknowledgements and holds back the
others."""

SLOW_S: Final = 3.0
"""Longer than the former timeout for closing."""

STOP_THE_QUEUE: Final = """
    {{ok, Queue}} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"{vhost}">>, queue, <<"{queue}">>)),
    {{Leader, _}} = amqqueue:get_pid(Queue),
    ok = sys:suspend(Leader),
    Parting = fun({{'DOWN', _, _, _, _}}) -> true; ({{'$gen_call', _, _}}) -> true; (_) -> false end,
    Wait = fun Again(0) -> ok;
               Again(Left) ->
                   {{messages, Messages}} = process_info(whereis(Leader), messages),
                   case lists:any(Parting, Messages) of
                       true -> ok;
                       false -> timer:sleep(10), Again(Left - 1)
                   end
           end,
    spawn(fun() -> Wait(1000), sys:resume(Leader) end),
    ok.
"""
"""Erlang for `rabbitmqctl eval`. Suspends the queue until a consumer cancels or its channel closes, for ten seconds at
most."""


async def take(deliveries: AsyncIterator[Delivery], count: int) -> list[Delivery]:
    async with asyncio.timeout(PATIENCE_S):
        return [await anext(deliveries) for _ in range(count)]


async def test_a_slow_queue_forgets_no_acknowledgement(rabbitmq: Node, amqp_url: str) -> None:
    """A hundred messages are settled while their queue is suspended; it resumes once the consumer has begun to close.
    None is redelivered, and the rejected ones are dead letters."""
    vhost = urlsplit(amqp_url).path.removeprefix("/")
    async with rabbit(amqp_url) as bus:
        await bus.publish(CLASSIFY_BULK, [message(b"%d" % n) for n in range(HELD)])
        async with bus.consume(CLASSIFY_BULK, HELD) as deliveries:
            held = await take(deliveries, HELD)
            await asyncio.to_thread(
                rabbitmq.control, "eval", STOP_THE_QUEUE.format(vhost=vhost, queue=CLASSIFY_BULK)
            )
            for n, delivery in enumerate(held):
                await (delivery.reject() if n % 10 == 9 else delivery.ack())
        await eventually(is_depth(bus, DEAD, HELD // 10), "what was rejected is dead")
        assert await bus.depth(CLASSIFY_BULK) == 0


async def test_a_slow_link_forgets_no_acknowledgement(proxy: Proxy, proxied: str, amqp_url: str) -> None:
    """The link is stalled for three seconds: a consumer closed meanwhile finishes closing once RabbitMQ has its
    settlements, and the shared connection stays up."""
    async with rabbit(proxied) as bus, rabbit(amqp_url) as other, AsyncExitStack() as consuming:
        await bus.publish(CLASSIFY_BULK, [message(b"%d" % n) for n in range(HELD)])
        deliveries = await consuming.enter_async_context(bus.consume(CLASSIFY_BULK, HELD))
        held = await take(deliveries, HELD)
        proxy.stall()
        for delivery in held[1:]:
            await delivery.ack()
        closing = asyncio.create_task(consuming.aclose())
        finished, _ = await asyncio.wait({closing}, timeout=SLOW_S)
        assert not finished
        proxy.flow()
        async with asyncio.timeout(PATIENCE_S):
            await closing
        await eventually(is_depth(other, CLASSIFY_BULK, 1), "one was not settled")
        assert bus.connected and await bus.depth(CLASSIFY_BULK) == 1


@pytest.mark.parametrize("end", ["breaks", "is silent"])
async def test_what_a_lost_connection_took_with_it_comes_again(
    proxy: Proxy, proxied: str, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A consumer closes even if its connection breaks meanwhile or does not answer; messages whose settlement was lost
    are redelivered to the next consumer, over a new connection."""
    monkeypatch.setattr(rabbit_consumer, "ANSWER_S", 1.0)
    async with rabbit(proxied) as bus:
        await bus.publish(CLASSIFY_BULK, [message(b"%d" % n) for n in range(HELD)])
        async with AsyncExitStack() as consuming:
            deliveries = await consuming.enter_async_context(bus.consume(CLASSIFY_BULK, HELD))
            held = await take(deliveries, HELD)
            proxy.stall()
            for delivery in held:
                await delivery.ack()
            closing = asyncio.create_task(consuming.aclose())
            if end == "breaks":
                await asyncio.wait({closing}, timeout=0.1)
                await proxy.cut()
            async with asyncio.timeout(PATIENCE_S):
                await closing
        await proxy.cut()
        proxy.flow()
        await eventually(is_depth(bus, CLASSIFY_BULK, HELD), "all are there again")
