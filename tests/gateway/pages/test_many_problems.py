"""A folder may hold tens of thousands of files that can't be read: the pages that tell so don't wait for that."""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from services.gateway.presentation.empty_state import why_empty
from services.gateway.queries import problems
from services.gateway.queries.reads import JobRow, Work
from services.gateway.running.job_status import JobStatus
from services.gateway.tables.pool import Views
from tests.support.given import read_tables

FEW, MANY, IGNORED = 300, 6_000, 120
A_ROW = 25
"""Instructions of SQLite's virtual machine that counting may take for each problem: by an index, without sorting."""
_INSERT = """INSERT INTO rejection (root, folder, name, size, mtime_ns, reason, position, job_id, since, kind, ignored)
  VALUES ('/photos', ?, ?, 1, 1, ?, ?, 'j', 1, 'file', ?)"""
_FAIL = "INSERT INTO failure (image_id, model_id, job_id, position, reason, ignored) VALUES (?, 'm', 'j', ?, ?, ?)"


class Tables(Views):
    """Counts what its queries cost."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db, self.steps, self.asked = db, 0, list[str]()
        db.set_progress_handler(self._step, 10)

    def _step(self) -> int:
        self.steps += 10
        return 0

    async def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        self.asked.append(sql)
        return self.db.execute(sql, parameters).fetchall()

    @property
    def cache(self) -> Any:
        class None_:
            async def lasting(
                self, tables: Tables, key: object, ask: Callable[[Tables], Awaitable[Any]]
            ) -> Any:
                return await ask(tables)

        return None_()


def tables(count: int) -> Tables:
    """As many rejected files and half as many failures; two reasons for each, one of them rare; some are ignored."""
    db, _ = read_tables()
    rejected = ((f"f{n % 7}", str(n), "rare" if n == 207 else "often", n, n < IGNORED) for n in range(count))
    failed = (
        (str(n), count + n, "rare" if n == 107 else "often", n < IGNORED // 2) for n in range(count // 2)
    )
    db.executemany(_INSERT, rejected)
    db.executemany(_FAIL, failed)
    return Tables(db)


JOB = JobRow(
    job_id="j", position=1, kind="scan", status="done", model_id=None, scope=None, asked=None, started_us=0,
    finished_us=0, total=0, done=0, failed=0, added=0,
)  # fmt: skip
LISTS: dict[str, Callable[[Views], Awaitable[Any]]] = {
    "all": problems.listed,
    "ignored": lambda views: problems.listed(views, ignored=True),
    "of one reason": lambda views: problems.listed(views, kind="file", reason="rare"),
    "of one reason, of photos": lambda views: problems.listed(views, kind="image", reason="rare"),
    "a later page": lambda views: problems.listed(views, kind="file", reason="often", before=200),
    "of a job": lambda views: Work(views).failures(JOB),
}


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_costs_the_same_however_long_it_would_be(name: str) -> None:
    costs = []
    for count in (FEW, MANY):
        one = tables(count)
        assert await LISTS[name](one)
        costs.append(one.steps)
    assert costs[1] < 2 * costs[0]


@pytest.mark.parametrize("ask", [problems.groups, problems.counted, problems.rejected])
async def test_problems_are_counted_by_an_index(ask: Callable[[Views], Awaitable[Any]]) -> None:
    few, many = tables(FEW), tables(MANY)
    for one in (few, many):
        await ask(one)
    assert many.steps - few.steps < A_ROW * (MANY - FEW) * 1.5


async def test_groups_come_with_the_newest_of_each() -> None:
    found = {(one.kind, one.reason): one for one in await problems.groups(tables(FEW))}
    assert {key: one.count for key, one in found.items()} == {
        ("file", "often"): 179, ("file", "rare"): 1, ("image", "often"): 89, ("image", "rare"): 1,
    }  # fmt: skip
    first = found["file", "often"].first
    assert [one.position for one in first] == [299, 298, 297, 296, 295]
    assert first[0].path == "/photos/f5/299"
    assert [one.image_id for one in found["image", "rare"].first] == ["107"]


class Scanning:
    """`Jobs`, of which one is a scan."""

    async def running(self) -> list[JobStatus]:
        return [JobStatus(command_id="j", type="scan_library", status="running")]


async def test_while_a_scan_runs_nobody_counts_what_it_rejects() -> None:
    """The page shows the scan; every second request of it would come after another change."""
    one = tables(FEW)
    assert (await why_empty(one, Scanning()))["scan"]  # type: ignore[arg-type]
    assert not [sql for sql in one.asked if "rejection" in sql or "problem" in sql]


def test_no_index_but_one_holds_names() -> None:
    """They may have 750 bytes, which each count of problems would read."""
    db, _ = read_tables()
    wide = {
        index
        for _number, index, *_ in db.execute("PRAGMA index_list(rejection)").fetchall()
        for _place, _column, name, *_ in db.execute(f"PRAGMA index_xinfo({index})")
        if name in ("folder", "name")
    }
    assert len(wide) == 1
