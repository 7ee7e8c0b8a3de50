"""A copy of another album's log: it holds that log's records as they are, and nothing of its own.

Positions, versions and times are the other log's, so the chain of hashes comes out the same, and whoever compares one
hash of both has compared everything before it.
"""

import sqlite3
from collections.abc import Mapping, Sequence

from services.kernel.log import chain, finding
from services.kernel.log.envelope import Envelope, Record
from services.kernel.log.eventlog import Appended
from services.kernel.log.finding import LogError
from services.kernel.log.rows import INSERT, row
from services.kernel.log.sqlite_log import SqliteLog


class NotInOrder(Exception):
    """The records can't stand behind those that are there, or no log can hold them. None of them was added."""


class ReplicaLog(SqliteLog):
    async def append(self, records: Sequence[Record], expected: Mapping[str, int] = {}) -> Appended:
        raise LogError(finding.copied())

    async def adopt(self, rows: Sequence[Envelope]) -> None:
        """Add records of the other log, in order; a gap in their positions stays one. Returns once they are on disk.

        Raises NotInOrder, and LogError if nothing can be saved; then none of them was added."""
        if not rows:
            return
        try:
            await self._in_thread(self._adopt, rows)
        except (sqlite3.IntegrityError, sqlite3.DataError, OverflowError, UnicodeEncodeError) as error:
            raise NotInOrder(str(error)) from error
        except sqlite3.Error as error:
            raise self._guard.refused(error) from error
        if self._end.position < self._head:
            self._wake.set()  # the writer chains what it can
        async with self.grown:
            self.grown.notify_all()

    def _adopt(self, rows: Sequence[Envelope]) -> None:
        """In the thread."""
        self._admit()
        head = self._head
        for one in rows:
            if one.position <= head:
                raise NotInOrder(f"Entry {one.position} comes after entry {head}.")
            head = one.position
        values, consecutive = [row(one) for one in rows], self._head + len(rows) == head
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany(INSERT, values)
            end = self._end
            if end.position == self._head and consecutive:  # behind a gap there is no chain
                end = chain.store(self._db, end, chain.links(end.hash, values))
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            self._guard.rolled_back()
            raise
        self._head, self._end = head, end
        self._guard.committed()
