"""Writes a new log from every event that can still be read: from a damaged log and its `-wal`, from copies that were
saved while it ran, and from backups.

Events keep their positions, so what is lost leaves gaps, and everything that names a position stays true.
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, closing
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final

import msgspec

from services.kernel.log.migrate import migrate
from services.kernel.log.pages import Values, file_pages, leaves, page_size, wal_pages
from services.kernel.log.setback import Witness
from services.kernel.log.sqlite import APPLICATION_ID

_COLUMNS: Final = """position, event_id, stream, version, kind, type, schema_version, data, correlation_id,
  causation_id, recorded_at"""
_SOURCE: Final = (
    f"CREATE TEMP TABLE source_{{}} ({_COLUMNS.replace('position', 'position INTEGER PRIMARY KEY')})"
)
_TAKE: Final = "INSERT OR IGNORE INTO source_{} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_KNOWS: Final = "SELECT count(*) FROM source_{} WHERE position = ? AND hex(event_id) = ?"
_LAST: Final = "SELECT coalesce(max(position), 0) FROM source_{}"
_CONTRADICTS: Final = (
    """SELECT 1 FROM event e JOIN source_{} s USING (position) WHERE e.event_id <> s.event_id LIMIT 1"""
)
_ADD: Final = f"INSERT OR IGNORE INTO event ({_COLUMNS}) SELECT {_COLUMNS} FROM source_{{}} ORDER BY position"
_GAPS: Final = """SELECT before + 1, position - 1 FROM (
    SELECT position, lag(position, 1, 0) OVER (ORDER BY position) AS before FROM event)
  WHERE position <> before + 1 ORDER BY position"""


class Salvaged(msgspec.Struct, frozen=True, kw_only=True):
    events: int
    """In the new log."""
    last: int
    """The position where it ends."""
    gaps: list[tuple[int, int]]
    """First and last positions of what is lost before that."""
    lost: int
    """How many events are lost, as far as is known."""


def salvage(sources: Sequence[Path], target: Path, witness: Witness | None) -> Salvaged:
    """Write the log `target`, which must not exist yet. `sources`: files of logs, the best first; a `-wal` beside one
    counts. `witness`: what else knows of the log. Sources that contradict the first that is used are left out: they are
    other logs. Raises OSError, sqlite3.Error (disk full)."""
    with closing(sqlite3.connect(target, isolation_level=None)) as db:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrate(db)
        db.execute("BEGIN IMMEDIATE")
        for number, path in enumerate(sources):
            db.execute(_SOURCE.format(number))
            _take(db, number, path)
        for number in _ranked(db, len(sources), witness):
            if not db.execute(_CONTRADICTS.format(number)).fetchone():
                db.execute(_ADD.format(number))
        gaps = [(first, last) for first, last in db.execute(_GAPS)]
        events, last = db.execute("SELECT count(*), coalesce(max(position), 0) FROM event").fetchone()
        db.execute("COMMIT")
    end = max(last, witness.position if witness else 0)
    return Salvaged(events=events, last=last, gaps=gaps, lost=end - events)


def _ranked(db: sqlite3.Connection, count: int, witness: Witness | None) -> list[int]:
    """Those that hold the event that somebody else knows come first, then by their order."""

    def rank(number: int) -> tuple[bool, int]:
        holds = (
            witness and db.execute(_KNOWS.format(number), (witness.position, witness.event_id)).fetchone()[0]
        )
        return not holds, number

    return sorted((n for n in range(count) if db.execute(_LAST.format(n)).fetchone()[0]), key=rank)


def _take(db: sqlite3.Connection, number: int, path: Path) -> None:
    """All events on the pages of a file and of its `-wal`."""
    with ExitStack() as stack:
        content, wal = _mapped(stack, path), _mapped(stack, path.with_name(f"{path.name}-wal"))
        size, newest = wal_pages(wal)
        pages = file_pages(content, size or page_size(content)) | newest
        for leaf in leaves(pages):
            db.executemany(_TAKE.format(number), _events(leaf))
        pages.clear()


def _mapped(stack: ExitStack, path: Path) -> bytes | memoryview:
    """The content of a file; empty if there is none."""
    try:
        file = stack.enter_context(path.open("rb"))
    except FileNotFoundError:
        return b""
    if not path.stat().st_size:
        return b""
    return (
        file.read()
        if path.stat().st_size < 1 << 28
        else memoryview(mmap(file.fileno(), 0, access=ACCESS_READ))
    )


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
