"""RabbitMQ for benchmarks: the broker at `ALBUMEN_BENCH_AMQP`, or else a node of their own if it is installed, started
as in the tests (`tests/support/rabbitmq.py`)."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from ops.bench.measure import Unmeasurable

NAMED: Final = "ALBUMEN_BENCH_AMQP"


@contextmanager
def broker() -> Iterator[Callable[[], str]]:
    """Yield a function that returns a URL; on our own node, that of a new virtual host at each call.

    Raises Unmeasurable.
    """
    if url := os.environ.get(NAMED):
        yield lambda: url
        return
    from tests.support.rabbitmq import NotInstalled, running_node, server_binary

    try:
        server_binary()
    except NotInstalled as error:
        raise Unmeasurable(f"{error} Or use a running one: {NAMED}=amqp://…") from error
    with running_node() as node:
        yield node.fresh
