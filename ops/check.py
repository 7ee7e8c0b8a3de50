"""`./albumen test`: runs every check, even after one has failed.

The tests use all cores, with one pytest-xdist worker per core and one more, and keep their files in memory if there is
room (set TMPDIR to keep them elsewhere). The quick checks run alongside at low priority, one after another; the output
of each is printed when it finishes.

With arguments, only pytest runs, and gets them: ./albumen test tests/kernel -k append

    ./albumen test --chaos     only the tests that kill processes, cut the power and wear it out, for more than an hour
    ./albumen test --fuzz 60   only the tests that make their inputs by chance, again and again with others, for so many
                               minutes (default: 10); of these only, if paths follow. .hypothesis keeps what has failed,
                               and it is tried first next time
    ./albumen test --coverage  all tests, or the given ones, and which lines and branches of services/ they ran
"""

import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCES: Final = ("services", "ops", "tests", "setup.py")
SCRIPTS: Final = ("web/static/*.js", "*.mjs")
"""ESLint and Prettier expand these patterns themselves."""
MORE_WORKERS: Final = 1
"""Than cores: a fifth of the time, a test waits for something that takes no core."""
MEMORY: Final = Path("/dev/shm")  # noqa: S108  a folder of our own is made in it
ROOM: Final = 6 << 30
"""Bytes that must be free in MEMORY, and as main memory. The whole suite keeps about 1 GB of files there."""


CHAOS: Final = {"ALBUMEN_CHAOS_KILLS": "500", "ALBUMEN_CHAOS_CUTS": "3000", "ALBUMEN_SOAK_S": "900"}
"""The long form: so many accidents per test, and so many seconds. Without it the tests choose a few."""

FUZZ: Final = {"ALBUMEN_FUZZ_CASES": "40"}
"""Mutations of each command in a round; Hypothesis has a profile for its own."""
FUZZ_MINUTES: Final = 10.0


def python(*module: str) -> list[str]:
    return [sys.executable, "-m", *module]


def node(script: str, *arguments: str) -> list[str]:
    """Run a script from .setup/node_modules with the system's Node, or else with the one in Playwright's package."""
    binary = shutil.which("node")
    if binary is None:
        from playwright._impl._driver import compute_driver_executable

        binary = str(compute_driver_executable()[0])
    return [binary, f".setup/node_modules/{script}", *arguments]


def others() -> dict[str, list[str]]:
    """Checks that run beside the tests. Evaluated late, so that `--help` works before anything is installed."""
    return {
        "lint": python("ruff", "check", *SOURCES),
        "format": python("ruff", "format", "--check", *SOURCES),
        "types": python("mypy"),
        "templates": python("djlint", "--lint", "--check", "web/templates"),
        "eslint": node("eslint/bin/eslint.js", *SCRIPTS),
        "prettier": node("prettier/bin/prettier.cjs", "--check", *SCRIPTS, "web/static/*.css"),
    }


def cores() -> int:
    """Number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def whole_suite() -> list[str]:
    """`worksteal` keeps the tests of a file on one worker, sharing its servers, and lets no worker idle at the end."""
    workers = str(cores() + MORE_WORKERS)
    return python("pytest", "-n", workers, "--dist", "worksteal", "--durations=10")


def environment() -> dict[str, str]:
    """Always cache bytecode: the tests start hundreds of processes, and pytest rewrites every test module."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def has_room(folder: Path) -> bool:
    """Whether this is a file system in memory where programs may be run, with enough of both kinds of memory left."""
    try:
        disk = os.statvfs(folder)
        memory = Path("/proc/meminfo").read_text()
    except OSError:
        return False
    available = int(re.findall(r"^MemAvailable: *(\d+) kB", memory, re.MULTILINE)[0]) << 10
    free = disk.f_bavail * disk.f_frsize
    return min(free, available) >= ROOM and not disk.f_flag & os.ST_NOEXEC and os.access(folder, os.W_OK)


@contextlib.contextmanager
def in_memory() -> Iterator[None]:
    """Keep temporary files in memory, where there is room: the tests make thousands of small databases, and each waits
    for the disk again and again. Otherwise they stay where they are."""
    before = os.environ.get("TMPDIR")
    if before is not None or not has_room(MEMORY):
        yield
        return
    with tempfile.TemporaryDirectory(
        prefix="albumen-test-", dir=MEMORY, ignore_cleanup_errors=True
    ) as folder:
        os.environ["TMPDIR"] = folder
        try:
            yield
        finally:
            del os.environ["TMPDIR"]


def run(name: str, command: list[str], *, beside: bool = False) -> bool:
    """Return whether it succeeded; print the duration. `beside`: at low priority, printing nothing until it ends."""
    output = [f"── {name}: {' '.join(part for part in command[1:] if part != '-m')}"]
    began = time.monotonic()
    if not beside:
        print(*output, flush=True)
        output.clear()
    ran = subprocess.run(
        [*(["nice"] if beside else []), *command],
        cwd=ROOT,
        env=environment(),
        check=False,
        stdout=subprocess.PIPE if beside else None,
        stderr=subprocess.STDOUT if beside else None,
        text=True,
    )
    output += [ran.stdout.rstrip()] if beside else []
    ok = ran.returncode == 0
    output.append(f"── {name}: {'ok' if ok else 'FAILED'} in {time.monotonic() - began:.0f} s")
    print(*(["", *output] if beside else output), sep="\n", flush=True)
    return ok


def everything() -> list[str]:
    """Return the names of the failed checks."""
    failed: list[str] = []

    def run_others() -> None:
        failed.extend(name for name, command in others().items() if not run(name, command, beside=True))

    aside = threading.Thread(target=run_others)
    aside.start()
    with in_memory():
        tests = run("tests", whole_suite())
    aside.join()
    return failed if tests else [*failed, "tests"]


def some_tests(arguments: list[str]) -> list[str]:
    """Like `everything`, for selected tests only; without xdist workers, which take seconds to start."""
    return [] if run("tests", python("pytest", *arguments)) else ["tests"]


def covered(arguments: list[str]) -> list[str]:
    """Measures the processes that the tests start, too; ends with a table of what they left out."""
    pytest = arguments or whole_suite()[3:]
    if not run("tests", python("coverage", "run", "-m", "pytest", *pytest)):
        return ["tests"]
    tables = (python("coverage", "combine", "--quiet"), python("coverage", "report"))
    return [] if all(run("coverage", command) for command in tables) else ["coverage"]


def fuzzed(minutes: float, paths: list[str]) -> list[str]:
    """At least one round of all or of `paths`, and no new one once the time is over or something has failed."""
    began, seed = time.monotonic(), secrets.randbelow(1_000_000)
    options = ("-q", "-m", "hypothesis or fuzz", "--hypothesis-profile=fuzz")
    while True:
        os.environ.update(FUZZ, ALBUMEN_FUZZ_SEED=str(seed))
        if not run(f"fuzzing, seed {seed}", python("pytest", *options, f"--hypothesis-seed={seed}", *paths)):
            return ["fuzzing"]
        if time.monotonic() - began >= 60 * minutes:
            return []
        seed += 1


def main(arguments: list[str]) -> int:
    if arguments == ["--help"]:
        print((__doc__ or "").strip())
        return 0
    if arguments[:1] == ["--chaos"]:
        os.environ.update(CHAOS)
        arguments = ["tests/chaos", "-s", *arguments[1:]]
    if arguments[:1] == ["--fuzz"]:
        failed = fuzzed(float(arguments[1]) if arguments[1:] else FUZZ_MINUTES, arguments[2:])
    elif arguments[:1] == ["--coverage"]:
        failed = covered(arguments[1:])
    else:
        failed = some_tests(arguments) if arguments else everything()
    print(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # files in memory are removed
    sys.exit(main(sys.argv[1:]))
