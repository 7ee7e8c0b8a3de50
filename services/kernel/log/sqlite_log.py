"""The SQLite log with group commit: one thread owns the write connection, everybody else sends it requests.

While one group is being written and flushed, the next one gathers, so 64 callers share one fsync and a lone caller
waits for nobody. Only the thread sees the connection, so a cancelled caller can't leave a transaction open. (The
design follows `_execute_writes` in Datasette's `database.py`.)
"""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self, TypeVar
from uuid import UUID

import structlog

from services.kernel.log import chain, finding, patterns
from services.kernel.log.around import is_whole, read_after, read_each
from services.kernel.log.chain import Hashes
from services.kernel.log.envelope import Envelope, Record
from services.kernel.log.eventlog import Appended, Conflict, plan
from services.kernel.log.finding import Finding, LogError
from services.kernel.log.groups import Request, answer, committing, next_group
from services.kernel.log.guard import Guard
from services.kernel.log.migrate import open_log
from services.kernel.log.rows import COLUMNS, INSERT, envelope, read_leniently, row
from services.kernel.tracing import spans

log = structlog.get_logger(__name__)

T = TypeVar("T")
REMEMBERED = 100_000
"""Streams whose version is cached, 200 bytes each: nobody else writes, so the version we wrote last is current."""
CHAINED_AT_ONCE = 500
"""Records per transaction while an old log is chained: about 5 ms."""
REST_S = 0.02
"""Between these transactions, for whoever waits for the thread."""
AT_ONCE = (8, 64, 512)
"""Keys per SELECT, padded to one of these sizes so that few statements are prepared."""

_CLOSED = "The log is closed."
_READ_STREAM = f"SELECT {COLUMNS} FROM event WHERE stream = ? ORDER BY version"
_READ_POSITIONS = (
    f"SELECT {COLUMNS} FROM event WHERE position IN (SELECT value FROM json_each(?)) ORDER BY position"
)
_FIND = f"SELECT {COLUMNS} FROM event WHERE event_id = ?"
_HEAD = "SELECT coalesce(max(position), 0) FROM event"
_EXISTING = "SELECT event_id, position FROM event WHERE event_id IN ({})"
_VERSIONS = "SELECT stream, max(version) FROM event WHERE stream IN ({}) GROUP BY stream"


class SqliteLog:
    """`eventlog.Log` on one SQLite file. Open it once, in one process: it must be the only writer."""

    def __init__(self, path: Path, db: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self._path, self._db = path, db
        self._thread = thread
        self._waiting: list[Request] = []
        self._wake = asyncio.Event()
        self._closing = False
        self._head: int = db.execute(_HEAD).fetchone()[0]
        self._end = chain.end(db)
        self._guard = Guard(path, db)
        self._chainable = True
        self._versions: dict[str, int] = {}
        self.grown = asyncio.Condition()
        """Notified after each commit that added records."""
        self._task = asyncio.create_task(self._run(), name="log writer")
        self._task.add_done_callback(self._abandon)

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Create or migrate the file and start the writer. Raises LogError, also if it is too damaged
        to be opened."""
        thread = ThreadPoolExecutor(1, thread_name_prefix="log")

        def connect() -> sqlite3.Connection:
            db, _ = open_log(path, check_same_thread=False)
            try:
                db.execute(_HEAD)
                chain.end(db)
            except BaseException:
                db.close()
                raise
            return db

        try:
            return cls(path, await asyncio.get_running_loop().run_in_executor(thread, connect), thread)
        except sqlite3.DatabaseError as error:
            thread.shutdown()
            raise LogError(finding.unusable(error, str(path))) from error
        except BaseException:
            thread.shutdown()
            raise

    async def close(self) -> None:
        """Commit pending appends, then close. Later appends raise RuntimeError."""
        self._closing = True
        self._wake.set()
        try:
            await self._task
        finally:
            await self._in_thread(self._db.close)
            self._thread.shutdown()

    async def append(self, records: Sequence[Record], expected: Mapping[str, int] = {}) -> Appended:
        if self._closing or self._task.done():
            raise RuntimeError(_CLOSED)
        with spans.batch("append", records):
            future: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
            self._waiting.append(Request(records, expected, future, spans.open_spans()))
            self._wake.set()
            return await future

    def _abandon(self, _writer: asyncio.Task[None]) -> None:
        """Nobody waits for a writer that has ended, however that was."""
        for request in self._waiting:
            if not request.answer.done():
                request.answer.set_exception(RuntimeError(_CLOSED))

    async def _in_thread(self, call: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *args)

    async def on_connection(self, call: Callable[[sqlite3.Connection], T]) -> T:
        """The result of a call with the write connection, in its thread and between two groups."""
        return await self._in_thread(call, self._db)

    async def _run(self) -> None:
        await asyncio.to_thread(self._guard.verify)
        while True:
            await self._next()
            self._wake.clear()
            while self._waiting:
                group = next_group(self._waiting)
                del self._waiting[: len(group)]
                try:
                    with committing(group):
                        outcomes = await self._in_thread(self._commit, group)
                except sqlite3.Error as error:
                    outcomes = [self._guard.refused(error)] * len(group)  # it concerns every caller
                except Exception as error:
                    outcomes = [error] * len(group)
                if answer(group, outcomes):
                    async with self.grown:
                        self.grown.notify_all()
            if self._closing:
                return

    async def _next(self) -> None:
        """Wait for appends, and chain old records meanwhile."""
        while self._end.position < self._head and self._chainable and not self._closing:
            end = self._end
            try:
                await self._in_thread(self._extend)
                self._chainable = self._end != end
            except (sqlite3.Error, LogError) as error:
                self._chainable = False  # until the next start; `verify` names a damaged record
                log.warning("old records can't be chained", position=end.position, error=str(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), REST_S)
                return
        await self._wake.wait()

    def _commit(self, group: list[Request]) -> list[Appended | Exception]:
        """In the thread: one transaction for the whole group. A conflict is detected before any insert, so it costs the
        other callers nothing."""
        db, outcomes, rows = self._db, list[Appended | Exception](), list[Envelope]()
        self._admit()
        db.execute("BEGIN IMMEDIATE")
        try:
            existing = self._existing(group)
            patterned = self._load_versions(group)
            for request in group:
                head = self._head + len(rows)
                if patterned:
                    self._versions.update(patterns.latest(db, request.expected, rows))
                try:
                    new, positions = plan(request.records, existing, self._versions, request.expected, head)
                except Conflict as conflict:
                    outcomes.append(conflict)
                    continue
                rows += new
                outcomes.append(Appended(positions, len(new)))
            values = [row(e) for e in rows]
            db.executemany(INSERT, values)
            end = self._end
            if end.position == self._head:
                end = chain.store(db, end, chain.links(end.hash, values))
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            self._versions.clear()
            self._guard.rolled_back()
            raise
        self._head += len(rows)
        self._end = end
        self._guard.committed()
        return outcomes

    def _extend(self) -> None:
        self._admit()
        try:
            self._end = chain.extend(self._db, CHAINED_AT_ONCE)
        except sqlite3.Error:
            self._guard.rolled_back()
            raise
        self._guard.committed()

    def _admit(self) -> None:
        """Raises LogError if nothing may be appended."""
        self._guard.admit()
        if self._guard.out_of_date:
            (head,) = self._db.execute(_HEAD).fetchone()
            if head < self._head:
                self._guard.damage = finding.cut(head, self._head)
                raise LogError(self._guard.damage)
            self._head, self._end, self._chainable = head, chain.end(self._db), True
            self._versions.clear()
            self._guard.out_of_date = False

    def _existing(self, group: list[Request]) -> dict[UUID, int]:
        """Event id -> position of the group's records that are already in the log."""
        ids = [record.event_id.bytes for request in group for record in request.records]
        return {UUID(bytes=id_): position for id_, position in self._ask(_EXISTING, ids)}

    def _load_versions(self, group: list[Request]) -> bool:
        """Make sure that the version of every stream in the group is cached. Whether patterns are among them."""
        if len(self._versions) > REMEMBERED:
            self._versions.clear()
        named = {record.stream for request in group for record in request.records}
        named.update(*(request.expected for request in group))
        missing = [stream for stream in named if stream not in self._versions]
        self._versions.update(dict.fromkeys(missing, 0))
        self._versions.update(self._ask(_VERSIONS, missing))
        return any(stream.endswith(patterns.ANY) for stream in named)

    def _ask(self, sql: str, keys: Sequence[bytes | str]) -> Iterator[tuple[Any, int]]:
        for start in range(0, len(keys), AT_ONCE[-1]):
            part = list(keys[start : start + AT_ONCE[-1]])
            size = next(size for size in AT_ONCE if size >= len(part))
            part += [part[-1]] * (size - len(part))
            yield from self._db.execute(sql.format(",".join("?" * size)), part)

    async def _select(self, sql: str, *parameters: object) -> list[Envelope]:
        rows = await self._reading(read_leniently, self._db, sql, parameters)
        return [envelope(row) for row in rows if is_whole(row)]

    async def _reading(self, call: Callable[..., T], *args: object) -> T:
        """As `_in_thread`. Raises LogError."""
        try:
            return await self._in_thread(call, *args)
        except sqlite3.DatabaseError as error:
            raise LogError(finding.unusable(error, str(self._path))) from error

    async def read(self, after: int, limit: int = 1000) -> list[Envelope]:
        rows = await self._reading(read_after, self._db, after, limit)
        return [envelope(row) for row in rows]

    async def read_stream(self, stream: str) -> list[Envelope]:
        return await self._select(_READ_STREAM, stream)

    async def read_positions(self, positions: Sequence[int]) -> list[Envelope]:
        try:
            return await self._select(_READ_POSITIONS, json.dumps(list(positions)))
        except LogError:
            rows = await self._reading(read_each, self._db, sorted(set(positions)))
            return [envelope(row) for row in rows]

    async def find(self, event_id: UUID) -> Envelope | None:
        rows = await self._select(_FIND, event_id.bytes)
        return rows[0] if rows else None

    async def versions(self, streams: Sequence[str]) -> dict[str, int]:
        return await self._reading(lambda: dict(self._ask(_VERSIONS, streams)))

    async def fault(self) -> Finding | None:
        """What is wrong with the log at this moment; None while it can be appended to and is in order."""
        return await self._in_thread(self._guard.fault)

    @property
    def foreign_writes(self) -> int:
        """How often another program has written to the log's files: a reason to verify all of it."""
        return self._guard.foreign_writes

    async def head(self) -> int:
        return self._head

    async def link(self, position: int) -> bytes | None:
        return await self._reading(lambda: Hashes(self._db).at(position) if position else None)
