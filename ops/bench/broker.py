"""The RabbitMQ that benchmarks measure: the one that `ALBUMEN_BENCH_AMQP` names, else a node of their own, where it is
installed. The node is the tests' (`tests/support/rabbitmq.py`)."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from ops.bench.measure import Unmeasurable

NAMED: Final = "ALBUMEN_BENCH_AMQP"


@contextmanager
def broker() -> Iterator[Callable[[], str]]:
    """Gives a function that gives addresses; of our own node each time that of an empty virtual host. Raises
    Unmeasurable."""
    if url := os.environ.get(NAMED):
        yield lambda: url
        return
    from tests.support.rabbitmq import NotInstalled, running_node, server_binary

    try:
        server_binary()
    except NotInstalled as error:
        raise Unmeasurable(f"{error} Or name one that runs: {NAMED}=amqp://…") from error
    with running_node() as node:
        yield node.fresh
