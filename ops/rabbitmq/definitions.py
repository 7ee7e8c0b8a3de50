"""Writes `definitions.json` from the topology: `python -m ops.rabbitmq.definitions`.

The services declare everything themselves. Use this to declare it in advance, or on a broker where they lack the
permission: `rabbitmqctl import_definitions ops/rabbitmq/definitions.json`. It contains no users, so don't pass it to
`load_definitions` at a node's first start: the node would then have none.
"""

import json
from pathlib import Path
from typing import Any, Final

from services.kernel.bus import amqp

PATH: Final = Path(__file__).with_name("definitions.json")


def definitions(vhost: str = "/") -> dict[str, Any]:
    return {
        "vhosts": [{"name": vhost}],
        "exchanges": [
            {
                "name": name,
                "vhost": vhost,
                "type": kind,
                "durable": True,
                "auto_delete": False,
                "internal": False,
                "arguments": {},
            }
            for name, kind in amqp.EXCHANGES.items()
        ],
        "queues": [
            {
                "name": queue,
                "vhost": vhost,
                "durable": True,
                "auto_delete": False,
                "arguments": amqp.queue_arguments(queue),
            }
            for queue in amqp.BINDINGS
        ],
        "bindings": [
            {
                "source": exchange,
                "vhost": vhost,
                "destination": queue,
                "destination_type": "queue",
                "routing_key": queue,
                "arguments": {},
            }
            for queue, exchange in amqp.BINDINGS.items()
        ],
        "policies": [],
    }


def text() -> str:
    return json.dumps(definitions(), indent=2) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), "utf-8")
