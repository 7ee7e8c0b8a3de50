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
from services.kernel.log.sqlite import EVEN_CUT, open_untouched
from services.kernel.settings import Settings
from services.projector import generation
from services.projector.rebuild import REMAINS, load
from services.projector.source import Row, Source

log = structlog.get_logger(__name__)

_NO_END: Final = 2**62


class Remains(Source):
    """All rows that can be read, wherever the damage is."""

    def __init__(self, path: Path) -> None:
        """Changes nothing. Raises sqlite3.Error and OSError."""
        self._path = path
        self._db = open_untouched(path, check_same_thread=False)
        self._db.execute(EVEN_CUT)

    def read(self, after: int, limit: int) -> list[Row]:
        rows = read_after(self._db, after, limit)
        return [
            (position, kind, name, schema, data, correlation, recorded, event_id)
            for position, event_id, _, _, kind, name, schema, data, correlation, _, recorded in rows
        ]

    def head(self) -> int:
        return 0


def shown_instead(settings: Settings) -> Path | None:
    """The file, made anew; None if the tables in use can be shown. Raises sqlite3.Error and OSError if nothing of the
    log can be read, or nothing written."""
    current = generation.current(settings.views)
    if current and generation.of_this_program(current) and _is_sound(current):
        return None
    path = settings.views / REMAINS.replace("*", f"{generation.digest()}.db")
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with closing(Remains(settings.events_db)) as source:
        position = load(part, source, None, lambda: False, until=_NO_END)
    part.replace(path)
    log.warning("pages show what is left of the log", position=position)
    return path


def _is_sound(path: Path) -> bool:
    try:
        with closing(open_untouched(path)) as db:
            return bool(db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except (sqlite3.Error, OSError):
        return False
