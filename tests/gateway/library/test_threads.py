"""Threads for the photo folders: a disk that doesn't answer holds up nobody else."""

import asyncio
import contextvars
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from services.gateway.reading.threads import THREADS, to_photo_thread
from tests.support.waiting import PATIENCE_S

ROOT = Path(__file__).parents[3]


async def test_calls_that_never_return_leave_the_other_threads_free() -> None:
    """The pages' threads at once; those of the folders once one of them is free."""
    answers = threading.Event()
    stuck = [asyncio.create_task(to_photo_thread(answers.wait)) for _ in range(THREADS)]
    waiting = asyncio.create_task(to_photo_thread(str, 1))
    try:
        assert await asyncio.to_thread(str, 2) == "2"
        assert not waiting.done()
    finally:
        answers.set()
    assert await waiting == "1"
    assert await asyncio.gather(*stuck) == [True] * THREADS


async def test_results_errors_and_context_are_the_callers() -> None:
    colour = contextvars.ContextVar("colour", default="none")
    colour.set("red")
    assert await to_photo_thread(colour.get) == "red"
    with pytest.raises(ZeroDivisionError):
        await to_photo_thread(divmod, 1, 0)
    assert await to_photo_thread(int, "11", base=2) == 3


STUCK = """
import asyncio, threading
from services.gateway.reading.threads import to_photo_thread
async def main():
    asyncio.create_task(to_photo_thread(threading.Event().wait))
    await asyncio.sleep(0.05)
    print("over", flush=True)
asyncio.run(main())
"""


def test_the_program_ends_while_a_call_is_stuck() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", STUCK],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "over\n"), ran.stderr
