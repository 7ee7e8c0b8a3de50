"""What is not loaded before the first page, or for a command beside a running album: it would make everybody wait."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


BESIDE = """
import importlib, sys
importlib.import_module("services.cli." + sys.argv[1])
print(sorted({"services.cli.serve", "services.gateway.lifespan", "uvicorn"} & sys.modules.keys()))
"""


def loaded(script: str, *arguments: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_web_server_starts_without_what_only_some_pages_and_processes_need() -> None:
    """Commands that draw tables can still load Rich."""
    assert loaded(LOADED) == "[]\n"


@pytest.mark.parametrize("command", ["jobs", "joblist", "status", "searching", "imports", "export", "models"])
def test_a_command_beside_a_running_album_needs_no_gateway_of_its_own(command: str) -> None:
    assert loaded(BESIDE, command) == "[]\n"
