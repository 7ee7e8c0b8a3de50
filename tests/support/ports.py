"""Ports for servers that must be told theirs. They lie below those that systems give to whoever asks for any, so that
none is taken by a connection, or by another worker of the tests, between the choice and its use or over a restart."""

import os
import socket
from itertools import count
from typing import Final

FIRST: Final = 15_000
COUNT: Final = 15_000
"""Linux gives away 32768 and those above, other systems 49152."""
APART: Final = 61
"""Between where two processes begin that were started one after the other."""

_next = count(os.getpid() * APART)


def free_port() -> int:
    """One that nothing on 127.0.0.1 listens at; never the same twice from one process, until all were given."""
    for number in _next:
        port = FIRST + number % COUNT
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError
