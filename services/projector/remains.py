"""Read tables of what is left of a damaged log, for pages to show while a person decides how to go on.

They are needed only if those in use are damaged as well, or of another version, which no page can read. They lie beside
them under a name of their own: they prove nothing about the log, and the next rebuild deletes them.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import structlog

from services.kernel.log.around import read_after
from services.kernel.log.salvage import salvage
from services.kernel.log.setback import witness_of
from services.kernel.log.sqlite import EVEN_CUT, open_untouched
from services.kernel.settings import Settings
from services.projector import generation
from services.projector.rebuild import REMAINS, load
from services.projector.source import Row, Source

log = structlog.get_logger(__name__)

_NO_END: Final = 2**62
SEVERAL: Final = 1000
"""Events that SQLite can't reach, of those that are known to have been there, beyond which the pages of the file are
read without it: more than one damaged page holds. It takes 50 µs for each event."""


class Remains(Source):
    """All rows that can be read, wherever the damage is."""

    def __init__(self, path: Path) -> None:
        """Changes nothing. Raises sqlite3.Error and OSError."""
        self._path = path
        self.count = 0
        """Of the rows that were read."""
        self._db = open_untouched(path, check_same_thread=False)
        self._db.execute(EVEN_CUT)

    def read(self, after: int, limit: int) -> list[Row]:
        try:
            rows = read_after(self._db, after, limit)
        except sqlite3.Error:
            return []
        self.count += len(rows)
        return [
            (position, kind, name, schema, data, correlation, recorded, event_id)
            for position, event_id, _, _, kind, name, schema, data, correlation, _, recorded in rows
        ]

    def head(self) -> int:
        return 0


def shown_instead(settings: Settings) -> Path | None:
    """The file, made anew; None if the tables in use can be shown, or if nothing of the log can be read.

    What SQLite can't reach, as the pages above it are lost, is taken from the pages themselves (`salvage.py`). Raises
    sqlite3.Error and OSError if nothing can be written."""
    current = generation.current(settings.views)
    if current and generation.of_this_program(current) and _is_sound(current):
        return None
    path = settings.views / REMAINS.replace("*", f"{generation.digest()}.db")
    part, saved = path.with_name(f"{path.name}.part"), path.with_name(f"{path.name}.log")
    witness = witness_of(settings)
    count = _loaded(part, settings.events_db)
    if not count or (witness and witness.position - count > SEVERAL):  # what leads to the pages is lost, too
        try:
            saved.unlink(missing_ok=True)
            if salvage([settings.events_db], saved, witness).events > count:
                count = _loaded(part, saved)
        finally:
            saved.unlink(missing_ok=True)
    if not count:
        part.unlink(missing_ok=True)
        return None
    part.replace(path)
    log.warning("pages show what is left of the log", events=count)
    return path


def _loaded(part: Path, log_file: Path) -> int:
    """Make read tables of what SQLite can read of a log. Returns of how many rows; 0 if SQLite can't open it."""
    part.unlink(missing_ok=True)
    try:
        source = Remains(log_file)
    except (sqlite3.Error, OSError):
        return 0
    with closing(source):
        load(part, source, None, lambda: False, until=_NO_END)
        return source.count


def _is_sound(path: Path) -> bool:
    try:
        with closing(open_untouched(path)) as db:
            return bool(db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except (sqlite3.Error, OSError):
        return False
