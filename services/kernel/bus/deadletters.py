"""Questions to a queue of RabbitMQ: how many wait, and what lies among the dead letters. These are taken one by one
without acknowledgement, so that what is not settled lies where it lay once the channel is closed. RabbitMQ says in
`x-death` where each comes from, when and why."""

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


async def purge(queue: AbstractQueue) -> int:
    return (await queue.purge()).message_count or 0


async def first(queue: AbstractQueue, limit: int) -> list[DeadLetter]:
    """The channel has to be closed afterwards: till then nobody else sees them."""
    found: list[DeadLetter] = []
    while len(found) < limit and (incoming := await queue.get(fail=False)) is not None:
        found.append(_letter(incoming))
    return found


async def resolve(queue: AbstractQueue, ids: Collection[UUID] | None, again: Again | None) -> int:
    """Settle those with these ids, or all, after `again` has sent them. Of the rest as `first`. A letter that `again`
    can't send, having no queue, stays."""
    taken = 0
    while (incoming := await queue.get(fail=False)) is not None:
        letter = _letter(incoming)
        if ids is not None and (letter.message is None or letter.message.message_id not in ids):
            continue
        if again:
            if letter.message is None or letter.queue is None:
                continue
            await again(letter)
        await incoming.ack()
        taken += 1
    return taken


def message(incoming: AbstractIncomingMessage) -> Message:
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
        found: Message | None = message(incoming)
    except amqp.NotOurs:
        found = None
    deaths: Any = incoming.headers.get("x-death")
    death = deaths[0] if isinstance(deaths, list) and deaths and isinstance(deaths[0], dict) else {}
    queue, died = death.get("queue"), death.get("time")
    return DeadLetter(
        message=found,
        queue=queue if queue in topology.EXCHANGE_OF else None,
        worn_out=death.get("reason") == "delivery_limit",
        died_us=round(died.timestamp() * 1_000_000) if isinstance(died, datetime) else None,
    )
