"""Answers are computed once, for all who ask for them at the same time."""

import asyncio

import pytest

from services.gateway.tables.cache import Cache


class Counting:
    """Computes an answer once it may."""

    def __init__(self) -> None:
        self.begun = 0
        self.may = asyncio.Event()

    async def __call__(self) -> str:
        self.begun += 1
        await self.may.wait()
        return "answer"


async def asked(cache: Cache, compute: Counting, position: int = 1) -> "asyncio.Task[str]":
    """A task that waits for the answer."""
    task = asyncio.create_task(cache.get(position, "key", compute))
    for _ in range(3):
        await asyncio.sleep(0)
    return task


async def test_sixteen_who_ask_at_the_same_time_cost_one_answer() -> None:
    cache, compute = Cache(), Counting()
    tasks = [await asked(cache, compute) for _ in range(16)]
    compute.may.set()
    assert await asyncio.gather(*tasks) == ["answer"] * 16
    assert compute.begun == 1


async def test_the_first_may_go_away() -> None:
    cache, compute = Cache(), Counting()
    first, second = await asked(cache, compute), await asked(cache, compute)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    compute.may.set()
    assert await second == "answer"
    assert compute.begun == 1


async def test_nobody_gets_the_answer_of_an_earlier_position() -> None:
    cache, compute = Cache(), Counting()
    before, after = await asked(cache, compute, 1), await asked(cache, compute, 2)
    assert compute.begun == 2
    compute.may.set()
    assert [await before, await after] == ["answer", "answer"]


async def test_a_failure_is_for_those_who_waited_and_not_kept() -> None:
    cache, begun, may = Cache(), 0, asyncio.Event()

    async def fail() -> str:
        nonlocal begun
        begun += 1
        await may.wait()
        raise ValueError("no answer")

    tasks = [asyncio.create_task(cache.get(1, "key", fail)) for _ in range(3)]
    await asyncio.sleep(0)
    may.set()
    assert [str(one) for one in await asyncio.gather(*tasks, return_exceptions=True)] == ["no answer"] * 3
    assert begun == 1
    with pytest.raises(ValueError, match="no answer"):
        await cache.get(1, "key", fail)
    assert begun == 2


async def test_closing_ends_what_nobody_waits_for_any_more() -> None:
    cache, compute = Cache(), Counting()
    task = await asked(cache, compute)
    task.cancel()
    await cache.close()
    assert len(asyncio.all_tasks()) == 1
