"""Writes a new log from every event that can still be read: from a damaged log and its `-wal`, from copies that were
saved while it ran, and from backups.

Events keep their positions, so what is lost leaves gaps, and everything that names a position stays true. An event that
does not fit its hash (`chain.py`) is taken only where no other copy has one that does.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

import msgspec

from services.kernel.log import chain, raw
from services.kernel.log.migrate import migrate
from services.kernel.log.pages import Values, file_pages, leaves, page_size, wal_pages
from services.kernel.log.rows import COLUMN_NAMES, COLUMNS
from services.kernel.log.setback import Witness
from services.kernel.log.sqlite import APPLICATION_ID

_SOURCE: Final = f"""CREATE TEMP TABLE source_{{0}} ({COLUMNS.replace("position", "position INTEGER PRIMARY KEY")});
  CREATE TEMP TABLE hash_{{0}} (position INTEGER PRIMARY KEY, hash BLOB);
  CREATE TEMP TABLE doubt_{{0}} (position INTEGER PRIMARY KEY)"""
_TAKE: Final = f"INSERT OR IGNORE INTO source_{{}} VALUES ({', '.join('?' * len(COLUMN_NAMES))})"
_TAKE_HASH: Final = "INSERT OR IGNORE INTO hash_{} VALUES (?, ?)"
_COUNT: Final = "SELECT count(*) FROM source_{}"
_FAR_OFF: Final = "DELETE FROM source_{} WHERE position > ?"
_HASHED: Final = f"""SELECT h.hash, b.hash, {", ".join(f"s.{name}" for name in COLUMN_NAMES)}
  FROM source_{{0}} s JOIN hash_{{0}} h USING (position) LEFT JOIN hash_{{0}} b ON b.position = s.position - 1"""
_DOUBT: Final = "INSERT INTO doubt_{} VALUES (?)"
_KNOWS: Final = "SELECT count(*) FROM source_{} WHERE position = ? AND hex(event_id) = ?"
_LAST: Final = "SELECT coalesce(max(position), 0) FROM source_{}"
_CONTRADICTS: Final = """SELECT 1 FROM event e JOIN source_{0} s USING (position)
  WHERE e.event_id <> s.event_id AND position NOT IN (SELECT position FROM doubt_{0}) LIMIT 1"""
_ADD: Final = f"""INSERT OR IGNORE INTO event ({COLUMNS}) SELECT {COLUMNS} FROM source_{{0}}
  WHERE position {{1}} IN (SELECT position FROM doubt_{{0}}) ORDER BY position"""
_LACKING: Final = "SELECT position FROM doubt_{} WHERE position NOT IN (SELECT position FROM event)"
_HOLDS: Final = "SELECT 1 FROM event WHERE position = ?"
GAPS: Final = """SELECT before + 1, position - 1 FROM (
    SELECT position, lag(position, 1, 0) OVER (ORDER BY position) AS before FROM event)
  WHERE position <> before + 1 ORDER BY position"""
"""First and last positions of what a log lacks before its end."""

PLAUSIBLE: Final = 100_000
"""A log holds at least a tenth of the positions that it names, after the first so many."""


class Salvaged(msgspec.Struct, frozen=True, kw_only=True):
    events: int
    """In the new log."""
    last: int
    """The position where it ends."""
    gaps: list[tuple[int, int]]
    """First and last positions of what is lost before that."""
    lost: int
    """How many events are lost, as far as is known."""
    changed: list[int] = []
    """Positions of events that do not fit their hash, and of which there is no other copy."""

    @property
    def end(self) -> int:
        """The last position that there ever was, as far as is known; where the log ends if it can't have been there."""
        last = self.events + self.lost
        return last if last <= plausible(self.events) else self.last

    @property
    def missing(self) -> list[tuple[int, int]]:
        """All that is lost up to `end`: the gaps, and the rest."""
        return [*self.gaps, *([(self.last + 1, self.end)] if self.end > self.last else [])]


def plausible(events: int) -> int:
    """The highest position that a log may have of which so many events can be read."""
    return PLAUSIBLE + 10 * events


def salvage(sources: Sequence[Path], target: Path, witness: Witness | None, stand_in: str = "") -> Salvaged:
    """Write the log `target`, which must not exist yet. `sources`: files of logs, the best first; a `-wal` beside one
    counts. `witness`: what else knows of the log. `stand_in`: the type of events that only keep the position of a lost
    one, which another source may have. Sources that contradict the first that is used are left out: they are other
    logs. Raises OSError, sqlite3.Error (disk full)."""
    with closing(sqlite3.connect(target, isolation_level=None)) as db:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrate(db)
        for number in range(len(sources)):
            db.executescript(_SOURCE.format(number))
        db.execute("BEGIN IMMEDIATE")
        for number, path in enumerate(sources):
            _take(db, number, path, stand_in)
        _judge(db, len(sources), witness)
        used = []
        for number in _ranked(db, len(sources), witness):
            if not db.execute(_CONTRADICTS.format(number)).fetchone():
                db.execute(_ADD.format(number, "NOT"))
                used.append(number)
        changed = sorted(position for number in used for position in _add_doubtful(db, number))
        gaps = [(first, last) for first, last in db.execute(GAPS)]
        events, last = db.execute("SELECT count(*), coalesce(max(position), 0) FROM event").fetchone()
        db.execute("COMMIT")
    end = max(last, witness.position if witness else 0)
    return Salvaged(events=events, last=last, gaps=gaps, lost=end - events, changed=changed)


def _judge(db: sqlite3.Connection, count: int, witness: Witness | None) -> None:
    """Which events are none, or not as they were written."""
    events = sum(db.execute(_COUNT.format(number)).fetchone()[0] for number in range(count))
    end = max(plausible(events), witness.position if witness else 0)
    for number in range(count):
        db.execute(_FAR_OFF.format(number), (end,))
        doubtful = [
            (row[0],)
            for hash_, before, *row in db.execute(_HASHED.format(number))
            if (previous := chain.BEGINNING.hash if row[0] == 1 else before)
            and chain.link(previous, row) != hash_
        ]
        db.executemany(_DOUBT.format(number), doubtful)


def _add_doubtful(db: sqlite3.Connection, number: int) -> list[int]:
    """Events that do not fit their hash, where there is no better one. Returns their positions."""
    lacking = [position for (position,) in db.execute(_LACKING.format(number))]
    db.execute(_ADD.format(number, ""))
    return [position for position in lacking if db.execute(_HOLDS, (position,)).fetchone()]


def _ranked(db: sqlite3.Connection, count: int, witness: Witness | None) -> list[int]:
    """Those that hold the event that somebody else knows come first, then by their order."""

    def rank(number: int) -> tuple[bool, int]:
        holds = (
            witness and db.execute(_KNOWS.format(number), (witness.position, witness.event_id)).fetchone()[0]
        )
        return not holds, number

    return sorted((n for n in range(count) if db.execute(_LAST.format(n)).fetchone()[0]), key=rank)


def _take(db: sqlite3.Connection, number: int, path: Path, stand_in: str) -> None:
    """All events on the pages of a file and of its `-wal`, and all hashes."""
    with ExitStack() as stack:
        content, wal = raw.content(stack, path), raw.content(stack, path.with_name(f"{path.name}-wal"))
        size, newest = wal_pages(wal)
        pages = file_pages(content, size or page_size(content)) | newest
        for leaf in leaves(pages):
            db.executemany(_TAKE.format(number), [row for row in _events(leaf) if row[5] != stand_in])
            db.executemany(_TAKE_HASH.format(number), _hashes(leaf))
        pages.clear()


def _events(leaf: list[tuple[int, int, Values]]) -> list[Values]:
    """Those of its records that are events. Positions have no gaps, so each follows from its place on the page; one
    that doesn't is damaged, and would put the end of the log anywhere."""
    events = [(rowid - index, row) for index, rowid, columns in leaf if (row := _event(rowid, columns))]
    usual = Counter(offset for offset, _row in events)
    return [row for offset, row in events if usual[offset] > 1 or len(events) < 3]


def _event(rowid: int, columns: Values) -> Values | None:
    """The row if it is an event's."""
    if len(columns) < 11 or columns[0] is not None or rowid < 1:
        return None
    event_id, stream, version, kind, name, schema, data, correlation, causation, recorded = columns[1:11]
    ids = all(isinstance(one, bytes) and len(one) == 16 for one in (event_id, correlation))
    texts = all(isinstance(one, str) for one in (stream, name, data))
    numbers = all(isinstance(one, int) for one in (version, schema, recorded))
    if not (ids and texts and numbers and kind in ("C", "E")):
        return None
    if causation is not None and not (isinstance(causation, bytes) and len(causation) == 16):
        return None
    return rowid, event_id, stream, version, kind, name, schema, data, correlation, causation, recorded


def _hashes(leaf: list[tuple[int, int, Values]]) -> Iterator[tuple[int, bytes]]:
    """Position and hash of each record that a row of the chain covers."""
    for _index, rowid, columns in leaf:
        if len(columns) != 2 or columns[0] is not None or not isinstance(columns[1], bytes):
            continue
        hashes = columns[1]
        count, rest = divmod(len(hashes), chain.SIZE)
        if rest or not 0 < count <= rowid:
            continue
        for number in range(count):
            yield rowid - count + 1 + number, hashes[number * chain.SIZE : (number + 1) * chain.SIZE]
