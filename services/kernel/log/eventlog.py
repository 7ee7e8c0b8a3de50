"""The log: its contract (`Log`), an in-memory twin (`MemoryLog`), and the rules that this shares with the SQLite log.

An append is one transaction over any number of streams. Records whose `event_id` is already in the log are not
appended again; the caller gets their existing positions. So appends are idempotent.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

import msgspec

from services.kernel.clock import now_us
from services.kernel.log.chain import BEGINNING, links
from services.kernel.log.envelope import Envelope, Record
from services.kernel.log.patterns import ANY, matches
from services.kernel.log.rows import row


class Conflict(Exception):
    """Somebody else appended to the stream first. Nothing was appended: read and decide again."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream} is at version {actual}, not {expected}.")
        self.stream, self.expected, self.actual = stream, expected, actual


class Appended(msgspec.Struct, frozen=True):
    positions: list[int]
    """One per record, in order; for a repeated record, its existing position."""
    new: int
    """How many records were not yet in the log."""

    @property
    def last(self) -> int:
        return max(self.positions, default=0)


class Log(Protocol):
    async def append(self, records: Sequence[Record], expected: Mapping[str, int] = {}) -> Appended:
        """Append all or nothing; returns once the commit is on disk, where the log's path leads to it.

        `expected`: stream -> the version it must have now, 0 if it must not exist yet; other streams may have any
        version. `category-*` -> the position after which nothing may have come to streams that begin so. Raises
        Conflict, or finding.LogError if nothing can be saved. An append that was cancelled or raised LogError may be
        committed all the same: retry with the same ids.
        """

    async def read(self, after: int, limit: int = 1000) -> list[Envelope]:
        """Rows after position `after`, in order; those that the file has lost to damage are passed over."""

    async def read_stream(self, stream: str) -> list[Envelope]:
        """Raises LogError if one can't be read: decisions rest on all of them."""

    async def read_positions(self, positions: Sequence[int]) -> list[Envelope]:
        """Like `read`."""

    async def find(self, event_id: UUID) -> Envelope | None:
        """Raises LogError if it can't be read."""

    async def versions(self, streams: Sequence[str]) -> dict[str, int]:
        """The current version of each of these streams that is in the log. Raises LogError."""

    async def head(self) -> int:
        """The last position; 0 when the log is empty."""

    async def link(self, position: int) -> bytes | None:
        """The hash over the record at this position and all before it. None if there is no such record, or if the log
        is older than its chain, which has not come so far yet."""


def plan(
    records: Sequence[Record],
    existing: dict[UUID, int],
    versions: dict[str, int],
    expected: Mapping[str, int],
    head: int,
) -> tuple[list[Envelope], list[int]]:
    """The rows that an append adds, and the positions to return to its caller.

    `existing`: event_id -> position in the log; `versions`: stream -> current version, and pattern -> last position;
    both are updated in place. `head`: the last position. Raises Conflict before changing anything.
    """
    if expected and any(record.event_id not in existing for record in records):
        for stream, version in expected.items():
            actual = versions.get(stream, 0)
            if actual > version or (actual < version and not stream.endswith(ANY)):
                raise Conflict(stream, version, actual)
    rows: list[Envelope] = []
    positions: list[int] = []
    now = now_us()
    for record in records:
        position = existing.get(record.event_id)
        if position is None:
            head += 1
            position = existing[record.event_id] = head
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
    """The log in memory, for tests of everything above it."""

    def __init__(self) -> None:
        self.rows: list[Envelope] = []
        self._chain: list[bytes] = []
        self._known: dict[UUID, int] = {}
        self._versions: dict[str, int] = {}

    async def append(self, records: Sequence[Record], expected: Mapping[str, int] = {}) -> Appended:
        for pattern in (stream for stream in expected if stream.endswith(ANY)):
            places = (row.position for row in self.rows if matches(pattern, row.stream))
            self._versions[pattern] = max(places, default=0)
        rows, positions = plan(records, self._known, self._versions, expected, len(self.rows))
        self.rows += rows
        self._chain += links(self._chain[-1] if self._chain else BEGINNING.hash, map(row, rows))
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

    async def versions(self, streams: Sequence[str]) -> dict[str, int]:
        return {stream: self._versions[stream] for stream in streams if stream in self._versions}

    async def head(self) -> int:
        return len(self.rows)

    async def link(self, position: int) -> bytes | None:
        return self._chain[position - 1] if 0 < position <= len(self._chain) else None
