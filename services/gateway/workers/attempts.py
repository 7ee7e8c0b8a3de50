"""What a decoder must not be able to do, each tried in earnest: none changes anything if it succeeds."""

import os
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final


def _fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _remove() -> None:
    os.unlink("/proc/self/no such file")  # noqa: PTH108
    raise AssertionError


def _send() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outward:
        outward.connect(("192.0.2.1", 9))  # sends nothing yet


WAYS: Final[dict[str, Callable[[], object]]] = {
    "open a file": lambda: os.close(os.open("/", os.O_RDONLY)),
    "see that a file is there": lambda: Path("/").stat(),
    "list a folder": lambda: list(Path("/").iterdir()),
    "remove a file": _remove,
    "use the network": _send,
    "talk to other programs": socket.socketpair,
    "start a program": lambda: subprocess.run(["/bin/true"], check=False),
    "start a process": _fork,
    "send signals": lambda: os.kill(os.getppid(), 0),
    "read the environment": lambda: os.environ["PATH"],
}
_PASSED_ON: Final = (FileNotFoundError, AssertionError)
"""The attempt reached the disk."""


def open_ways() -> list[str]:
    """Those that are open to this process."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    return [name for name, attempt in WAYS.items() if _succeeds(attempt)]


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except _PASSED_ON:
        return True
    except (OSError, KeyError):
        return False
    return True
