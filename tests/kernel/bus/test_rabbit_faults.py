"""Specific to RabbitMQ: it may be away, disconnect, stall, and hold foreign messages."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from aiormq.exceptions import DeliveryError
from pamqp.commands import Basic

from ops.rabbitmq import definitions
from services.kernel.bus import amqp, topology
from services.kernel.bus.contract import BusUnavailable
from services.kernel.bus.rabbit import connect_rabbit
from services.kernel.bus.topology import CLASSIFY_BULK, DEAD, RESULTS
from tests.kernel.bus.conftest import is_depth, message, rabbit, until_published
from tests.support.ports import free_port
from tests.support.rabbitmq import Node
from tests.support.tcpproxy import Proxy
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.rabbitmq


@asynccontextmanager
async def channel_of(url: str) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
    """A foreign connection."""
    connection = await aio_pika.connect(url, timeout=PATIENCE_S)
    async with connection, connection.channel() as channel:
        yield channel


async def test_the_broker_may_be_away_at_start(proxy: Proxy, proxied: str) -> None:
    """Connecting returns, publishing raises the reason, consumers wait; everything starts once the broker is up."""
    await proxy.refuse()
    async with rabbit(proxied) as bus:
        assert not bus.connected
        for call in (bus.publish(RESULTS, [message()]), bus.depth(RESULTS), bus.purge(RESULTS)):
            with pytest.raises(BusUnavailable):
                await call
        await bus.ring()
        async with bus.consume(RESULTS, 1) as deliveries, bus.rings() as rings:
            await proxy.listen()
            await until_published(bus, RESULTS, message(b"1"))
            async with asyncio.timeout(PATIENCE_S):
                delivery = await anext(deliveries)
                await anext(rings)
            assert delivery.message.body == b"1"


async def test_a_broker_that_never_answers_is_not_waited_for(proxy: Proxy, proxied: str) -> None:
    """The port is open but silent: connecting returns anyway, and closing during an attempt leaves nothing behind."""
    proxy.stall()
    async with asyncio.timeout(PATIENCE_S):
        bus = await connect_rabbit(proxied)
    assert not bus.connected
    async with asyncio.timeout(PATIENCE_S):
        await bus.close()


async def test_a_bus_that_never_connected_can_be_closed() -> None:
    """Iterators end, and nothing is left behind."""
    async with (
        rabbit(f"amqp://guest:guest@127.0.0.1:{free_port()}/") as bus,
        bus.consume(RESULTS, 1) as deliveries,
    ):
        waiting = asyncio.ensure_future(anext(deliveries))
        async with asyncio.timeout(PATIENCE_S):
            await bus.close()
            assert isinstance((await asyncio.gather(waiting, return_exceptions=True))[0], StopAsyncIteration)


async def test_consumers_survive_a_cut_connection(proxy: Proxy, proxied: str) -> None:
    """The same iterators continue; unsettled messages are redelivered; acks for the old connection are harmless; and
    one ring stands in for any missed ones."""
    async with rabbit(proxied) as bus, bus.consume(RESULTS, 2) as deliveries, bus.rings() as rings:
        for turn in range(3):
            sent = [message(f"{turn}.{n}".encode()) for n in range(4)]
            await until_published(bus, RESULTS, *sent)
            async with asyncio.timeout(PATIENCE_S):
                held = await anext(deliveries)
                await proxy.cut()
                await anext(rings)
            await held.ack()
            seen: set[bytes] = set()
            async with asyncio.timeout(PATIENCE_S):
                while len(seen) < 4:
                    delivery = await anext(deliveries)
                    seen.add(delivery.message.body)
                    await delivery.ack()
            assert seen == {m.body for m in sent}
            await eventually(is_depth(bus, RESULTS, 0), "all settled")
        await eventually(is_depth(bus, DEAD, 0), "nothing dead")


async def test_nothing_that_was_confirmed_is_lost(proxy: Proxy, proxied: str) -> None:
    """While the connection is cut again and again, every message whose publishing returned arrives."""
    async with rabbit(proxied) as bus:
        confirmed: set[bytes] = set()

        async def publish(name: int) -> None:
            for n in range(20):
                batch = [message(f"{name}.{n}.{m}".encode()) for m in range(10)]
                await until_published(bus, CLASSIFY_BULK, *batch)
                confirmed.update(m.body for m in batch)

        publishing = asyncio.gather(*(publish(name) for name in range(3)))
        seen: set[bytes] = set()
        async with bus.consume(CLASSIFY_BULK, 32) as deliveries, asyncio.timeout(3 * PATIENCE_S):
            while not (publishing.done() and seen >= confirmed):
                delivery = await anext(deliveries)
                seen.add(delivery.message.body)
                await delivery.ack()
                if len(seen) % 150 == 0:
                    await proxy.cut()
            await publishing
        assert len(confirmed) == 600


async def test_the_broker_may_restart(rabbitmq: Node, amqp_url: str) -> None:
    """Confirmed messages are on disk and arrive after the restart, on the same iterator."""
    async with rabbit(amqp_url) as bus, bus.consume(RESULTS, 1) as deliveries:
        await bus.publish(RESULTS, [message(b"1"), message(b"2")])
        await anext(deliveries)
        await asyncio.to_thread(rabbitmq.stop)
        await eventually(lambda: not bus.connected, "the loss is seen")
        await asyncio.to_thread(rabbitmq.start)
        seen = []
        async with asyncio.timeout(PATIENCE_S):
            for _ in range(2):
                delivery = await anext(deliveries)
                seen.append(delivery.message.body)
                await delivery.ack()
        assert seen == [b"1", b"2"]


async def test_a_broker_that_confirms_nothing_for_a_while_keeps_its_consumers(
    proxy: Proxy, proxied: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As while its disk is full: publishing fails meanwhile and works afterwards, over the same connection, so that no
    message counts as returned."""
    monkeypatch.setattr("services.kernel.bus.rabbit.CONFIRM_S", 0.5)
    async with rabbit(proxied) as bus, bus.consume(CLASSIFY_BULK, 1) as deliveries:
        await bus.publish(CLASSIFY_BULK, [message(b"held")])
        async with asyncio.timeout(PATIENCE_S):
            held = await anext(deliveries)
        proxy.stall()
        for _ in range(2):
            with pytest.raises(BusUnavailable):
                await bus.publish(RESULTS, [message()])
        assert bus.connected
        proxy.flow()
        monkeypatch.undo()
        await until_published(bus, RESULTS, message())
        await held.ack()
        await eventually(is_depth(bus, CLASSIFY_BULK, 0), "it was still ours to acknowledge")


async def test_a_channel_whose_messages_are_refused_is_replaced(
    amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As RabbitMQ 3.10 refuses them for ever if the first one came while a queue of the cluster had no leader. Once,
    however many come across it, and the connection stays, with its consumers and what they hold."""
    channels: list[AbstractChannel] = []
    opened = list[bool]()
    publish, channel = aio_pika.Exchange.publish, aio_pika.Connection.channel

    def counted(connection: aio_pika.Connection, **options: Any) -> AbstractChannel:
        opened.append(options["publisher_confirms"])
        return channel(connection, **options)

    async def publish_elsewhere(exchange: aio_pika.Exchange, *message: Any, **options: Any) -> Any:
        if exchange.channel not in channels:
            channels.append(exchange.channel)
        if exchange.channel is channels[0]:
            raise DeliveryError(None, Basic.Nack())
        return await publish(exchange, *message, **options)

    async with rabbit(amqp_url) as bus, bus.consume(CLASSIFY_BULK, 1) as deliveries:
        await bus.publish(CLASSIFY_BULK, [message(b"held")])
        async with asyncio.timeout(PATIENCE_S):
            held = await anext(deliveries)
        session = await bus.session()
        monkeypatch.setattr(aio_pika.Exchange, "publish", publish_elsewhere)
        monkeypatch.setattr(aio_pika.Connection, "channel", counted)
        both = (bus.publish(RESULTS, [message(), message()]) for _ in range(2))
        answers = await asyncio.gather(*both, return_exceptions=True)
        assert [type(answer) for answer in answers] == [BusUnavailable] * 2
        assert await bus.session() is session and bus.connected
        await bus.publish(RESULTS, [message()])
        await bus.ring()
        assert len(channels) == 2 and opened.count(True) == 1
        assert await bus.depth(RESULTS) == 1
        await held.ack()
        await eventually(is_depth(bus, CLASSIFY_BULK, 0), "it was still ours to acknowledge")
        await eventually(lambda: channels[0].is_closed, "nothing is left of the first one")
        assert await bus.session() is session and bus.connected


async def test_closing_does_not_wait_for_a_stalled_broker(proxy: Proxy, proxied: str) -> None:
    """With a network that swallows everything, close returns within seconds."""
    async with rabbit(proxied) as bus, bus.consume(RESULTS, 1), bus.rings():
        proxy.stall()
        async with asyncio.timeout(PATIENCE_S):
            await bus.close()


FOREIGN = {
    "no properties": aio_pika.Message(b"hello"),
    "bad id": aio_pika.Message(
        b"{}", message_id="42", correlation_id="0" * 32, type="x", headers={"schema_version": 1}
    ),
    "no version": aio_pika.Message(b"{}", message_id="0" * 32, correlation_id="0" * 32, type="x"),
    "no type": aio_pika.Message(
        b"{}", message_id="0" * 32, correlation_id="0" * 32, headers={"schema_version": 1}
    ),
    "bad causation": aio_pika.Message(
        b"{}",
        message_id="0" * 32,
        correlation_id="0" * 32,
        type="x",
        headers={"schema_version": 1, "causation_id": [1, 2]},
    ),
}


async def test_foreign_messages_go_to_the_dead_letters(amqp_url: str) -> None:
    """The bus rejects messages without our properties; the consumer gets only ours, and continues."""
    async with rabbit(amqp_url) as bus, channel_of(amqp_url) as channel:
        exchange = await channel.get_exchange(topology.RESULTS_EXCHANGE)
        async with bus.consume(RESULTS, 1) as deliveries:
            for foreign in FOREIGN.values():
                await exchange.publish(foreign, RESULTS)
            await bus.publish(RESULTS, [message(b"ours")])
            async with asyncio.timeout(PATIENCE_S):
                assert (await anext(deliveries)).message.body == b"ours"
        await eventually(is_depth(bus, DEAD, len(FOREIGN)), "all foreign ones dead")


async def test_messages_are_persistent_and_named(amqp_url: str) -> None:
    """On the wire: persistent, JSON, ids as hex, type and version where the management page shows them."""
    sent = message(b"{}", causation=message().message_id)
    async with rabbit(amqp_url) as bus, channel_of(amqp_url) as channel:
        await bus.publish(RESULTS, [sent])
        queue = await channel.get_queue(RESULTS, ensure=False)
        incoming = await queue.get(timeout=PATIENCE_S)
        assert incoming and incoming.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
        assert incoming.content_type == "application/json"
        assert (incoming.message_id, incoming.correlation_id) == (
            sent.message_id.hex,
            sent.correlation_id.hex,
        )
        assert incoming.type == sent.type
        assert incoming.headers["schema_version"] == 1
        assert sent.causation_id and incoming.headers["causation_id"] == sent.causation_id.hex
        await incoming.ack()


@pytest.mark.parametrize("exchange", [False, True])
async def test_a_deleted_queue_is_made_again(amqp_url: str, exchange: bool) -> None:
    """The queue and its exchange are deleted while in use: a publisher succeeds on retry, and consumers continue, even
    on other connections."""
    async with rabbit(amqp_url) as bus, rabbit(amqp_url) as other, other.consume(RESULTS, 1) as deliveries:
        await bus.publish(RESULTS, [message()])
        await (await anext(deliveries)).reject()
        await eventually(is_depth(bus, DEAD, 1), "the queue is wholly there")
        async with channel_of(amqp_url) as channel:
            await channel.queue_delete(RESULTS)
            if exchange:
                await channel.exchange_delete(topology.RESULTS_EXCHANGE)
        await until_published(bus, RESULTS, message(b"after"))
        async with asyncio.timeout(PATIENCE_S):
            assert (await anext(deliveries)).message.body == b"after"


async def test_a_queue_that_is_declared_otherwise_is_reported(
    amqp_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It stays disconnected and tells the person what to delete; after that it works without a restart."""
    async with channel_of(amqp_url) as channel:
        await channel.declare_queue(RESULTS, durable=True)
    async with rabbit(amqp_url) as bus:
        assert not bus.connected
        output = capsys.readouterr()
        assert "Delete it there" in output.out + output.err
        async with channel_of(amqp_url) as channel:
            await channel.queue_delete(RESULTS)
        await until_published(bus, RESULTS, message())


async def test_a_cancelled_question_harms_nobody(amqp_url: str) -> None:
    """Cancelling a depth query or a wait for confirms leaves the shared connection intact."""
    async with rabbit(amqp_url) as bus, bus.consume(CLASSIFY_BULK, 1) as deliveries:
        for call in (bus.depth(RESULTS), bus.publish(RESULTS, [message() for _ in range(200)])):
            asking = asyncio.ensure_future(call)
            await asyncio.sleep(0)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        await bus.publish(CLASSIFY_BULK, [message(b"still here")])
        async with asyncio.timeout(PATIENCE_S):
            assert (await anext(deliveries)).message.body == b"still here"
        assert bus.connected


async def test_the_url_must_be_amqp() -> None:
    """A mistyped setting is reported at once, without its password."""
    for url in ("redis://user:secret@localhost/", "localhost:5672", "amqp://user:secret@[::1/", ""):
        with pytest.raises(ValueError, match="amqp://") as caught:
            await connect_rabbit(url)
        assert "secret" not in str(caught.value)


def test_definitions_are_those_of_the_topology() -> None:
    """The committed file is the generator's output; every work queue has its limits."""
    assert definitions.PATH.read_text("utf-8") == definitions.text()
    queues = {q["name"]: q["arguments"] for q in json.loads(definitions.text())["queues"]}
    assert queues.keys() == {*topology.EXCHANGE_OF, DEAD}
    for name in topology.EXCHANGE_OF:
        assert queues[name]["x-delivery-limit"] == topology.DELIVERY_LIMIT
        assert queues[name]["x-dead-letter-exchange"] in amqp.EXCHANGES


async def test_definitions_can_be_imported(rabbitmq: Node, amqp_url: str) -> None:
    """RabbitMQ accepts the file, and the services' own declarations agree with it."""
    vhost = amqp_url.rsplit("/", 1)[1]
    await asyncio.to_thread(rabbitmq.define, json.dumps(definitions.definitions(vhost)))
    async with channel_of(amqp_url) as channel:
        for queue in amqp.BINDINGS:
            await channel.declare_queue(queue, passive=True)
    async with rabbit(amqp_url) as bus:
        assert bus.connected
        await bus.publish(CLASSIFY_BULK, [message()])
        assert await bus.depth(CLASSIFY_BULK) == 1
