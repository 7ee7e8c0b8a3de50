"""Ports for servers that must be given one. They lie below the ephemeral range, so that neither a connection nor
another test worker takes one between choosing and using it, or during a restart."""

import os
import socket
from itertools import count
from typing import Final

FIRST: Final = 15_000
COUNT: Final = 15_000
"""The ephemeral range starts at 32768 on Linux, at 49152 elsewhere."""
APART: Final = 61
"""Distance between the first ports of two processes started one after the other."""

_next = count(os.getpid() * APART)


def free_port() -> int:
    """A port that nothing on 127.0.0.1 listens on; no repeats within a process until all have been used."""
    for number in _next:
        port = FIRST + number % COUNT
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError
