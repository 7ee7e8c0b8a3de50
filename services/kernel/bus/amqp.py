"""Our topology and messages in AMQP terms, as plain values: `rabbit.py` declares and sends them, and
`ops/rabbitmq/definitions.json` is generated from them.

Limits are queue arguments, not a policy, so that a bare `rabbitmq-server` has them too. Changing one means deleting
the queue first, which loses nothing: the log sends its messages again.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import msgspec

from services.kernel.bus import topology
from services.kernel.bus.contract import Message

EXCHANGES: Final[dict[str, str]] = {
    topology.COMMANDS_EXCHANGE: "direct",
    topology.RESULTS_EXCHANGE: "direct",
    topology.EVENTS_EXCHANGE: "fanout",
    topology.DEAD_EXCHANGE: "direct",
}
"""Name and type; all durable."""

BINDINGS: Final[dict[str, str]] = {**topology.EXCHANGE_OF, topology.DEAD: topology.DEAD_EXCHANGE}
"""Durable queue -> its exchange; the routing key is the queue's name."""

DOORBELL: Final[dict[str, str | int]] = {"x-max-length": 1}
"""Arguments of a listener's own queue: one waiting ring is as good as a hundred."""


def queue_arguments(queue: str) -> dict[str, str | int]:
    """For a queue of BINDINGS."""
    if queue == topology.DEAD:
        # Classic: quorum queues of RabbitMQ 4 have a delivery limit, so listing letters often would lose them.
        return {"x-queue-type": "classic"}
    return {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": topology.DEAD_EXCHANGE,
        "x-dead-letter-routing-key": topology.DEAD,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",  # required by at-least-once; without x-max-length nothing is rejected
        "x-delivery-limit": topology.DELIVERY_LIMIT,
    }


RETURNED: Final = ("x-delivery-count", "x-acquired-count")
"""Headers in which a quorum queue counts a message's returns (the second since RabbitMQ 4)."""


class NotOurs(Exception):
    """A message lacks a property that all of ours have; the text says which."""


class Properties(msgspec.Struct, frozen=True, kw_only=True):
    """AMQP properties of one of our messages. Ids are 32 hex digits."""

    message_id: str
    correlation_id: str
    type: str
    headers: Mapping[str, Any]
    """`schema_version` and, if there is one, `causation_id` and `traceparent`. RabbitMQ adds its own."""


def properties(message: Message) -> Properties:
    headers: dict[str, Any] = {"schema_version": message.schema_version}
    if message.causation_id:
        headers["causation_id"] = message.causation_id.hex
    if message.traceparent:
        headers["traceparent"] = message.traceparent
    return Properties(
        message_id=message.message_id.hex,
        correlation_id=message.correlation_id.hex,
        type=message.type,
        headers=headers,
    )


def message(
    body: bytes,
    *,
    message_id: str | None,
    correlation_id: str | None,
    type: str | None,
    headers: Mapping[str, Any],
) -> Message:
    """Raises NotOurs."""
    version = headers.get("schema_version")
    if not type:
        raise NotOurs("it has no type")
    if not isinstance(version, int) or isinstance(version, bool):
        raise NotOurs("it has no schema_version")
    causation, traceparent = headers.get("causation_id"), headers.get("traceparent")
    return Message(
        message_id=_uuid("message_id", message_id),
        correlation_id=_uuid("correlation_id", correlation_id),
        causation_id=None if causation is None else _uuid("causation_id", causation),
        type=type,
        schema_version=version,
        body=body,
        traceparent=traceparent if isinstance(traceparent, str) else None,
        returned=max((headers[name] for name in RETURNED if isinstance(headers.get(name), int)), default=0),
    )


def _uuid(name: str, text: object) -> UUID:
    if isinstance(text, str):
        try:
            return UUID(text)
        except ValueError:
            pass
    raise NotOurs(f"its {name} is not an id")
