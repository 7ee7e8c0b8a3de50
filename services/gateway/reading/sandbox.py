"""What a process that opens strangers' files may use. A decoder that runs wild is ended by the kernel."""

import os
import resource
import signal
from pathlib import Path
from typing import Final

MEMORY: Final = 1 << 30
"""Bytes beyond what the process has when it is ready."""
FILE_SIZE: Final = 64 << 20
"""Bytes of a file that it may write; previews have about 100 kB."""
NICE: Final = 10


def confine() -> None:
    """Below the web server, no core dumps, little memory, and gone when the terminal's signals come only if told so."""
    os.nice(NICE)
    for limit, value in (
        (resource.RLIMIT_AS, _address_space() + MEMORY),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (wanted, hard))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the gateway; it closes our pipe


def _address_space() -> int:
    """Bytes now; on a system without /proc, room for the program itself."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 1 << 30
    return pages * resource.getpagesize()
