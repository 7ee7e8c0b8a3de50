"""`./albumen test`: every check there is; all run even when an early one fails.

The tests run on every core, each with a worker of pytest-xdist; the quick checks run beside them, one after another,
whenever a core has nothing better to do. What a check says is shown once it has ended.

With arguments only pytest runs, with these: ./albumen test tests/kernel -k append
"""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCES: Final = ("services", "ops", "tests")

SCRIPTS: Final = ("web/static/*.js", "*.mjs")
"""Both tools expand these themselves."""
FEWEST_WORKERS: Final = 2
"""On one core, too: many tests wait."""


def python(*module: str) -> list[str]:
    return [sys.executable, "-m", *module]


def node(script: str, *arguments: str) -> list[str]:
    """A script of what `./albumen test` fetches, by the machine's Node or else by the one in Playwright's package."""
    machines = shutil.which("node")
    if machines is None:
        from playwright._impl._driver import compute_driver_executable

        machines = str(compute_driver_executable()[0])
    return [machines, f".setup/node_modules/{script}", *arguments]


def others() -> dict[str, list[str]]:
    """What runs beside the tests. Asked for when it runs: `--help` is given before anything is installed."""
    return {
        "lint": python("ruff", "check", *SOURCES),
        "format": python("ruff", "format", "--check", *SOURCES),
        "types": python("mypy"),
        "templates": python("djlint", "--lint", "--check", "web/templates"),
        "eslint": node("eslint/bin/eslint.js", *SCRIPTS),
        "prettier": node("prettier/bin/prettier.cjs", "--check", *SCRIPTS, "web/static/*.css"),
    }


def cores() -> int:
    """That this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def whole_suite() -> list[str]:
    """A worker whose tests are done takes half of those that another has left: files stay together for long, with
    the servers that they share, and no worker waits at the end."""
    workers = str(max(cores(), FEWEST_WORKERS))
    return python("pytest", "-n", workers, "--dist", "worksteal", "--durations=10")


def environment() -> dict[str, str]:
    """Compiled modules are kept: hundreds of processes are started, and pytest rewrites every test module."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(name: str, command: list[str], *, beside: bool = False) -> bool:
    """Whether it succeeded; says how long it took. `beside`: slowly, and silent until it has ended."""
    said = [f"── {name}: {' '.join(part for part in command[1:] if part != '-m')}"]
    began = time.monotonic()
    if not beside:
        print(*said, flush=True)
        said.clear()
    ran = subprocess.run(
        [*(["nice"] if beside else []), *command],
        cwd=ROOT,
        env=environment(),
        check=False,
        stdout=subprocess.PIPE if beside else None,
        stderr=subprocess.STDOUT if beside else None,
        text=True,
    )
    said += [ran.stdout.rstrip()] if beside else []
    ok = ran.returncode == 0
    said.append(f"── {name}: {'ok' if ok else 'FAILED'} in {time.monotonic() - began:.0f} s")
    print(*(["", *said] if beside else said), sep="\n", flush=True)
    return ok


def everything() -> list[str]:
    """The names of the checks that failed."""
    failed: list[str] = []

    def run_others() -> None:
        failed.extend(name for name, command in others().items() if not run(name, command, beside=True))

    aside = threading.Thread(target=run_others)
    aside.start()
    tests = run("tests", whole_suite())
    aside.join()
    return failed if tests else [*failed, "tests"]


def some_tests(arguments: list[str]) -> list[str]:
    """The same, of the tests that are asked for; without workers, which take seconds to start."""
    return [] if run("tests", python("pytest", *arguments)) else ["tests"]


def main(arguments: list[str]) -> int:
    if arguments == ["--help"]:
        print((__doc__ or "").strip())
        return 0
    failed = some_tests(arguments) if arguments else everything()
    print(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
