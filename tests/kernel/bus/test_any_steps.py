"""The embedded bus, whatever its consumers do and in whatever order; and whatever a child sends to it."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.kernel.bus import topology, wire
from services.kernel.bus.contract import Bus, Delivery, Message
from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.bus.topology import DEAD
from tests.kernel.bus.conftest import child_of, message
from tests.support.waiting import PATIENCE_S

QUEUES: Final = list(topology.EXCHANGE_OF)
WHICH: Final = st.integers(0, 20)
STEPS: Final = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.sampled_from(QUEUES), st.integers(1, 6)),
        st.tuples(st.just("join"), st.sampled_from(QUEUES), st.integers(1, 3)),
        st.tuples(st.sampled_from(["take", "ack", "reject", "leave"]), WHICH, WHICH),
        st.tuples(st.sampled_from(["revive", "bury"]), st.booleans(), WHICH),
        st.tuples(st.just("purge"), st.sampled_from(QUEUES), WHICH),
    ),
    max_size=40,
)


@dataclass
class Consumer:
    queue: str
    prefetch: int
    context: AbstractAsyncContextManager[AsyncIterator[Delivery]]
    deliveries: AsyncIterator[Delivery]
    held: list[Delivery] = field(default_factory=list)
    last: int = -1
    """The place of the last message that came for the first time."""


class Ledger:
    """What must hold, counted outside the bus."""

    def __init__(self, buses: list[Bus]) -> None:
        self.buses = buses
        self.consumers: list[Consumer] = []
        self.live: Counter[str] = Counter()
        """Queue -> messages that are neither settled nor purged."""
        self.place: dict[UUID, int] = {}
        self.taken: Counter[UUID] = Counter()
        """Returns of a message that a consumer had seen."""
        self.settled: set[UUID] = set()
        self.dead: list[tuple[UUID, str]] = []

    async def depths(self) -> dict[str, int]:
        """Once all that was settled has arrived, and all that this makes room for."""
        for _ in range(2):
            for bus in self.buses:
                depths = {queue: await bus.depth(queue) for queue in [*QUEUES, DEAD]}
        return depths

    async def check(self) -> None:
        depths = await self.depths()
        assert depths[DEAD] == len(self.dead)
        for queue in QUEUES:
            room = sum(each.prefetch for each in self.consumers if each.queue == queue)
            assert depths[queue] == max(0, self.live[queue] - room), "lost, doubled, or somebody idles"

    async def publish(self, queue: str, number: int) -> None:
        sent = [message(b"x") for _ in range(number)]
        self._place([one.message_id for one in sent], queue)
        await self.buses[number % len(self.buses)].publish(queue, sent)

    def _place(self, ids: list[UUID], queue: str) -> None:
        self.live[queue] += len(ids)
        self.place.update({one: len(self.place) + n for n, one in enumerate(ids)})

    async def join(self, queue: str, prefetch: int) -> None:
        context = self.buses[prefetch % len(self.buses)].consume(queue, prefetch)
        self.consumers.append(Consumer(queue, prefetch, context, await context.__aenter__()))

    async def take(self, consumer: Consumer, _which: int) -> None:
        waiting = asyncio.ensure_future(anext(consumer.deliveries))
        await asyncio.sleep(0)
        if not waiting.done():
            waiting.cancel()
            return
        delivery = waiting.result()
        id_, returned = delivery.message.message_id, delivery.message.returned
        assert id_ not in self.settled
        assert all(id_ != held.message.message_id for each in self.consumers for held in each.held)
        assert returned >= self.taken[id_]
        if not returned:
            assert self.place[id_] > consumer.last, "out of order"
            consumer.last = self.place[id_]
        consumer.held.append(delivery)
        assert len(consumer.held) <= consumer.prefetch

    async def ack(self, consumer: Consumer, which: int) -> None:
        if delivery := self._settled(consumer, which):
            await delivery.ack()

    async def reject(self, consumer: Consumer, which: int) -> None:
        if delivery := self._settled(consumer, which):
            self.dead.append((delivery.message.message_id, consumer.queue))
            await delivery.reject()

    def _settled(self, consumer: Consumer, which: int) -> Delivery | None:
        if not consumer.held:
            return None
        delivery = consumer.held.pop(which % len(consumer.held))
        self.live[consumer.queue] -= 1
        self.settled.add(delivery.message.message_id)
        return delivery

    async def leave(self, consumer: Consumer, _which: int = 0) -> None:
        self.consumers.remove(consumer)
        self.taken.update(held.message.message_id for held in consumer.held)
        await consumer.context.__aexit__(None, None, None)

    async def purge(self, queue: str, which: int) -> None:
        self.live[queue] -= (await self.depths())[queue]
        await self.buses[which % len(self.buses)].purge(queue)

    async def letters(self, act: str, all_: bool, which: int) -> None:
        """Revives or buries."""
        bus = self.buses[which % len(self.buses)]
        known = await bus.dead_letters(100)
        assert [(one.message and one.message.message_id, one.queue) for one in known] == self.dead
        assert not any(one.worn_out for one in known)
        chosen = self.dead if all_ or not self.dead else [self.dead[which % len(self.dead)]]
        self.dead = [letter for letter in self.dead if letter not in chosen]
        if act == "revive":
            for id_, queue in chosen:
                self._place([id_], queue)
                self.settled.discard(id_)
                self.taken.pop(id_, None)
        resolve = bus.revive if act == "revive" else bus.bury
        assert await resolve(None if all_ else [id_ for id_, _ in chosen]) == len(chosen)

    async def step(self, act: str, one: Any, two: int) -> None:
        if act in ("revive", "bury"):
            await self.letters(act, one, two)
        elif act in ("publish", "join", "purge"):
            await getattr(self, act)(one, two)
        elif self.consumers:
            await getattr(self, act)(self.consumers[one % len(self.consumers)], two)


async def live_through(steps: list[tuple[str, Any, int]], buses: list[Bus]) -> None:
    ledger = Ledger(buses)
    for act, one, two in steps:
        await ledger.depths()
        await ledger.step(act, one, two)
        await ledger.check()
    while ledger.consumers:
        await ledger.leave(ledger.consumers[0])
        await ledger.check()


@pytest.mark.parametrize("children", [0, 1, 2])
@given(STEPS)
def test_nothing_is_lost_doubled_or_kept_waiting(children: int, steps: list[tuple[str, Any, int]]) -> None:
    async def scenario() -> None:
        broker = EmbeddedBroker()
        async with AsyncExitStack() as stack, asyncio.timeout(PATIENCE_S):
            stack.push_async_callback(broker.close)
            buses = [await stack.enter_async_context(child_of(broker)) for _ in range(children)]
            await live_through(steps, [*buses] or [broker])

    asyncio.run(scenario())


NUMBERS: Final = st.one_of(
    st.integers(-2, 4), st.sampled_from([2**31, 2**63 - 1, 2**63, 2**64 - 1, -(2**63)])
)
NAMES: Final = st.sampled_from([*QUEUES, DEAD, "", "nobody"])
IDS: Final = st.sampled_from([UUID(int=n) for n in (0, 1, 2**128 - 1)])
MESSAGES: Final = st.builds(
    Message,
    message_id=IDS,
    type=st.sampled_from(["", "x"]),
    schema_version=NUMBERS,
    correlation_id=IDS,
    causation_id=st.none() | IDS,
    body=st.sampled_from([b"", b"x"]),
    returned=NUMBERS,
)
ARGUMENTS: Final[dict[str, Callable[[], st.SearchStrategy[Any]]]] = {
    "queue": lambda: NAMES,
    "messages": lambda: st.lists(MESSAGES, max_size=2),
    "letters": lambda: st.just([]),
    "ids": lambda: st.none() | st.lists(IDS, max_size=3),
    "on": st.booleans,
    "again": st.booleans,
    "acked": lambda: st.lists(NUMBERS, max_size=3),
    "rejected": lambda: st.lists(NUMBERS, max_size=3),
}
"""Of an operation by its field; the others are numbers."""
OPS: Final = st.one_of(
    *(
        st.builds(op, **{name: ARGUMENTS.get(name, lambda: NUMBERS)() for name in op.__struct_fields__})
        for op in wire.Op.__subclasses__()
    )
)


async def sent(broker: EmbeddedBroker, payload: bytes) -> None:
    """A child sends this and goes."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    serving = asyncio.create_task(broker.serve(ours))
    reader, writer = await asyncio.open_unix_connection(sock=theirs)
    writer.write(len(payload).to_bytes(4, "big") + payload)
    writer.write_eof()
    await reader.read()
    writer.close()
    await serving


async def works(child: Bus, queue: str, deliveries: AsyncIterator[Delivery]) -> None:
    """A message arrives, after all that came before it."""
    mine = message(b"mine")
    await child.publish(queue, [mine])
    async for delivery in deliveries:
        await delivery.ack()
        if delivery.message.message_id == mine.message_id:
            break
    assert await child.depth(queue) == 0


@example([wire.Publish(1, QUEUES[0], [message(b"x" * wire.MAX_MESSAGE)])], 0, None)
@given(st.lists(OPS, max_size=8), st.integers(0, 400), st.none() | st.binary(max_size=6))
def test_whatever_a_child_sends_the_others_work_on(ops: list[wire.Op], at: int, damage: bytes | None) -> None:
    payload = msgspec.msgpack.Encoder(uuid_format="bytes").encode(ops)
    if damage is not None:
        payload = payload[:at] + damage + payload[at + len(damage) :]

    async def scenario() -> None:
        broker = EmbeddedBroker()
        async with asyncio.timeout(PATIENCE_S), child_of(broker) as beside, AsyncExitStack() as stack:
            consuming = {
                queue: await stack.enter_async_context(beside.consume(queue, 1000)) for queue in QUEUES
            }
            await sent(broker, payload)
            for queue, deliveries in consuming.items():
                await works(beside, queue, deliveries)
        assert [broker.waiting(queue) for queue in QUEUES] == [0] * len(QUEUES), "held, yet never delivered"
        await broker.close()

    asyncio.run(scenario())
