"""`./albumen test`: every check there is, one after another; all run even when an early one fails.

With arguments only pytest runs, with these: ./albumen test tests/kernel -k append
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("services", "ops", "tests")

STEPS: dict[str, list[str]] = {
    "lint": ["ruff", "check", *SOURCES],
    "format": ["ruff", "format", "--check", *SOURCES],
    "templates": ["djlint", "--lint", "--check", "web/templates"],
    "types": ["mypy"],
    "tests": ["pytest", "--durations=10"],
}


def run(name: str, command: list[str]) -> bool:
    """Whether it succeeded; says how long it took."""
    print(f"── {name}: {' '.join(command)}", flush=True)
    began = time.monotonic()
    ok = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode == 0
    print(f"── {name}: {'ok' if ok else 'FAILED'} in {time.monotonic() - began:.0f} s", flush=True)
    return ok


def main(arguments: list[str]) -> int:
    steps = {"tests": ["pytest", *arguments]} if arguments else STEPS
    failed = [name for name, command in steps.items() if not run(name, command)]
    print(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
