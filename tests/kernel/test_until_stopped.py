"""A service runs until it is stopped, and its trouble is not lost."""

import asyncio
from pathlib import Path

import pytest

from services.kernel.until_stopped import own_name, until_stopped
from tests.support.waiting import eventually


async def test_it_is_cancelled_when_it_is_stopped_and_beats_before(tmp_path: Path) -> None:
    stop, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def beats() -> bool:
        return (tmp_path / "beat").exists()

    running = asyncio.create_task(until_stopped("test", work(), tmp_path / "beat", stop))
    await eventually(beats, "a heartbeat")
    assert not running.done()
    stop.set()
    await running
    assert ended.is_set()
    assert len(asyncio.all_tasks()) == 1


async def test_what_it_raises_is_raised() -> None:
    async def work() -> None:
        raise ValueError("no graphics card")

    with pytest.raises(ValueError, match="no graphics card"):
        await until_stopped("test", work(), None, asyncio.Event())


async def test_it_may_come_to_an_end() -> None:
    await until_stopped("test", asyncio.sleep(0), None, asyncio.Event())


def test_names_differ_even_in_one_process() -> None:
    assert len({own_name() for _ in range(20)}) == 20
