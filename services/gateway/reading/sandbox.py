"""Limits for a process that opens untrusted files. The kernel ends a decoder that runs wild."""

import os
import resource
import signal
from pathlib import Path
from typing import Final

MEMORY: Final = 1 << 30
"""Bytes beyond what the process uses when it is ready."""
FILE_SIZE: Final = 64 << 20
"""Maximum bytes of a written file; previews have about 100 kB."""
NICE: Final = 10


def confine(memory: int = MEMORY) -> None:
    """Lower priority than the web server, no core dumps, little memory, and no reaction to Ctrl-C."""
    os.nice(NICE)
    for limit, value in (
        (resource.RLIMIT_AS, _address_space() + memory),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the gateway; it closes our pipe


def _address_space() -> int:
    """Bytes in use; without /proc, an allowance for the program itself."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 1 << 30
    return pages * resource.getpagesize()
