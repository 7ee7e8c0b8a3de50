"""A decoder has no way out, whatever code gets to run there, and decodes all the same."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from services.gateway.confinement import bpf, syscalls
from services.gateway.reading.photo import Photo, Rejected
from services.gateway.workers import notice
from services.gateway.workers.attempts import WAYS
from services.gateway.workers.pool import WorkerPool
from services.gateway.workers.worker_protocol import Confinement
from services.kernel.paths import preview_path
from tests.gateway.library.test_raw import corner, dng
from tests.support import broken, kinds, photos
from tests.support.decoding import look, read_beside
from tests.support.films import made as film
from tests.support.waiting import PATIENCE_S

ROOT = Path(__file__).parents[3]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these means")


def in_force() -> bool:
    """Whether this machine's kernel, and the container around the tests, has the filter of system calls."""
    if sys.platform != "linux" or platform.machine() not in syscalls.ARCHITECTURES:
        return False
    from services.gateway.confinement.kernel import filters_calls

    return filters_calls()


FILTERED = pytest.mark.skipif(not in_force(), reason="this machine has no filter of system calls")


@pytest.fixture
async def pool(tmp_path: Path) -> AsyncIterator[WorkerPool]:
    workers = WorkerPool(tmp_path / "data/previews", 1)
    yield workers
    await workers.close()


@FILTERED
async def test_a_decoder_finds_no_way_out(pool: WorkerPool) -> None:
    """By its own attempts, as `doctor` reports them."""
    confinement = await pool.confinement()
    assert confinement.open == []
    assert notice.in_words(confinement) == notice.CONFINED


CONFINED = """
import ctypes, errno, json, mmap, os, signal, socket, subprocess, sys
from pathlib import Path
from services.gateway.reading import sandbox
photos, data, port, pid = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
libc = ctypes.CDLL(None, use_errno=True)
{before}
missing = sandbox.confine()
{body}
print(json.dumps([missing, result]))
"""
WAYS_OUT = """
def raw(number, *arguments):
    if libc.syscall(ctypes.c_long(number), *arguments) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
ways = {
    "read": lambda: Path("/etc/passwd").read_text(), "home": lambda: os.listdir(Path.home()),
    "photos": lambda: (photos / "a.jpg").read_bytes(), "list photos": lambda: os.listdir(photos),
    "write": lambda: (photos / "new.txt").write_text("x"), "log": lambda: open(data / "events.db", "r+b"),
    "unlink": lambda: os.unlink(photos / "a.jpg"), "rename": lambda: os.rename(photos / "a.jpg", photos / "b.jpg"),
    "mkdir": lambda: os.mkdir(photos / "new"), "symlink": lambda: os.symlink("/", photos / "new"),
    "link": lambda: os.link(photos / "a.jpg", photos / "new.jpg"), "chmod": lambda: os.chmod(photos / "a.jpg", 0),
    "truncate": lambda: os.truncate(photos / "a.jpg", 0), "utime": lambda: os.utime(photos / "a.jpg"),
    "xattr": lambda: os.setxattr(photos / "a.jpg", "user.x", b"x"), "stat": lambda: os.stat(photos / "a.jpg"),
    "fifo": lambda: os.mkfifo(photos / "fifo"), "chdir": lambda: os.chdir("/"), "cwd": os.getcwd,
    "reopen": lambda: os.open("/proc/self/fd/0", os.O_RDWR),
    "environ": lambda: Path(f"/proc/{pid}/environ").read_bytes(),
    "memory": lambda: open(f"/proc/{pid}/mem", "r+b"), "fchmod": lambda: os.fchmod(0, 0o777),
    "tcp": lambda: socket.socket().connect(("127.0.0.1", port)), "udp": lambda: socket.socket(type=socket.SOCK_DGRAM),
    "unix": lambda: socket.socket(socket.AF_UNIX), "pair": socket.socketpair, "netlink": lambda: socket.socket(16, 3),
    "abstract": lambda: socket.socket(socket.AF_UNIX).connect("\\0x"), "kill": lambda: os.kill(pid, 0),
    "kill all": lambda: os.kill(-1, 0), "thread kill": lambda: raw(234, pid, pid, 0) if sys.maxsize else None,
    "exec": lambda: os.execv("/bin/true", ["true"]), "run": lambda: subprocess.run(["/bin/true"]),
    "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}), "fork": os.fork, "nice": lambda: os.nice(-1),
    "memfd": lambda: os.memfd_create("x"), "pidfd": lambda: os.pidfd_open(pid), "pipe": os.pipe,
    "priority": lambda: os.setpriority(os.PRIO_PROCESS, pid, 5), "affinity": lambda: os.sched_setaffinity(pid, [0]),
    "uid": lambda: os.setuid(os.getuid() or 1000), "session": os.setsid, "signal owner": owner,
    "limits": lambda: __import__("resource").prlimit(pid, 7), "more files": more, "chroot": lambda: os.chroot("/"),
    "lock": lambda: __import__("fcntl").flock(0, 2), "ioctl": lambda: __import__("fcntl").ioctl(0, 0x5412, b"x"),
}
result = []
for name, way in ways.items():
    try:
        way()
    except (OSError, ValueError, RuntimeError, LookupError):
        continue
    result.append(name)
"""
BEFORE_WAYS = """
import fcntl, resource
def owner(): fcntl.fcntl(0, fcntl.F_SETOWN, pid)
def more(): resource.setrlimit(resource.RLIMIT_NOFILE, resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def confined(folder: Path, body: str, before: str = "") -> tuple[list[str], list[str]]:
    """What a confined process lacks for its confinement, and its result."""
    photos.write(folder / "photos/a.jpg")
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data/events.db").write_bytes(b"x")
    held = (folder / "photos/a.jpg").read_bytes()
    with (folder / "photos/a.jpg").open("rb") as stdin:
        ran = subprocess.run(
            [
                *(sys.executable, "-c", CONFINED.format(before=before, body=body)),
                *(str(folder / "photos"), str(folder / "data"), "1", str(os.getpid())),
            ],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
    assert ran.returncode == 0, ran.stderr
    assert [path.name for path in (folder / "photos").iterdir()] == ["a.jpg"]
    assert (folder / "photos/a.jpg").read_bytes() == held
    missing, result = json.loads(ran.stdout)
    return missing, result


@FILTERED
def test_code_that_runs_in_a_decoder_reaches_nothing(tmp_path: Path) -> None:
    """The machine's owner is root here, as in a container, and it makes no difference."""
    _missing, open_ways = confined(tmp_path, WAYS_OUT, BEFORE_WAYS)
    assert open_ways == []


@FILTERED
def test_each_system_call_that_is_not_listed_is_refused(tmp_path: Path) -> None:
    """All numbers, also of calls that this kernel will have one day; x32 numbers on x86-64."""
    own = platform.machine()
    listed = {call.number(own) for call in syscalls.ALLOWED}
    listed |= {
        call.number(own) for call in (syscalls.CLONE, syscalls.FCNTL, syscalls.TGKILL, syscalls.PRLIMIT)
    }
    body = f"""
import errno
listed = {listed}
result = []
for number in (*range(600), *range(1 << 30, (1 << 30) + 600)):
    if number not in listed and number & 1023 not in (335, 336):  # uprobes, which no filter sees: SIGILL
        done = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(0)] * 6)
        wanted = errno.ENOSYS if number == {syscalls.CLONE3.number(own)} else errno.EPERM
        if done != -1 or ctypes.get_errno() != wanted:
            result.append(str(number))
"""
    assert confined(tmp_path, body)[1] == []


@FILTERED
@pytest.mark.parametrize("absent", ["landlock", "own_namespaces"])
def test_the_filter_alone_suffices(tmp_path: Path, absent: str) -> None:
    """In containers that forbid the other means, and with old kernels."""
    before = (
        BEFORE_WAYS
        + f"""
from services.gateway.confinement import kernel
def absent(): raise OSError(38, "not here")
kernel.{absent} = absent
"""
    )
    missing, open_ways = confined(tmp_path, WAYS_OUT, before)
    assert open_ways == []
    assert {"landlock": "landlock", "own_namespaces": "namespaces"}[absent] in missing


@LINUX
def test_without_the_filter_the_files_are_still_out_of_reach(tmp_path: Path) -> None:
    from services.gateway.confinement.kernel import landlock_version

    if not landlock_version():
        pytest.skip("this kernel has no Landlock")
    before = """
from services.gateway.confinement import kernel
def absent(): raise OSError(38, "not here")
kernel.filter_calls = absent
kernel.own_namespaces = absent
"""
    body = """
result = []
for name, way in {
    "read": lambda: Path("/etc/passwd").read_text(), "list": lambda: os.listdir("/"),
    "write": lambda: (photos / "new.txt").write_text("x"), "mkdir": lambda: os.mkdir(photos / "new"),
    "unlink": lambda: os.unlink(photos / "a.jpg"), "exec": lambda: os.execv("/bin/true", ["true"]),
}.items():
    try:
        way()
    except OSError:
        continue
    result.append(name)
"""
    missing, open_ways = confined(tmp_path, body, before)
    assert (missing, open_ways) == (["namespaces", "seccomp"], [])


@FILTERED
def test_the_clock_stays_the_computers(tmp_path: Path) -> None:
    """The C library reads the time zone again when somebody asks, finds no file, and would go by UTC."""
    body = """
time.mktime((2020, 7, 1, 12, 0, 0, 0, 0, -1))
result = [datetime.datetime(2020, 7, 1, 12).astimezone().strftime("%z")]
"""
    before = "import time, datetime; os.environ['TZ'] = 'Asia/Kathmandu'"
    assert confined(tmp_path, body, before)[1] == ["+0545"]


@FILTERED
def test_threads_of_its_own_are_allowed_and_confined(tmp_path: Path) -> None:
    body = """
import threading
result = []
def inside():
    try: os.open("/etc/passwd", os.O_RDONLY)
    except PermissionError: result.append("refused")
thread = threading.Thread(target=inside)
thread.start()
thread.join()
"""
    assert confined(tmp_path, body)[1] == ["refused"]


def test_the_filters_program_has_the_calls_numbers_of_each_architecture() -> None:
    """Of `read`, `write` and `mmap`; another architecture's calls end the process before any is looked at."""
    for machine, numbers in (("x86_64", (0, 1, 9)), ("aarch64", (63, 64, 222))):
        program = bpf.program(machine, 1)
        words = [int.from_bytes(program[at + 4 : at + 8], "little") for at in range(0, len(program), 8)]
        assert set(numbers) <= set(words)
        assert words[2] == 0x80000000


def test_what_is_absent_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """On macOS and with old kernels: once, when the program starts, and by `doctor`."""
    assert notice.in_words(Confinement(missing=["seccomp"], open=["use the network"])) == notice.NOT_CONFINED
    assert "start a process" in notice.in_words(Confinement(open=["start a process"]))
    before = [] if in_force() else ["warning"]
    with capture_logs() as lines:
        notice.warn_once()
        monkeypatch.setattr(sys, "platform", "darwin")
        notice.warn_once()
    assert [line["log_level"] for line in lines] == [*before, "warning"]


@LINUX
def test_the_attempts_succeed_where_nothing_confines() -> None:
    """Else they would prove nothing. Their process may do all of it but see that the parent is there."""
    program = (
        "import json; from services.gateway.workers.attempts import open_ways; print(json.dumps(open_ways()))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(json.loads(ran.stdout)) >= set(WAYS) - {"use the network"}


SOMETHING: dict[str, Callable[[], bytes]] = {
    **kinds.SHOWN,
    "a.dng": lambda: dng(corner()),
    "developed.dng": lambda: dng(None),
    "a.mp4": lambda: film([kinds.SCENE]),
    "a.avi": lambda: film([kinds.SCENE], "avi"),
    "a.mts": lambda: film([kinds.SCENE], "mpegts", "mpeg2video"),
    "strange.jpg": lambda: b"nothing",
}


async def test_every_kind_of_photo_is_decoded_as_without_confinement(
    tmp_path: Path, pool: WorkerPool
) -> None:
    """One decoder for all, so that each also comes after all others; whatever is loaded late is loaded."""
    for name, content in SOMETHING.items():
        (tmp_path / name).write_bytes(content())
    broken.write(tmp_path / "broken")
    names = [name for name, _content, _reason in broken.broken() if "bomb" not in name]
    for name in (*SOMETHING, *(f"broken/{name}" for name in names)):
        here = look(str(tmp_path), name, tmp_path / "here")
        there = await pool.read(tmp_path, name)
        assert isinstance(there, Photo | Rejected)
        assert there == here, name
        if isinstance(here, Photo):
            small, other = (preview_path(tmp_path / f, here.image_id) for f in ("here", "data/previews"))
            assert small.read_bytes() == other.read_bytes(), name


SIDECARS = {
    "a.jpg.json": b'{"title": "a.jpg", "description": "Here"}',
    "b.jpg.xmp": '<?xml version="1.0" encoding="windows-1251"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description>Привет</dc:description>'
    "</rdf:Description></rdf:RDF></x:xmpmeta>".encode("cp1251"),
    "c.jpg.xmp": b'<?xml version="1.0" encoding="cp437"?><x/>',
    "d.jpg.xmp": b'<?xml version="1.0" encoding="no-such"?><x/>',
    "e.jpg.json": b'{"a":' + b"[" * 100_000,
}


async def test_every_sidecar_is_read_as_without_confinement(tmp_path: Path, pool: WorkerPool) -> None:
    from services.gateway.workers.pool import Vanished

    for name, content in SIDECARS.items():
        (tmp_path / name).write_bytes(content)
        here = read_beside(str(tmp_path), name, "sidecar")
        try:
            assert await pool.sidecar(tmp_path, name) == here
        except Vanished:
            assert type(here).__name__ == "NoFile"
