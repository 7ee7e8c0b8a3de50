"""Servers that the tests start don't outlive a test session that is killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.support.album import alive, environment
from tests.support.waiting import eventually

SESSION = """
import subprocess, sys
from tests.support import leash
quiet = {"stdout": subprocess.DEVNULL, "start_new_session": True}
started = [subprocess.Popen(["sleep", "3600"], **quiet) for _ in range(3)]
for one in started:
    leash.tie(one.pid)
leash.free(started[1].pid)
print(*(one.pid for one in started), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def session() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", SESSION],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as started:
        yield started


async def test_what_is_tied_ends_with_a_session_that_is_killed(session: "subprocess.Popen[str]") -> None:
    """But for what has been freed, whose number may be another's by then."""
    assert session.stdout
    first, freed, last = map(int, session.stdout.readline().split())
    try:
        session.kill()
        await eventually(lambda: not alive(first) and not alive(last), "both have ended")
        assert alive(freed)
    finally:
        os.kill(freed, signal.SIGKILL)
