"""Names and arguments of exchanges and queues; the one place that knows them (RabbitMQ refuses a differing
redeclaration with 406). `ops/rabbitmq/definitions.json` is generated from here."""

from typing import Final

COMMANDS_EXCHANGE: Final = "album.commands"
RESULTS_EXCHANGE: Final = "album.results"
EVENTS_EXCHANGE: Final = "album.events"
DEAD_EXCHANGE: Final = "album.dead"

CLASSIFY_INTERACTIVE: Final = "classify.interactive"
"""A person waits for these; inference serves it before the bulk queue (quorum queues of RabbitMQ 3.10 have no
priorities, so there are two)."""
CLASSIFY_BULK: Final = "classify.bulk"
RESULTS: Final = "gateway.results"
DEAD: Final = "dead"

EXCHANGE_OF: Final[dict[str, str]] = {
    CLASSIFY_INTERACTIVE: COMMANDS_EXCHANGE,
    CLASSIFY_BULK: COMMANDS_EXCHANGE,
    RESULTS: RESULTS_EXCHANGE,
}
"""Work queues and the direct exchange each is bound to, by its own name as the routing key."""

DELIVERY_LIMIT: Final = 20
"""Returned messages count too, innocent prefetched ones included (`consumer_timeout`, restarts): hence not 3."""
