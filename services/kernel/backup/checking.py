"""Whether a file is a sound log. Nothing is believed because of its name."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from services.kernel.log import migrate
from services.kernel.log.verify import verify
from services.kernel.sentence import Explained

_CHUNK: Final = 1 << 20
_ENDS: Final = """SELECT position, event_id, recorded_at FROM event WHERE position IN (
    (SELECT min(position) FROM event), (SELECT max(position) FROM event)) ORDER BY position"""
_NOTHING: Final = (0, b"", 0)


class BadCopy(Explained):
    """The file is no sound log; the message says why."""


class Contents(msgspec.Struct, frozen=True, kw_only=True):
    """Of a sound log."""

    position: int
    """0 if it is empty."""
    first_event_id: str
    last_event_id: str
    last_recorded_us: int
    schema: int


def contents(path: Path) -> Contents:
    """Read the whole file and check it. Nothing is written beside it, so a file with a `-wal` is not for here. Raises
    BadCopy."""
    try:
        with path.open("rb") as file:
            if file.read(16) != b"SQLite format 3\0":
                raise BadCopy("%(file)s is not an SQLite database.", file=path.name)
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as db:
            return _contents(db, path.name)
    except OSError as error:
        raise BadCopy("%(file)s can’t be read (%(why)s).", file=path.name, why=_why(error)) from error
    except sqlite3.Error as error:
        raise BadCopy("%(file)s is damaged (%(why)s).", file=path.name, why=str(error)) from error


def _contents(db: sqlite3.Connection, name: str) -> Contents:
    fault = verify(db)
    if fault:
        raise BadCopy("%(file)s is not an intact log: %(why)s", file=name, why=fault.what.english())
    ends = db.execute(_ENDS).fetchall()
    _, first_id, _ = ends[0] if ends else _NOTHING
    last, last_id, recorded = ends[-1] if ends else _NOTHING
    return Contents(
        position=last,
        first_event_id=first_id.hex(),
        last_event_id=last_id.hex(),
        last_recorded_us=recorded,
        schema=migrate.version(db),
    )


def sha256(path: Path) -> str:
    """Hex. Raises OSError."""
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            whole.update(chunk)
    return whole.hexdigest()


def _why(error: OSError) -> str:
    return error.strerror or str(error)
