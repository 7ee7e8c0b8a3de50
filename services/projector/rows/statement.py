"""What a projection answers with: statements, each about one row or one owner's rows of one table.

The first `Table.key` parameters of every statement name what it touches, and it neither reads nor writes anything
else. So statements on different tables or different keys may trade places, and `batch.py` groups them.
"""

from typing import Any

import msgspec


class Table(msgspec.Struct, frozen=True, eq=False):
    name: str
    key: int
    """How many leading parameters say which rows are touched."""


class Statement(msgspec.Struct, frozen=True, eq=False):
    table: Table
    sql: str

    @property
    def inserts(self) -> bool:
        """False: it only changes or deletes rows that are there."""
        return self.sql.startswith("INSERT")


Parameters = tuple[Any, ...]
Change = tuple[Statement, Parameters]
Changes = list[Change]


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where an event stands in the log."""

    position: int
    recorded_us: int
    job_id: str
    """Its correlation id: the job or command that it came of."""
