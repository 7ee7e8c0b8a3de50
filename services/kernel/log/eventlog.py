"""The log: append and read. Contract (`Log`), in-memory twin (`MemoryLog`) and SQLite's rules shared by both.

An append is one transaction over any number of streams. Records whose `event_id` is in the log already are
not appended again; the caller gets the position they had. So every caller may repeat itself.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

import msgspec

from services.kernel.clock import now_us
from services.kernel.log.envelope import Envelope, Record


class Conflict(Exception):
    """Somebody appended to the stream first. Nothing was appended: read again, decide again."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}.")
        self.stream, self.expected, self.actual = stream, expected, actual


class Appended(msgspec.Struct, frozen=True):
    positions: list[int]
    """One for each record, in order; of a repeated record the position it had already."""
    new: int
    """How many were not in the log before."""

    @property
    def last(self) -> int:
        return max(self.positions, default=0)


class Log(Protocol):
    async def append(self, records: Sequence[Record], expected: Mapping[str, int] = {}) -> Appended:
        """Append all or nothing; returns after the commit is on disk.

        `expected`: stream -> version it must have now, 0 for one that must not exist yet. Streams not named are
        appended to wherever they are. Raises Conflict. A caller that is cancelled may still have been committed:
        repeat with the same ids.
        """

    async def read(self, after: int, limit: int = 1000) -> list[Envelope]:
        """What stands behind position `after`, in order."""

    async def read_stream(self, stream: str) -> list[Envelope]: ...

    async def read_positions(self, positions: Sequence[int]) -> list[Envelope]: ...

    async def find(self, event_id: UUID) -> Envelope | None: ...

    async def head(self) -> int:
        """The last position; 0 when the log is empty."""


def plan(
    records: Sequence[Record],
    known: Mapping[UUID, int],
    versions: dict[str, int],
    expected: Mapping[str, int],
    head: int,
) -> tuple[list[Envelope], list[int]]:
    """Pure: which rows an append adds and the positions its caller is told.

    `known`: event_id -> position of what is in the log; `versions`: stream -> current version, changed in
    place; `head`: the last position. Raises Conflict before changing anything.
    """
    fresh = {r.event_id for r in records if r.event_id not in known}
    if fresh:
        for stream, version in expected.items():
            if versions.get(stream, 0) != version:
                raise Conflict(stream, version, versions.get(stream, 0))
    rows: list[Envelope] = []
    positions: list[int] = []
    mine: dict[UUID, int] = {}
    now = now_us()
    for record in records:
        position = known.get(record.event_id) or mine.get(record.event_id)
        if position is None:
            head += 1
            position = mine[record.event_id] = head
            version = versions[record.stream] = versions.get(record.stream, 0) + 1
            rows.append(
                Envelope(
                    event_id=record.event_id,
                    stream=record.stream,
                    kind=record.kind,
                    type=record.type,
                    schema_version=record.schema_version,
                    data=record.data,
                    correlation_id=record.correlation_id,
                    causation_id=record.causation_id,
                    position=position,
                    version=version,
                    recorded_at=now,
                )
            )
        positions.append(position)
    return rows, positions


class MemoryLog:
    """The log's twin without a disk, for tests of everything above it."""

    def __init__(self) -> None:
        self.rows: list[Envelope] = []
        self._known: dict[UUID, int] = {}
        self._versions: dict[str, int] = {}

    async def append(self, records: Sequence[Record], expected: Mapping[str, int] = {}) -> Appended:
        rows, positions = plan(records, self._known, self._versions, expected, len(self.rows))
        self.rows += rows
        self._known.update({row.event_id: row.position for row in rows})
        return Appended(positions, len(rows))

    async def read(self, after: int, limit: int = 1000) -> list[Envelope]:
        return self.rows[after : after + limit]

    async def read_stream(self, stream: str) -> list[Envelope]:
        return [row for row in self.rows if row.stream == stream]

    async def read_positions(self, positions: Sequence[int]) -> list[Envelope]:
        return [self.rows[p - 1] for p in sorted(set(positions)) if 0 < p <= len(self.rows)]

    async def find(self, event_id: UUID) -> Envelope | None:
        position = self._known.get(event_id)
        return self.rows[position - 1] if position else None

    async def head(self) -> int:
        return len(self.rows)
