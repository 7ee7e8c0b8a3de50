"""Runs `albumen up` in a process of its own, as users do, so that benchmarks can request pages and watch the server."""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import httpx

PATIENCE_S: Final = 1200.0


class Served(NamedTuple):
    process: subprocess.Popen[str]
    seconds: float
    """From the command to the first page."""
    client: httpx.Client
    url: str

    @property
    def port(self) -> int:
        return httpx.URL(self.url).port or 80


@contextlib.contextmanager
def served(
    photos: Path, data: Path, wait: bool = True, classify: bool = False, stops: Path | None = None
) -> Iterator[Served]:
    """`wait` until the read tables have caught up with the log. `stops`: a file for those of its event loop (`steps`).
    Raises RuntimeError if Albumen does not start."""
    began = time.perf_counter()
    arguments = ["up", str(photos), "--data", str(data), "--port", "0", "--no-browser"]
    arguments += [] if classify else ["--no-classify"]
    program = ["ops.bench.steps", str(stops)] if stops else ["services.cli"]
    process = subprocess.Popen(
        [sys.executable, "-m", *program, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout
    url = process.stdout.readline().removeprefix("Albumen: ").strip()
    try:
        if not url:
            raise RuntimeError(f"Albumen did not start: albumen {' '.join(arguments)}")
        with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
            assert client.get("/", headers={"Accept": "text/html"}).status_code == 200
            seconds = time.perf_counter() - began
            if wait:
                caught_up(client)
            yield Served(process, seconds, client, url)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_S)


def until(check: Callable[[], bool], every: float = 0.05) -> None:
    """Raises TimeoutError after `PATIENCE_S`."""
    limit = time.perf_counter() + PATIENCE_S
    while not check():
        if time.perf_counter() > limit:
            raise TimeoutError
        time.sleep(every)


def caught_up(client: httpx.Client, every: float = 0.05) -> None:
    """Wait until the read tables have caught up with the log."""
    until(lambda: client.get("/readyz").json()["views"]["lag"] == 0, every)


def rested(client: httpx.Client) -> None:
    """Wait until the classifier has loaded its network (only where it does without a job): until then it takes a core
    away from the measurement."""
    until(lambda: any(model["device"] for model in client.get("/api/models").json()))


def memory(gateway: int) -> dict[str, float]:
    """Service -> resident MB of its process, for a gateway and its children."""
    services = {arguments[-1]: resident(pid) for pid, arguments in children(gateway)}
    return {"gateway": resident(gateway)} | services


def children(parent: int) -> Iterator[tuple[int, list[str]]]:
    """Process id and arguments of each child process. Reads no other process: a measurement that asks often must not
    take the time that it measures."""
    for listed in Path(f"/proc/{parent}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # it has exited meanwhile
            for pid in map(int, listed.read_text().split()):
                arguments = Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
                yield pid, arguments


def resident(pid: int) -> float:
    """Resident MB. Raises OSError or StopIteration for a process that has exited."""
    return _megabytes(str(pid), "VmRSS")


def peak() -> float:
    """Resident MB of this process, at most so far."""
    return _megabytes("self", "VmHWM")


def _megabytes(process: str, what: str) -> float:
    """`what`: a line of /proc/PROCESS/status."""
    lines = Path("/proc", process, "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024
