"""The hash chain: each record's hash covers all its columns and the hash before it, so that the last one vouches
for the whole log.

A hash is SHA-256 (FIPS 180-4) over a MessagePack array: the previous hash, then the columns in the order of
`rows.COLUMNS`, integers in their shortest form. It reveals accidents and careless hands. Whoever can write the file can
also compute new hashes: against them, compare with a backup's last hash.

A row of the table `chain` holds the hashes of all records that were appended together, one after the other, and the
position of the last of them: one insert per commit costs an eighth of one per record. Logs that are older than the
chain get theirs in the background, from the first record to the last (`extend`), while new records wait for theirs.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import takewhile
from typing import Final, NamedTuple

from msgspec.msgpack import Encoder

from services.kernel.log.rows import COLUMNS, Columns

SIZE: Final = 32
"""Bytes of a hash."""

_encode = Encoder().encode
_END: Final = f"SELECT position, substr(hashes, -{SIZE}) FROM chain ORDER BY position DESC LIMIT 1"
_BLOCK: Final = "SELECT position, hashes FROM chain WHERE position >= ? ORDER BY position LIMIT 1"
_INSERT: Final = "INSERT INTO chain (position, hashes) VALUES (?, ?)"
_NEXT: Final = f"SELECT {COLUMNS} FROM event WHERE position > ? ORDER BY position LIMIT ?"


class End(NamedTuple):
    position: int
    """Of the last record that is chained; 0 for none."""
    hash: bytes


BEGINNING: Final = End(0, bytes(SIZE))
"""Before the first record."""


def link(previous: bytes, row: Sequence[object]) -> bytes:
    """The hash of a row. `previous`: that of the row before it."""
    return sha256(_encode((previous, *row))).digest()


def links(previous: bytes, rows: Iterable[Columns]) -> list[bytes]:
    """The hashes of rows that follow each other. `previous`: that of the row before the first."""
    hashes = []
    for row in rows:
        previous = sha256(_encode((previous, *row))).digest()
        hashes.append(previous)
    return hashes


def end(db: sqlite3.Connection) -> End:
    """How far the log is chained."""
    return End._make(db.execute(_END).fetchone() or BEGINNING)


def store(db: sqlite3.Connection, last: End, hashes: Sequence[bytes]) -> End:
    """Add those of the records after `last`, in the caller's transaction, and return the new end."""
    if not hashes:
        return last
    position = last.position + len(hashes)
    db.execute(_INSERT, (position, b"".join(hashes)))
    return End(position, hashes[-1])


def extend(db: sqlite3.Connection, limit: int) -> End:
    """Chain the next `limit` records, in one transaction, and return the new end.

    That is the old one if none is left, or if the next record is missing: a log with a gap has no chain beyond it.
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        last = end(db)
        numbered = enumerate(db.execute(_NEXT, (last.position, limit)), last.position + 1)
        rows = [row for _, row in takewhile(lambda one: one[0] == one[1][0], numbered)]
        last = store(db, last, links(last.hash, rows))
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return last


class Hashes:
    """Reads the chain; in order of positions it reads each row of it once."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._last, self._block = 0, b""

    def at(self, position: int) -> bytes | None:
        """The hash of a record; None if the chain has none for it."""
        if position == 0:
            return BEGINNING.hash
        if not self._last - len(self._block) // SIZE < position <= self._last:
            self._last, block = self._db.execute(_BLOCK, (position,)).fetchone() or (0, b"")
            self._block = block if isinstance(block, bytes) else b""  # else it is damaged
        start = len(self._block) - (self._last - position + 1) * SIZE
        return self._block[start : start + SIZE] if start >= 0 and self._block else None
