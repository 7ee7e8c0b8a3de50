"""Albumen as a person runs it: processes started from the command line, watched and killed from outside."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, ClassVar

import httpx

from tests.support import leash
from tests.support.ports import free_port
from tests.support.waiting import PATIENCE_S, eventually

ROOT = Path(__file__).resolve().parents[2]
ENDED = ("done", "failed", "cancelled")


def command_line(
    *arguments: str | Path, input: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.cli", *map(str, arguments)],
        input=input,
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


def environment(**variables: str) -> dict[str, str]:
    """Nothing looks for people and things unless a test wants it: that takes longer than all the rest."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ALBUMEN_")}
    return {**own, "PYTHONPATH": str(ROOT), "ALBUMEN_DETECT": "0", **variables}


def alive(pid: int | None) -> bool:
    """Running, and not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Service:
    """One `albumen …` process."""

    PROGRAM: ClassVar[tuple[str, ...]] = (sys.executable, "-m", "services.cli")

    def __init__(self, name: str, *arguments: str | Path, log: Path, **variables: str) -> None:
        self.name, self._log = name, log
        self._printed = log.with_suffix(f".{time.monotonic_ns()}.out")
        with log.open("a") as errors, self._printed.open("w") as printed:
            self.process = subprocess.Popen(
                [*self.PROGRAM, name, *map(str, arguments)],
                env=environment(**variables),
                cwd=variables.get("PWD"),
                stdout=printed,
                stderr=errors,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        leash.tie(self.process.pid)

    @property
    def url(self) -> str | None:
        """The URL it printed once it was listening."""
        lines = self.printed().splitlines()
        return next((line.removeprefix("Albumen: ") for line in lines if line.startswith("Albumen: ")), None)

    def printed(self) -> str:
        return self._printed.read_text()

    @property
    def running(self) -> bool:
        if self.process.poll() is None:
            return True
        leash.free(self.process.pid)
        return False

    def child(self, name: str) -> int | None:
        """The PID of the embedded service with this name."""
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                arguments = (entry / "cmdline").read_bytes().split(b"\0")
            except (OSError, IndexError, ValueError):
                continue
            if parent == self.process.pid and name.encode() in arguments:
                return int(entry.name)
        return None

    def kill(self) -> None:
        self.process.kill()
        self.ended()

    def stop(self, within: float = PATIENCE_S) -> int:
        """Stop it as Ctrl-C does; returns the exit status."""
        if self.running:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.ended(within)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def ended(self, within: float | None = None) -> int:
        """Wait for it; returns the exit status. Raises subprocess.TimeoutExpired."""
        status = self.process.wait(within)
        leash.free(self.process.pid)
        return status

    def errors(self) -> str:
        return self._log.read_text()


class Album:
    """A served library: embedded, or as three processes around a broker."""

    def __init__(
        self, photos: Path, data: Path, broker: str | None = None, *options: str, **variables: str
    ) -> None:
        """`variables`: of the environment of its services."""
        self.photos, self.data, self.broker, self.options = photos, data, broker, options
        self.variables = variables
        self.port = free_port()
        """The same after a restart: one that the system chose could be another's by then."""
        self.services: dict[str, Service] = {}
        self.scans = 1
        """How many `scanned` waits for: one for each start, and those that the data already hold."""
        data.mkdir(parents=True, exist_ok=True)

    def start(self, name: str) -> None:
        variables = self.variables | {"ALBUMEN_BATCH": "8"}
        if self.broker:
            variables["ALBUMEN_BROKER"] = self.broker
        arguments: list[str | Path] = ["--data", self.data]
        if name in ("up", "gateway"):
            arguments = [self.photos, *arguments, "--port", str(self.port), "--no-browser", *self.options]
            if name == "up":
                arguments.append("--verbose")
        self.services[name] = Service(name, *arguments, log=self.data / f"{name}.log", **variables)

    def start_all(self) -> None:
        for name in ("gateway", "projector", "inference") if self.broker else ("up",):
            self.start(name)

    @property
    def gateway(self) -> Service:
        return self.services["gateway" if self.broker else "up"]

    async def ready(self) -> httpx.AsyncClient:
        """A client, as soon as pages are served."""

        def listening() -> bool:
            assert self.gateway.running, self.gateway.errors()
            return self.gateway.url is not None

        await eventually(listening, "it listens")
        return client_of(self.gateway.url or "")

    async def scanned(self) -> httpx.AsyncClient:
        """A client, as soon as every photo is shown and no scan is in progress."""
        async with await self.ready() as client:

            async def ended() -> bool:
                jobs = (await client.get("/api/jobs")).json()
                over = [job["status"] in ENDED for job in jobs if job["type"] == "scan_library"]
                return len(over) >= self.scans and all(over)

            await eventually(ended, "the library is scanned", 300)
        return await self.ready()

    def stop_all(self) -> None:
        for service in self.services.values():
            if service.running:
                service.process.send_signal(signal.SIGTERM)
        for service in self.services.values():
            try:
                service.ended(PATIENCE_S)
            except subprocess.TimeoutExpired:
                service.kill()


def client_of(url: str) -> httpx.AsyncClient:
    """Over plain HTTP: to read the certificates of all authorities takes longer than a request."""
    return httpx.AsyncClient(base_url=url, timeout=PATIENCE_S, trust_env=False, verify=False)


async def give(client: httpx.AsyncClient, name: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Give a command and wait until its job has ended; returns its last status."""
    answer = await client.post(f"/commands/{name}", json=body or {})
    assert answer.status_code == 202, answer.text
    return await ended(client, answer.json()["status_url"])


async def ended(client: httpx.AsyncClient, status_url: str, within: float = 300.0) -> dict[str, Any]:
    found: dict[str, Any] = {}

    async def check() -> bool:
        found.update((await client.get(status_url)).json())
        return found["status"] in ENDED

    await eventually(check, f"{status_url} has ended", within)
    return found


async def all_classified(client: httpx.AsyncClient, count: int, within: float = 400.0) -> None:
    async def check() -> bool:
        models = (await client.get("/api/models")).json()
        return any(model["active"] and model["classified"] == count for model in models)

    await eventually(check, f"{count} photos are classified", within)
    await asyncio.sleep(0)
