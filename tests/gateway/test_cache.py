"""Answers are computed once, for all who ask for them at the same time."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from services.gateway.tables.cache import Cache
from services.gateway.tables.changes import READING, Changes


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


TABLES = {"tree": ["pear", "branch"], "soil": ["earth"], "secret": None}
"""Query -> the tables it reads; None: their changes are not noted."""


class Noted:
    """Changes of tables, at positions."""

    def __init__(self) -> None:
        self.changes, self._rows = Changes(), list[tuple[object, ...]]()

    async def change(self, position: int, table: str | None = None) -> None:
        async def fetch(sql: str, _parameters: object) -> list[tuple[object, ...]]:
            return [("hidden",)] if "sqlite_schema" in sql else [(position, table, "0a", position)]

        await self.changes.follow(fetch)
        for sql, tables in TABLES.items():
            self.changes.learn(sql, tables or ["hidden"])

    async def follow(self) -> int:
        return self.changes.position


Asked = Callable[[Noted], Awaitable[object]]


async def times(noted: Noted, cache: Cache, ask: Asked, key: str = "key") -> int:
    """Asks for an answer; returns how often it was computed for that."""
    computed = 0

    async def compute(tables: Noted) -> object:
        nonlocal computed
        computed += 1
        return await ask(tables)

    await cache.lasting(noted, key, compute)
    return computed


def made_of(cache: Cache, *queries: str) -> Asked:
    """`queries`: of TABLES, or else names of other answers, which read what grows on a tree."""

    async def ask(tables: Noted) -> str:
        for sql in queries:
            if sql in TABLES:
                reads = READING.get()
                assert reads
                reads.add(tables.changes.tables(sql))
            else:
                await cache.lasting(tables, sql, made_of(cache, "tree"))
        return "answer"

    return ask


@pytest.mark.parametrize(
    ("queries", "table", "again"),
    [
        (["tree"], "earth", 0),
        (["tree"], None, 0),
        (["tree"], "pear", 1),
        (["tree", "soil"], "earth", 1),
        (["secret"], "earth", 1),
        (["tree", "secret"], "earth", 1),
        ([], "earth", 1),
        (["another answer"], "earth", 0),
        (["another answer", "soil"], "earth", 1),
    ],
)
async def test_an_answer_holds_until_a_table_changes_that_it_is_made_of(
    queries: list[str], table: str | None, again: int
) -> None:
    """Not if it isn't known what it is made of."""
    noted, cache = Noted(), Cache()
    ask = made_of(cache, *queries)
    await noted.change(1, "pear")
    assert [await times(noted, cache, ask), await times(noted, cache, ask)] == [1, 0]
    await noted.change(2, table)
    assert [await times(noted, cache, ask), await times(noted, cache, ask)] == [again, 0]
    await noted.change(3, "stone")
    assert await times(noted, cache, ask) == (1 if "secret" in queries or not queries else 0)


async def test_what_is_made_of_an_answer_that_stays_the_same_holds() -> None:
    """Though what that was made of has changed; also over several."""
    noted, cache, weight = Noted(), Cache(), 1

    async def weigh(tables: Noted) -> str:
        await made_of(cache, "tree")(tables)
        return "heavy" if weight > 5 else "light"

    async def say(tables: Noted) -> str:
        return f"{await cache.lasting(tables, 'weight', weigh)} pears"

    async def tell(tables: Noted) -> str:
        return f"{await cache.lasting(tables, 'said', say)} were bought"

    await noted.change(1)
    assert await times(noted, cache, tell) == 1
    weight = 2
    await noted.change(2, "pear")
    assert await times(noted, cache, tell) == 0
    weight = 6
    assert await times(noted, cache, tell) == 0  # nobody has noted that
    await noted.change(3, "pear")
    assert await times(noted, cache, tell) == 1
    assert await cache.lasting(noted, "key", tell) == "heavy pears were bought"


async def test_an_answer_that_can_be_had_no_more_is_asked_for_where_it_is_needed() -> None:
    noted, cache, fails = Noted(), Cache(), False

    async def inner(tables: Noted) -> str:
        await made_of(cache, "tree")(tables)
        if fails:
            raise ValueError("no answer")
        return "answer"

    async def outer(tables: Noted) -> object:
        return await cache.lasting(tables, "inner", inner)

    await noted.change(1)
    assert await times(noted, cache, outer) == 1
    fails = True
    await noted.change(2, "pear")
    with pytest.raises(ValueError, match="no answer"):
        await times(noted, cache, outer)
    fails = False
    assert await times(noted, cache, outer) == 1


async def test_what_holds_for_one_position_makes_others_hold_no_longer() -> None:
    noted, cache = Noted(), Cache()

    async def ask(tables: Noted) -> object:
        await made_of(cache, "tree")(tables)
        return await cache.get(tables.changes.position, "drawn", made_of_nothing)

    async def made_of_nothing() -> str:
        return "picture"

    await noted.change(1)
    assert await times(noted, cache, ask) == 1
    await noted.change(2, "stone")
    assert await times(noted, cache, ask) == 1


async def test_without_changes_it_holds_for_one_position() -> None:
    """As for what depends on more than tables."""
    cache, computed = Cache(), 0

    async def compute() -> None:
        nonlocal computed
        computed += 1

    for position in (1, 1, 2):
        await cache.get(position, "key", compute)
    assert computed == 2


async def test_of_most_queries_it_is_known_what_they_read() -> None:
    """Not of those that were asked least recently, of which there may be any number."""
    changes = Changes()

    async def nothing(_sql: str, _parameters: object) -> list[tuple[object, ...]]:
        return []

    await changes.follow(nothing)
    changes.learn("first", ["pear"])
    for number in range(1999):
        changes.learn(str(number), ["pear"])
    assert changes.tables("first") == frozenset({"pear"})
    changes.learn("one more", ["pear"])
    assert changes.tables("0") is None and changes.tables("first") == frozenset({"pear"})


async def test_of_two_who_follow_the_earlier_may_hear_later() -> None:
    """Each over a connection of its own: what the other has heard since counts."""
    changes, late = Changes(), asyncio.Event()

    async def earlier(sql: str, _parameters: object) -> list[tuple[object, ...]]:
        if "sqlite_schema" in sql:
            return [("part_change",)]
        await late.wait()
        return [(9, "pear", "0a", 9)]

    async def later(_sql: str, _parameters: object) -> list[tuple[object, ...]]:
        return [(11, "pear", "0a", 11)]

    first = asyncio.create_task(changes.follow(earlier))
    await asyncio.sleep(0)
    await changes.follow(later)
    late.set()
    await first
    assert changes.position == 11 and changes.since(10, ["pear"])
    assert changes.prefixes(10, ["pear"]) == {"0a"}
