"""Groups statements so that thousands of rows take a dozen `executemany` calls.

Statements with the same key on the same table keep their order; all others commute (`statement.py`). So a statement
joins the newest group of its kind unless a later group has touched its key. A sweeping statement is a group by itself,
and the groups before it are closed.
"""

import sqlite3
from collections.abc import Iterable
from typing import Any

from services.projector.rows.statement import Change, Parameters, Statement, Table
from services.projector.setting_aside import require_storable


class _Groups:
    """The groups of one table, in the order they run in."""

    __slots__ = ("last", "newest", "of", "rows", "swept")

    def __init__(self) -> None:
        self.of: list[Statement] = []
        self.rows: list[list[Parameters]] = []
        self.newest: dict[Statement, int] = {}
        """Statement -> its last group."""
        self.last: dict[Any, int] = {}
        """Key -> the last group that touches it."""
        self.swept = False
        """Whether there is a sweeping statement."""


class Batch:
    def __init__(self) -> None:
        self._tables: dict[Table, _Groups] = {}

    def add(self, changes: Iterable[Change]) -> None:
        for statement, parameters in changes:
            table = statement.table
            groups = self._tables.get(table)
            if groups is None:
                groups = self._tables[table] = _Groups()
            key = parameters[0] if table.key == 1 else parameters[: table.key]
            at = groups.newest.get(statement, -1)
            if at < groups.last.get(key, 0):
                at = groups.newest[statement] = len(groups.of)
                groups.of.append(statement)
                groups.rows.append([])
                if statement.sweeping:
                    groups.newest.clear()
                    groups.rows[at].append(parameters)
                    groups.swept = True
                    continue
            groups.rows[at].append(parameters)
            groups.last[key] = at

    def keys(self, table: Table) -> list[Any]:
        """The keys that the statements on a table touch."""
        groups = self._tables.get(table)
        return list(groups.last) if groups else []

    def swept(self, table: Table) -> bool:
        """Whether rows with any key may have been touched."""
        return table in self._tables and self._tables[table].swept

    def run(self, db: sqlite3.Connection, filled: set[Table] | None = None) -> None:
        """Run everything inside the caller's transaction.

        `filled`: during a bulk load, the tables that already hold rows (updated here). The others have nothing to
        update or delete, so such statements are skipped. Raises OverflowError or UnicodeEncodeError for values that
        can't be stored, those of skipped statements among them: otherwise a rebuild would believe an entry that the
        running projector has set aside.
        """
        for table, groups in self._tables.items():
            for statement, rows in zip(groups.of, groups.rows, strict=True):
                if filled is not None and table not in filled:
                    if not statement.inserts:
                        require_storable(rows)
                        continue
                    filled.add(table)
                db.executemany(statement.sql, rows)
