"""The thread that watches an event loop tells what keeps it."""

import asyncio
import time
from pathlib import Path

from ops.bench.steps import Stop, Watch, longest, stops
from tests.support.waiting import PATIENCE_S

COMPUTED_S = 0.4
"""Far longer than a busy machine keeps the watching thread waiting."""


def compute() -> None:
    until = time.thread_time() + COMPUTED_S
    while time.thread_time() < until:
        pass


async def test_a_long_step_is_told_with_its_name_and_its_processor_time(tmp_path: Path) -> None:
    report = tmp_path / "stops"
    Watch(asyncio.get_running_loop(), report).start()
    until = time.monotonic() + PATIENCE_S
    while not (found := stops(report, 0)) or found[0].cpu_ms < COMPUTED_S * 500:
        assert time.monotonic() < until
        compute()
        await asyncio.sleep(0)
    assert found[0].where[-1].endswith(" compute")
    assert found[0].cpu_ms <= COMPUTED_S * 1500
    assert found == sorted(found, key=lambda stop: -stop.ms)
    assert not stops(report, time.monotonic() + 1)


def test_the_longest_is_told_in_words() -> None:
    stop = Stop(at=1, ms=70.4, cpu_ms=60.2, where=["a.py:1 outer", "b.py:2 inner"])
    assert longest([stop]) == (70.4, "60 ms of processor time; b.py:2 inner")
    assert longest([])[0] == 0
