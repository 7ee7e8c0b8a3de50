"""Writes `definitions.json` from the topology: `python -m ops.rabbitmq.definitions`.

The services declare everything themselves; this is for whoever wants it there before them, or on a broker where
they may not declare: `rabbitmqctl import_definitions ops/rabbitmq/definitions.json`. It holds no users, so it is not
for `load_definitions` at the first start of a node, which would then have none.
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
