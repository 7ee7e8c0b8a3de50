"""What is not loaded before the first page: it would make everybody wait."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.waiting import PATIENCE_S

ROOT = Path(__file__).parents[2]
LOADED = """
import sys
from services.cli.__main__ import load_structlog
load_structlog()
from services.cli import serve
unwanted = {"rich", "pathspec", "numpy", "PIL", "argon2", "segno", "cryptography", "tensorflow"}
print(sorted(unwanted & sys.modules.keys()))
import rich.console, structlog
assert structlog.dev.rich is None
"""


def test_the_web_server_starts_without_what_only_some_pages_and_processes_need() -> None:
    """Commands that draw tables can still load Rich."""
    ran = subprocess.run(
        [sys.executable, "-c", LOADED],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "[]\n"), ran.stderr
