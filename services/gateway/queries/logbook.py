"""The log in reverse for the history page, over its own connection so that no writer has to wait."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import aiosqlite
import msgspec

from services.kernel.log.around import is_whole
from services.kernel.log.envelope import Envelope
from services.kernel.log.migrate import steps
from services.kernel.log.rows import COLUMNS, envelope, replaced
from services.kernel.log.sqlite import EVEN_CUT, READER, is_unreadable, reader_uri

_TOLD: Final = (
    "type NOT IN ('image_imported', 'file_added', 'image_classified', 'image_explained', 'sidecar_read')"
)
"""Must match the condition of the index `event_told` word for word, or SQLite does not use it."""
_ROWS: Final = f"SELECT {COLUMNS} FROM event WHERE position IN ({{}}) ORDER BY position DESC"
_ONE: Final = f"SELECT {COLUMNS} FROM event WHERE position = ?"
_BACK: Final = f"""SELECT position FROM event WHERE {_TOLD} AND type IN (SELECT value FROM json_each(?1))
    AND position < ?2{{}} ORDER BY position DESC LIMIT ?3"""
_SCANNED: Final = f""" AND (type IN (SELECT value FROM json_each(?5)) OR ifnull(causation_id IN (
    SELECT event_id FROM event WHERE {_TOLD} AND type IN (SELECT value FROM json_each(?6))), 0)) = ?4"""
_STARTED: Final = f"SELECT event_id FROM event WHERE {_TOLD} AND type IN (SELECT value FROM json_each(?7))"
_APART: Final = f""" AND (type = ?9 OR causation_id IS NULL OR causation_id NOT IN (
    SELECT event_id FROM event
      WHERE {_TOLD} AND type IN (SELECT value FROM json_each(?8)) AND causation_id IN ({_STARTED})
    UNION ALL SELECT event_id FROM event WHERE {_TOLD} AND type = ?10
      AND replace(data ->> 'command_id', '-', '') IN (SELECT lower(hex(event_id)) FROM ({_STARTED}))))"""
_OF: Final = """SELECT * FROM (
    SELECT * FROM (SELECT position FROM event WHERE stream = ?1 AND position < ?3 ORDER BY version DESC LIMIT ?4)
    UNION SELECT value FROM json_each(?2))
  ORDER BY 1 DESC LIMIT ?4"""
_ACTIONS: Final = f"""SELECT type, recorded_at FROM event WHERE position IN (
    SELECT min(position) FROM event WHERE {_TOLD} AND type IN (SELECT value FROM json_each(?1)) AND position < ?2
      GROUP BY type, causation_id ORDER BY 1 DESC LIMIT ?3)
  ORDER BY position"""
"""The index has all but the time: what one command did to thousands of photos costs as little as to one."""
_FOUND: Final = "SELECT position FROM event WHERE event_id IN ({})"
_IMPORTED: Final = """SELECT j.value ->> 0, (SELECT json_group_array(substr(stream, 7)) FROM (
    SELECT stream FROM event WHERE position BETWEEN s.position AND min(j.value ->> 0, s.position + 1000)
      AND type = 'image_imported' AND correlation_id = s.correlation_id LIMIT ?2))
  FROM json_each(?1) j CROSS JOIN event s ON s.stream = 'job-' || (j.value ->> 1) AND s.version = 1"""
"""A scan's first imports come soon after its start, so at most a thousand rows are searched."""
_GIVEN: Final = f"""SELECT type, iif(json_valid(data), json_remove(data, '$.images'), '{{}}') FROM event
  WHERE position IN (SELECT position FROM event
      WHERE {_TOLD} AND type IN (SELECT value FROM json_each(?)) AND causation_id IS NULL
      ORDER BY position DESC LIMIT ?) ORDER BY position DESC"""
_NO_END: Final = 2**62


class Scanned(msgspec.Struct, frozen=True):
    """Restricts entries to those caused by scans, or to all others."""

    wanted: bool
    types: Sequence[str]
    """Events that only scans cause."""
    commands: Sequence[str]
    """Commands that must have caused any other event."""


class Chains(msgspec.Struct, frozen=True):
    """Leaves out what the commands of jobs caused, which may be thousands, and what undid them."""

    starts: Sequence[str]
    """Commands that start such jobs."""
    commands: Sequence[str]
    """Those that the jobs give."""
    kept: str
    """The event of a command that undoes others …"""
    undoes: str
    """… and that command."""


class Logbook:
    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db

    @classmethod
    async def open(cls, path: Path, *, damaged: bool = False) -> "Logbook":
        """The log must exist. `damaged`: even if it is cut off."""
        db = await aiosqlite.connect(reader_uri(path), uri=True, isolation_level=None)
        for pragma in (*READER, EVEN_CUT) if damaged else READER:
            await db.execute(pragma)
        db.text_factory = replaced
        return cls(db)

    @classmethod
    async def empty(cls) -> "Logbook":
        """Of a log without messages, while the real one is not to be believed."""
        db = await aiosqlite.connect(":memory:", isolation_level=None)
        for _number, sql in steps():
            await db.executescript(sql)
        return cls(db)

    async def back(
        self,
        types: Sequence[str],
        before: int | None,
        limit: int,
        scanned: Scanned | None = None,
        chains: Chains | None = None,
    ) -> list[Envelope]:
        """Messages of these types before a position, newest first, without the types that `_TOLD` excludes."""
        parameters: list[Any] = [json.dumps(types), before or _NO_END, limit]
        if scanned or chains:
            parameters += (
                [scanned.wanted, json.dumps(scanned.types), json.dumps(scanned.commands)]
                if scanned
                else [None] * 3
            )
        if chains:
            parameters += [json.dumps(chains.starts), json.dumps(chains.commands), chains.kept, chains.undoes]
        conditions = (_SCANNED if scanned else "") + (_APART if chains else "")
        return await self._read(_BACK.format(conditions), parameters)

    async def of(
        self, stream: str, positions: Sequence[int], before: int | None, limit: int
    ) -> list[Envelope]:
        """Messages before a position: those of the stream and those at `positions`, newest first."""
        return await self._read(_OF, (stream, json.dumps(positions), before or _NO_END, limit))

    async def actions(self, types: Sequence[str], before: int, limit: int) -> list[tuple[str, int]]:
        """(type, when, in microseconds since 1970) of the last actions before a position, oldest first: what a command
        caused of one type is one."""
        parameters = (json.dumps(types), before, limit)
        try:
            rows = await self._db.execute_fetchall(_ACTIONS, parameters)
        except sqlite3.DatabaseError as error:
            if not is_unreadable(error):
                raise
            return []
        return [(row[0], row[1]) for row in rows]

    async def found(self, ids: Collection[UUID]) -> list[Envelope]:
        """The messages with these ids that are in the log, in no particular order."""
        return await self._read(_FOUND.format(", ".join("?" * len(ids))), [id_.bytes for id_ in ids])

    async def given(self, types: Sequence[str], limit: int) -> list[tuple[str, dict[str, Any]]]:
        """(type, fields) of the commands of these types that people gave, newest first, without their photos; none that
        a job gave for them."""
        try:
            rows = await self._db.execute_fetchall(_GIVEN, (json.dumps(types), limit))
        except sqlite3.DatabaseError as error:
            if not is_unreadable(error):
                raise
            return []
        return [(row[0], json.loads(row[1])) for row in rows]

    async def imported(self, scans: Mapping[int, str], limit: int) -> dict[int, list[str]]:
        """The first photos each scan imported, at most `limit`. `scans`: position of its end -> job id."""
        try:
            rows = await self._db.execute_fetchall(_IMPORTED, (json.dumps(list(scans.items())), limit))
        except sqlite3.DatabaseError as error:
            if not is_unreadable(error):
                raise
            return {}
        return {row[0]: json.loads(row[1]) for row in rows}

    async def close(self) -> None:
        await self._db.close()

    async def _read(self, positions: str, parameters: Sequence[Any]) -> list[Envelope]:
        """The rows at the positions that a query finds, newest first. Those on a damaged page are passed over; the
        query itself needs no more than indexes."""
        try:
            rows = [*await self._db.execute_fetchall(_ROWS.format(positions), parameters)]
        except sqlite3.DatabaseError as error:
            if not is_unreadable(error):
                raise
            rows = [
                row for (at,) in await self._positions(positions, parameters) for row in await self._one(at)
            ]
        return [envelope(tuple(row)) for row in rows if is_whole(tuple(row))]

    async def _positions(self, sql: str, parameters: Sequence[Any]) -> list[tuple[int]]:
        try:
            return [(row[0],) for row in await self._db.execute_fetchall(sql, parameters)]
        except sqlite3.DatabaseError:
            return []

    async def _one(self, position: int) -> list[sqlite3.Row]:
        try:
            return [*await self._db.execute_fetchall(_ONE, (position,))]
        except sqlite3.DatabaseError:
            return []
