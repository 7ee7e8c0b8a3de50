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

    __slots__ = ("first", "key", "last", "newest", "of", "rows", "swept")

    def __init__(self, first: Statement) -> None:
        self.first: Statement | None = None if first.sweeping else first
        """The only statement so far: its rows form one group, and nobody needs to know their keys. None: there are
        several."""
        self.key = first.table.key
        self.of: list[Statement] = [] if first.sweeping else [first]
        self.rows: list[list[Parameters]] = [[] for _ in self.of]
        self.newest: dict[Statement, int] = dict.fromkeys(self.of, 0)
        """Statement -> its last group."""
        self.last: dict[Any, int] = {}
        """Key -> the last group that touches it, once there are several statements."""
        self.swept = False
        """Whether there is a sweeping statement."""

    def keys(self) -> Iterable[Any]:
        """That the statements touch, each once."""
        if self.first is None:
            return self.last
        rows = self.rows[0]
        return dict.fromkeys([row[0] for row in rows] if self.key == 1 else [row[: self.key] for row in rows])

    def add(self, statement: Statement, parameters: Parameters) -> None:
        if self.first is not None:
            self.last = dict.fromkeys(self.keys(), 0)
            self.first = None
        key = parameters[0] if self.key == 1 else parameters[: self.key]
        at = self.newest.get(statement, -1)
        if at < self.last.get(key, 0):
            at = self.newest[statement] = len(self.of)
            self.of.append(statement)
            self.rows.append([])
            if statement.sweeping:
                self.newest.clear()
                self.rows[at].append(parameters)
                self.swept = True
                return
        self.rows[at].append(parameters)
        self.last[key] = at


class Batch:
    def __init__(self) -> None:
        self._tables: dict[Table, _Groups] = {}

    def add(self, changes: Iterable[Change]) -> None:
        for statement, parameters in changes:
            groups = self._tables.get(statement.table)
            if groups is None:
                groups = self._tables[statement.table] = _Groups(statement)
            if groups.first is statement:
                groups.rows[0].append(parameters)
            else:
                groups.add(statement, parameters)

    def rows(self, statement: Statement) -> list[list[Parameters]]:
        """The parameters of each of its groups, which may be changed but for the key."""
        if (groups := self._tables.get(statement.table)) is None:
            return []
        return [rows for of, rows in zip(groups.of, groups.rows, strict=True) if of is statement]

    def keys(self, table: Table) -> list[Any]:
        """The keys that the statements on a table touch."""
        groups = self._tables.get(table)
        return list(groups.keys()) if groups else []

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
