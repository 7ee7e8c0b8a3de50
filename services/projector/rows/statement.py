"""What a projection returns: statements, each about one row of one table, or one owner's rows.

The first `Table.key` parameters of a statement identify the rows it touches; it reads and writes nothing else. So
statements on different tables or keys commute, and `batch.py` groups them. Only a sweeping one may touch any row of its
table: it commutes with no other on that table.
"""

from typing import Any

import msgspec


class Table(msgspec.Struct, frozen=True, eq=False):
    name: str
    key: int
    """Number of leading parameters that identify the touched rows."""


class Statement(msgspec.Struct, frozen=True, eq=False):
    table: Table
    sql: str
    sweeping: bool = False
    """It touches rows with other keys than its parameters say."""

    @property
    def inserts(self) -> bool:
        """False: it only updates or deletes existing rows."""
        return self.sql.startswith("INSERT")


Parameters = tuple[Any, ...]
Change = tuple[Statement, Parameters]
Changes = list[Change]


class Place(msgspec.Struct, frozen=True, gc=False):
    """An event's place in the log."""

    position: int
    recorded_us: int
    job_id: str
    """The event's correlation id: the job or command that caused it."""
