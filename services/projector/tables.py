"""A file of read tables: created empty, loaded in bulk, then updated one transaction at a time."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Final

from services.kernel.durable import fsync
from services.kernel.log.sqlite import APPLICATION_ID, open_writer
from services.knowledge import coco, taxonomy
from services.knowledge.offsets import OFFSETS
from services.knowledge.precedence import PRECEDENCE
from services.knowledge.sidecars import ADDING, EDITED, IN_UTC, MOMENTS, RANKS
from services.projector import (
    descriptions,
    due,
    heads,
    local_time,
    ordering,
    part_changes,
    placing,
    plain_words,
    scoring,
)
from services.projector.batch import Batch
from services.projector.errors import TwoProjectors
from services.projector.projections.categories import CATEGORY
from services.projector.projections.models import MODEL
from services.projector.rows import rules
from services.projector.schema import schema

CACHE_KB: Final = 32_768
"""Page cache during a bulk load."""
_PAGE_BYTES: Final = 8192
"""Twice SQLite's default: a library of 15,000 photos loads 5 % faster, and pages read as fast."""

_POSITION: Final = "SELECT position FROM checkpoint WHERE name = 'views'"
_EVENT_ID: Final = "SELECT event_id FROM checkpoint_event WHERE name = 'views'"
_MOVE: Final = "UPDATE checkpoint SET position = ? WHERE name = 'views' AND position = ?"
_MOVE_EVENT: Final = "UPDATE checkpoint_event SET event_id = ? WHERE name = 'views'"
_DOCUMENTS: Final = """INSERT INTO document (image_id, words)
  SELECT image_id, words FROM bare_words WHERE image_id NOT IN (SELECT image_id FROM worded)
  UNION ALL SELECT image_id, words FROM image_words WHERE image_id IN (SELECT image_id FROM worded)"""
_WORDS: Final = "INSERT INTO word (word) VALUES ('rebuild')"
_MODEL: Final = """INSERT INTO model (model_id, name, weights_digest, preprocessing_id, input_size, class_count, source)
  VALUES (?, ?, '', '', 0, ?, ?)"""
_CLAIMANT: Final = "INSERT INTO claimant (name, rank, moments, utc, edited, adds) VALUES (?, ?, ?, ?, ?, ?)"
_RANK: Final = "INSERT INTO precedence (source, rank) VALUES (?, ?)"
_OFFSET: Final = "INSERT INTO utc_offset (ms) VALUES (?)"
_CLASS: Final = "INSERT INTO class (class_index, wnid, name) VALUES (?, ?, ?)"
_BUILTIN: Final = """INSERT INTO category (category_id, name, group_id, first_group, kind, everyday, threshold, origin,
    boxed)
  VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, 'builtin', ?7)"""
_MODELS: Final = (
    (rules.MODEL_ID, "Rules", len(rules.KINDS), "size, camera, colours, format and name of each file"),
    (scoring.MODEL_ID, "Your examples", 0, "the photos that you put into them"),
    (descriptions.DESCRIPTIONS_ID, "Your descriptions", 0, "sentences that say what belongs to a category"),
)


def create(db: sqlite3.Connection) -> None:
    """Tables as before the first event, without indexes and triggers."""
    for sql in schema().tables:
        db.execute(sql)
    claimants = [
        (name, rank, *(name in some for some in (MOMENTS, IN_UTC, EDITED, ADDING)))
        for name, rank in RANKS.items()
    ]
    db.executemany(_CLAIMANT, claimants)
    db.executemany(_RANK, PRECEDENCE.items())
    db.executemany(_OFFSET, [(offset // timedelta(milliseconds=1),) for offset in sorted(OFFSETS)])
    classes, categories = taxonomy.load().classes, taxonomy.load().categories.values()
    db.executemany(_CLASS, [(c.index, c.wnid, c.name) for c in classes])
    boxed = set(coco.CATEGORY_OF.values())
    rows = [
        (c.id, c.name, c.group_id, c.kind, int(c.everyday), c.threshold, c.id in boxed) for c in categories
    ]
    db.executemany(_BUILTIN, rows)
    db.executemany(_MODEL, _MODELS)
    db.execute("INSERT INTO checkpoint (name, position) VALUES ('views', 0)")
    db.execute("INSERT INTO checkpoint_event (name, event_id) VALUES ('views', x'')")


def complete(db: sqlite3.Connection) -> None:
    """Make loaded tables ready for reading and updating."""
    whole = schema()
    placing.everything(db)
    heads.label_all(db)
    for sql in whole.indexes:
        db.execute(sql)
    scoring.everything(db)
    descriptions.label_described(db)
    db.execute(_DOCUMENTS)
    plain_words.fold_all(db)
    db.execute(_WORDS)
    for sql in whole.settling:
        db.execute(sql)
    local_time.localize(db)
    ordering.by_clock(db)
    for sql in whole.triggers:
        db.execute(sql)
    part_changes.notice(db)


class Tables:
    """An open file of read tables. One owner, one thread at a time.

    Raises sqlite3.DatabaseError wherever the file turns out to be damaged.
    """

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db, self.path = db, path
        self._file = self._seen()
        self.position: int = db.execute(_POSITION).fetchone()[0]
        """Of the last event in the tables."""

    @classmethod
    def open(cls, path: Path) -> "Tables":
        """Raises sqlite3.DatabaseError when the file is missing or damaged."""
        if not path.exists():
            raise sqlite3.OperationalError(f"no read tables at {path}")
        if not path.stat().st_size:
            raise sqlite3.DatabaseError(f"{path.name} is empty")
        db = open_writer(path, durable=False, check_same_thread=False)
        try:
            return cls(db, path)
        except BaseException as error:
            db.close()
            if isinstance(error, TypeError) or getattr(error, "sqlite_errorname", "") == "SQLITE_ERROR":
                raise sqlite3.DatabaseError(f"{path.name} has no checkpoint") from error
            raise

    def in_place(self) -> bool:
        """Whether the path still leads to the file. Raises sqlite3.DatabaseError if it was cut: it never gets shorter
        by itself, and opening one that others read would wait for them."""
        now, before = self._seen(), self._file
        if now and before and now[0] == before[0] and now[1] < before[1]:
            raise sqlite3.DatabaseError(f"{self.path.name} is cut off")
        self._file = now
        return now is not None and before is not None and now[0] == before[0]

    def _seen(self) -> tuple[int, int] | None:
        """Inode and size; None if there is no file."""
        try:
            stat = self.path.stat()
        except OSError:
            return None
        return stat.st_ino, stat.st_size

    def check(self) -> None:
        """Read all pages (22 ms for 15,000 photos). Raises sqlite3.DatabaseError when the file is damaged."""
        result = self._db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if result != "ok":
            raise sqlite3.DatabaseError(f"{self.path.name}: {result}")

    def event_id(self) -> bytes:
        """The event at the checkpoint; empty at position 0."""
        return bytes(self._db.execute(_EVENT_ID).fetchone()[0])

    def apply(self, batch: Batch, position: int, event_id: bytes) -> None:
        """Commit the rows and the checkpoint atomically. Raises TwoProjectors."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            batch.run(self._db)
            heads.follow(self._db, batch)
            scoring.follow(self._db, batch)
            descriptions.follow(self._db, batch)
            placing.follow(self._db, batch)
            due.before_zones(self._db)
            local_time.localize(self._db)
            due.after_zones(self._db)
            plain_words.fold_due(self._db)
            part_changes.settle(self._db, position)
            if self._db.execute(_MOVE, (position, self.position)).rowcount != 1:
                raise TwoProjectors
            self._db.execute(_MOVE_EVENT, (event_id,))
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self.position = position

    def close(self) -> None:
        self._db.close()


class Load:
    """A new file, filled without a journal: nobody reads it before `finish`, and after a crash it is discarded."""

    def __init__(self, path: Path) -> None:
        """The file must not exist yet."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._filled = path, {CATEGORY, MODEL}
        self._db = db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.position, self._event_id = 0, b""
        db.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA secure_delete = OFF")  # nothing was ever in the file that the log doesn't hold
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("BEGIN IMMEDIATE")
        create(db)

    def apply(self, batch: Batch, position: int, event_id: bytes) -> None:
        ordering.expect(batch)
        batch.run(self._db, self._filled)
        self.position, self._event_id = position, event_id

    def finish(self, kept_up: bool = True) -> None:
        """Add indexes, triggers and checkpoint, then flush to disk. `kept_up`: it will be updated while it is read;
        otherwise readers need no WAL file beside it."""
        db = self._db
        complete(db)
        db.execute(_MOVE, (self.position, 0))
        db.execute(_MOVE_EVENT, (self._event_id,))
        db.execute("COMMIT")
        db.execute("PRAGMA locking_mode = NORMAL")
        if kept_up:
            db.execute("PRAGMA journal_mode = WAL")
        db.close()
        fsync(self._path)

    def abandon(self) -> None:
        self._db.close()
        self._path.unlink(missing_ok=True)
