"""Keeps the current generation of the read tables up to date with the log. Blocking: for one worker thread."""

import logging
import sqlite3
import time
from collections.abc import Callable
from typing import Final

import structlog

from services.kernel.complaint import complaint, settle
from services.kernel.log.sqlite import is_damage, is_unreadable
from services.kernel.loglines import some_ids
from services.kernel.settings import Settings
from services.kernel.tracing import spans
from services.projector import generation
from services.projector.rebuild import rebuild
from services.projector.source import Row, Source, batch
from services.projector.tables import Tables
from services.projector.traces import origins

log = structlog.get_logger(__name__)

LIMIT: Final = 2_000
"""Maximum events per transaction."""
EXAMINED_EVERY_S: Final = 600.0
"""How often the whole file is read to find damage that nobody has come across."""
REBUILT_FOR_S: Final = 60.0
"""Complaints sooner after a rebuild are ignored: the next one would help no more."""


class Follower:
    def __init__(
        self,
        settings: Settings,
        interrupted: Callable[[], bool],
        applied: Callable[[list[Row]], None] = lambda rows: None,
    ) -> None:
        """`applied` is called with rows once they are committed to the tables. Raises NoLog while there is no log."""
        self._settings, self._interrupted, self._applied = settings, interrupted, applied
        self._source = Source(settings.events_db)
        self._tables: Tables | None = None
        self._examined, self._rebuilt = time.monotonic(), -REBUILT_FOR_S

    @property
    def position(self) -> int:
        return self._tables.position if self._tables else 0

    def step(self) -> bool:
        """Apply up to `LIMIT` new events. True when there may be more.

        Checks first which generation is in use, as another process may have rebuilt. Builds a new one when none fits
        or the one in use is damaged. Entries that can't be read are set aside. Raises TwoProjectors, Interrupted,
        LogWentBack, LogUnreadable, and sqlite3.OperationalError when the disk fails: try again with another Follower.
        """
        try:
            tables = self._current()
        except sqlite3.DatabaseError as error:
            if not is_unreadable(error):
                raise
            tables = self._healed(error)
        rows = self._source.read(tables.position, LIMIT)
        if rows:
            try:
                with spans.batch("apply", origins(rows, self._source.is_command)):
                    self._apply(tables, rows)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
                self._healed(error)
                return True
            self._applied(rows)
            if log.is_enabled_for(logging.DEBUG):
                ids = some_ids(one.correlation_id for one in origins(rows, lambda _: True))
                log.debug("records applied", position=tables.position, correlation_id=ids)
        return len(rows) == LIMIT

    def _apply(self, tables: Tables, rows: list[Row]) -> None:
        after = tables.position
        try:
            tables.apply(batch(rows, after), rows[-1][0], rows[-1][7])
        except (OverflowError, UnicodeEncodeError):
            tables.apply(batch(rows, after, cautious=True), rows[-1][0], rows[-1][7])

    def close(self) -> None:
        self._release()
        self._source.close()

    def _current(self) -> Tables:
        path = generation.current(self._settings.views)
        if self._tables and self._tables.path == path and self._tables.in_place():
            self._examine(self._tables)
            return self._tables
        self._release()
        if path and path.exists() and generation.of_this_program(path):
            tables = self._tables = Tables.open(path)
            tables.check()
            if self._source.event_id(tables.position) == tables.event_id():
                log.info("read tables opened", file=path.name, position=tables.position)
                return tables
            log.warning("the read tables were made from another log", file=path.name)
        return self._rebuild()

    def _examine(self, tables: Tables) -> None:
        """Raises sqlite3.DatabaseError if a reader has found the file damaged, or a look at all of it does."""
        now = time.monotonic()
        damaged = complaint(self._settings.run)
        if damaged not in (None, tables.path.name):  # a reader said so after that file had been replaced
            settle(self._settings.run)
        elif damaged and now - self._rebuilt > REBUILT_FOR_S:
            raise sqlite3.DatabaseError("a reader could not read them")
        if now - self._examined > EXAMINED_EVERY_S:
            self._examined = now
            tables.check()

    def _healed(self, error: sqlite3.DatabaseError) -> Tables:
        log.error("the read tables are damaged and are made anew", reason=str(error))
        return self._rebuild()

    def _rebuild(self) -> Tables:
        self._release()
        self._rebuilt = self._examined = time.monotonic()
        self._tables = Tables.open(rebuild(self._settings, interrupted=self._interrupted).path)
        settle(self._settings.run)
        return self._tables

    def _release(self) -> None:
        if self._tables:
            self._tables.close()
            self._tables = None
