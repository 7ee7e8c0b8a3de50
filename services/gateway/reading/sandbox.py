"""Confines a process that opens untrusted files: it keeps what it has open, little memory, and nothing else.

Several means that don't depend on each other: a filter of system calls (seccomp) without which nothing is opened,
started, sent or signalled; Landlock, which refuses all paths; namespaces without a network and without files; limits.
What is not there or not allowed (macOS, old kernels, some containers) is reported, and the rest holds.
"""

import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

MEMORY: Final = 1 << 30
"""Bytes beyond what the process uses when it is ready."""
FILE_SIZE: Final = 64 << 20
"""Maximum bytes of a written file; previews have about 100 kB."""
NICE: Final = 10
"""Lower priority than the web server's."""
CALLS: Final = "seccomp"
PATHS: Final = "landlock"
NAMESPACES: Final = "namespaces"
LITTLE_MEMORY: Final = "memory limit"
SMALL_FILES: Final = "file size limit"
NO_CORE: Final = "no core dumps"


def limit(memory: int = MEMORY) -> list[str]:
    """No core dumps, little memory, and no reaction to Ctrl-C. Returns the limits that the system refuses: macOS has
    none of memory below what it reserves for each program."""
    refused = []
    for name, which, value in (
        (LITTLE_MEMORY, resource.RLIMIT_AS, _address_space() + memory),
        (SMALL_FILES, resource.RLIMIT_FSIZE, FILE_SIZE),
        (NO_CORE, resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(which)[1]
        try:
            resource.setrlimit(which, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
        except (OSError, ValueError):  # ValueError: as Python tells EINVAL
            refused.append(name)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the gateway; it closes our pipe
    return refused


def confine(memory: int = MEMORY) -> list[str]:
    """What this process needs must be loaded and open by now, for it opens nothing any more. Returns the means that are
    not in force."""
    _leave_environment()
    refused = limit(memory)
    if sys.platform != "linux":
        return [*refused, CALLS, PATHS, NAMESPACES]
    from services.gateway.confinement import kernel

    kernel.no_new_privileges()
    means: tuple[tuple[str, Callable[[], None]], ...] = (
        (NAMESPACES, kernel.own_namespaces),
        (PATHS, kernel.landlock),
        (CALLS, kernel.filter_calls),
    )
    return refused + [name for name, begin in means if not _begun(begin)]


def _leave_environment() -> None:
    """But for the time zone, read for the last time: without the variable the C library would look whether the zone's
    file has changed, not find it, and go by UTC."""
    zone = os.environ.get("TZ", ":/etc/localtime")
    os.environ.clear()
    os.environ["TZ"] = zone
    time.tzset()


def _begun(begin: Callable[[], None]) -> bool:
    try:
        begin()
    except OSError:
        return False
    return True


def _address_space() -> int:
    """Bytes in use; without /proc, an allowance for the program itself."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 1 << 30
    return pages * resource.getpagesize()
