"""Names and arguments of exchanges and queues, defined only here (RabbitMQ rejects a differing redeclaration with 406).
`ops/rabbitmq/definitions.json` is generated from this module."""

from typing import Final

COMMANDS_EXCHANGE: Final = "album.commands"
RESULTS_EXCHANGE: Final = "album.results"
EVENTS_EXCHANGE: Final = "album.events"
DEAD_EXCHANGE: Final = "album.dead"

CLASSIFY_INTERACTIVE: Final = "classify.interactive"
"""For jobs somebody is waiting for; served before the bulk queue (quorum queues of RabbitMQ 3.10 lack priorities)."""
CLASSIFY_BULK: Final = "classify.bulk"
SCAN_FILES: Final = "scan.files"
"""For files that scanners on other computers are to read. It is seldom longer than what they have in hand."""
RESULTS: Final = "gateway.results"
DEAD: Final = "dead"

EXCHANGE_OF: Final[dict[str, str]] = {
    CLASSIFY_INTERACTIVE: COMMANDS_EXCHANGE,
    CLASSIFY_BULK: COMMANDS_EXCHANGE,
    SCAN_FILES: COMMANDS_EXCHANGE,
    RESULTS: RESULTS_EXCHANGE,
}
"""Work queue -> the direct exchange that it is bound to, with its name as the routing key."""

DELIVERY_LIMIT: Final = 20
"""Any return counts, even of innocent prefetched messages (`consumer_timeout`, restarts): hence not 3."""
