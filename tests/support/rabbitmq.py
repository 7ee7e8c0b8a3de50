"""A RabbitMQ node for the test session, with its own ports, folders, cookie and epmd, all on 127.0.0.1: it never meets
a node of the machine and leaves nothing behind."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from tests.support import leash
from tests.support.certificates import self_signed
from tests.support.ports import free_port

SERVERS: Final = ("/usr/lib/rabbitmq/bin/rabbitmq-server", "/usr/local/sbin/rabbitmq-server")
"""Debian's wrapper in PATH switches users and drops the environment, so the wrapped script is tried first."""
VHOSTS: Final = 40
"""Created at once: `rabbitmqctl` takes half a second for any number of them."""
START_S: Final = 300.0
"""As long as anything takes on a busy machine, `rabbitmqctl` too."""
STOP_S: Final = 20.0
CALM: Final = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"
"""Erlang's threads don't look for work in a loop before they sleep: the cores have other things to do."""
CONFIG: Final = """
listeners.tcp.1 = 127.0.0.1:{port}
listeners.ssl.1 = 127.0.0.1:{tls_port}
ssl_options.cacertfile = {certificate}
ssl_options.certfile = {certificate}
ssl_options.keyfile = {key}
num_acceptors.tcp = 2
num_acceptors.ssl = 2
raft.wal_max_size_bytes = 16000000
disk_free_limit.absolute = 50MB
log.console = false
log.file.level = warning
"""
CLUSTER: Final = """
cluster_formation.peer_discovery_backend = classic_config
cluster_formation.classic_config.nodes.1 = {first}
cluster_formation.classic_config.nodes.2 = {name}
"""


class NotInstalled(Exception):
    """RabbitMQ is not installed. Install the package rabbitmq-server to run these tests."""


class NotStarted(Exception):
    """RabbitMQ is installed but does not start; the message holds its output."""


def server_binary() -> Path:
    """Raises NotInstalled."""
    found = next((path for path in SERVERS if Path(path).exists()), shutil.which("rabbitmq-server"))
    if not found or not shutil.which("epmd") or not shutil.which("erl"):
        raise NotInstalled("rabbitmq-server is not installed (Debian: apt install rabbitmq-server).")
    return Path(found)


class Node:
    """Can be started and stopped repeatedly; its port and data stay the same."""

    def __init__(self, folder: Path, first: "Node | None" = None) -> None:
        """`first`: running; this one joins its cluster when it is started."""
        self._server = server_binary()
        self._folder = folder
        self.port = free_port()
        self.tls_port = free_port()
        self.certificate = folder / "certificate.pem"
        """Signed by itself, for 127.0.0.1."""
        self._epmd_port: int = first._epmd_port if first else free_port()
        self._epmd: subprocess.Popen[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._vhosts: list[str] = []
        self.name = f"albumen-{secrets.token_hex(4)}@localhost"
        self._joins = first is not None
        config = folder / "rabbitmq.conf"
        key = folder / "key.pem"
        self_signed(self.certificate, key, address="127.0.0.1")
        cluster = CLUSTER.format(first=first.name, name=self.name) if first else ""
        config.write_text(
            CONFIG.format(port=self.port, tls_port=self.tls_port, certificate=self.certificate, key=key)
            + cluster
        )
        (folder / "enabled_plugins").write_text("[].\n")
        (folder / "env.conf").touch()
        self._env: dict[str, str] = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": first._env["HOME"] if first else str(folder),  # the cookie lies there
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "env.conf"),
            "RABBITMQ_CONFIG_FILE": str(config),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-kernel inet_dist_use_interface {{127,0,0,1}} {CALM}",
        }

    @property
    def url(self) -> str:
        """URL of the virtual host `/`."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def fresh(self, prepared: int = VHOSTS) -> str:
        """The address of an empty virtual host. They are never deleted: RabbitMQ 3.10 loses all dead-lettering when a
        quorum queue is deleted while it is being created."""
        if not self._vhosts:
            self._vhosts = [f"test-{secrets.token_hex(4)}" for _ in range(prepared)]
            everything = {"user": "guest", "configure": ".*", "write": ".*", "read": ".*"}
            wanted = {
                "vhosts": [{"name": name} for name in self._vhosts],
                "permissions": [{"vhost": name, **everything} for name in self._vhosts],
            }
            self.define(json.dumps(wanted))
        return self.url + self._vhosts.pop()

    def start(self) -> None:
        """Return once it accepts connections. Raises NotStarted."""
        if self._epmd is None and not self._joins:
            self._epmd = subprocess.Popen(
                ["epmd", "-port", str(self._epmd_port), "-address", "127.0.0.1"],
                env=self._env,
                start_new_session=True,
            )
            leash.tie(self._epmd.pid)
        output = self._folder / "output"
        with output.open("ab") as sink:
            self._process = subprocess.Popen(
                [self._server],
                env=self._env,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
            )
        leash.tie(self._process.pid)
        deadline = time.monotonic() + START_S
        while not self._greets():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise NotStarted(output.read_text("utf-8", "replace")[-4000:])
            time.sleep(0.1)

    def _greets(self) -> bool:
        """Whether it answers the AMQP header; the port alone opens slightly earlier."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as probe:
            probe.sendall(b"AMQP\x00\x00\x09\x01")
            return probe.recv(1) == b"\x01"
        return False

    def kill(self) -> None:
        """As if its machine had lost power. Its data stays."""
        process, self._process = self._process, None
        assert process is not None
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        leash.free(process.pid)

    def stop(self) -> None:
        """Stop the node, killing it if necessary. Its data stays."""
        process, self._process = self._process, None
        if process is None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_S)
                break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # Erlang's helper processes
        leash.free(process.pid)

    def close(self) -> None:
        self.stop()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait()
            leash.free(self._epmd.pid)
            self._epmd = None

    def define(self, definitions: str) -> None:
        """Import definitions (JSON). Raises subprocess.CalledProcessError when refused."""
        file = self._folder / "definitions.json"
        file.write_text(definitions, "utf-8")
        self.control("import_definitions", str(file))

    def control(self, *arguments: str) -> str:
        """Run `rabbitmqctl …`, which takes seconds. Raises subprocess.CalledProcessError."""
        done = subprocess.run(
            [self._server.with_name("rabbitmqctl"), "--node", self.name, *arguments],
            env=self._env,
            check=True,
            capture_output=True,
            text=True,
            timeout=START_S,
        )
        return done.stdout


@contextlib.contextmanager
def running_node() -> Iterator[Node]:
    """A fresh node, removed afterwards with all its data. Raises NotInstalled or NotStarted."""
    server_binary()
    folder = Path(tempfile.mkdtemp(prefix="albumen-rabbitmq-"))
    node = Node(folder)
    try:
        node.start()
        yield node
    finally:
        node.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running_cluster(count: int) -> Iterator[list[Node]]:
    """Fresh nodes that form one cluster, removed afterwards. Raises NotInstalled or NotStarted."""
    with running_node() as first, tempfile.TemporaryDirectory(prefix="albumen-rabbitmq-") as parent:
        others = []
        for number in range(1, count):
            folder = Path(parent, str(number))
            folder.mkdir()
            others.append(Node(folder, first))
        try:
            with ThreadPoolExecutor() as starting:
                list(starting.map(Node.start, others))
            yield [first, *others]
        finally:
            for node in others:
                node.close()


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[Node]:
    """The session's node; skips if RabbitMQ is not installed."""
    try:
        server_binary()
    except NotInstalled as error:
        pytest.skip(str(error))
    with running_node() as node:
        yield node


@pytest.fixture
def amqp_url(rabbitmq: Node) -> str:
    """The address of an empty broker."""
    return rabbitmq.fresh()
