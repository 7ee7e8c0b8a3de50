"""Queries on a RabbitMQ queue: its depth, and the dead letters. Those are fetched one by one without acknowledgement,
so that unsettled ones are back in place once the channel is closed. RabbitMQ's `x-death` header holds where each
comes from, when it died and why."""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from aio_pika.abc import AbstractIncomingMessage, AbstractQueue

from services.kernel.bus import amqp, topology
from services.kernel.bus.contract import DeadLetter, Message

Again = Callable[[DeadLetter], Awaitable[None]]


async def depth(queue: AbstractQueue) -> int:
    return queue.declaration_result.message_count or 0


async def consumers(queue: AbstractQueue) -> int:
    return queue.declaration_result.consumer_count or 0


async def purge(queue: AbstractQueue) -> int:
    return (await queue.purge()).message_count or 0


async def first(queue: AbstractQueue, limit: int) -> list[DeadLetter]:
    """The channel must be closed afterwards: until then nobody else sees these letters."""
    letters: list[DeadLetter] = []
    while len(letters) < limit and (incoming := await queue.get(fail=False)) is not None:
        letters.append(_letter(incoming))
    return letters


async def resolve(queue: AbstractQueue, ids: Collection[UUID] | None, again: Again | None) -> int:
    """Acknowledge those with these ids, or all, after `again` (if any) has sent them; returns how many. A letter
    without a queue can't be sent again and stays. As with `first`, the channel must be closed afterwards."""
    count = 0
    while (incoming := await queue.get(fail=False)) is not None:
        letter = _letter(incoming)
        if ids is not None and (letter.message is None or letter.message.message_id not in ids):
            continue
        if again:
            if letter.message is None or letter.queue is None:
                continue
            await again(letter)
        await incoming.ack()
        count += 1
    return count


def received_message(incoming: AbstractIncomingMessage) -> Message:
    """Raises amqp.NotOurs."""
    return amqp.message(
        incoming.body,
        message_id=incoming.message_id,
        correlation_id=incoming.correlation_id,
        type=incoming.type,
        headers=incoming.headers,
    )


def _letter(incoming: AbstractIncomingMessage) -> DeadLetter:
    try:
        ours: Message | None = received_message(incoming)
    except amqp.NotOurs:
        ours = None
    deaths: Any = incoming.headers.get("x-death")
    death = deaths[0] if isinstance(deaths, list) and deaths and isinstance(deaths[0], dict) else {}
    queue, died = death.get("queue"), death.get("time")
    return DeadLetter(
        message=ours,
        queue=queue if queue in topology.EXCHANGE_OF else None,
        worn_out=death.get("reason") == "delivery_limit",
        died_us=round(died.timestamp() * 1_000_000) if isinstance(died, datetime) else None,
    )
