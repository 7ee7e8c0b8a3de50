"""Judges the log against what else knows how far it was, before anything is appended, scanned or rebuilt.

The read tables hold the position and the id of the last event that they were made from. They are written only once
the log's commit is on disk (WAL with `synchronous=FULL`: SQLite shows a commit to readers after its frames are synced),
so no crash and no power cut puts them ahead of it. If they know an event that the log does not hold, the log has lost
it: it was emptied, cut, replaced or put back to an older copy. Such a log must not be believed, since the first append
to it and the first rebuild from it would destroy what proves the loss.

Nothing here writes. A log of 0 bytes is not even opened: SQLite then deletes its `-wal`, which may hold the last
events.
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final, Literal

import msgspec

from services.kernel.log import raw
from services.kernel.log.migrate import steps
from services.kernel.log.sqlite import APPLICATION_ID, is_closed_off, is_damage, open_untouched
from services.kernel.settings import Settings

Fate = Literal["missing", "empty", "shorter", "other", "foreign", "newer", "damaged", "unreadable"]
"""`other`: a log of Albumen, but not the one that the tables were made from. `foreign`: no log at all. `unreadable`:
its disk fails, or nobody lets us read it; it may be whole."""

_CHECKPOINT: Final = """SELECT position, hex(event_id) FROM checkpoint JOIN checkpoint_event USING (name)
  WHERE name = 'views'"""
_HEAD: Final = "SELECT coalesce(max(position), 0) FROM event"
_EVENT_ID: Final = "SELECT hex(event_id) FROM event WHERE position = ?"
_TABLES: Final = (
    "SELECT count(*), count(*) FILTER (WHERE name = 'event') FROM sqlite_schema WHERE type = 'table'"
)
_VIEWS: Final = re.compile(r"(views|past)-[0-9a-f]+-\d+\.db")


class Witness(msgspec.Struct, frozen=True):
    """What somebody else than the log knows of it."""

    position: int
    event_id: str
    """Of the event at the position, upper-case hex; empty: unknown."""
    seen_us: int
    """When the log was there, at least: microseconds since 1970."""


class Setback(msgspec.Struct, frozen=True, kw_only=True):
    """The log is not what it was."""

    kind: Fate
    ends: int = 0
    """The position where it ends now; 0 if it has no end that can be read."""
    was: int = 0
    """The position that it had reached; 0: unknown."""
    seen_us: int = 0
    """When it was there; 0: unknown."""
    detail: str = ""
    """For `damaged`: what SQLite says. For `unreadable`: what it or the operating system says. For `newer`: the log's
    schema version."""

    @property
    def usable(self) -> bool:
        """It can be appended to as it is, should the person want that."""
        return self.kind in ("shorter", "other")

    @property
    def legible(self) -> bool:
        """It is this album's log, and what is left of it may be shown."""
        return self.kind in ("damaged", "shorter", "unreadable")

    @property
    def own(self) -> bool:
        """Events that its file or its `-wal` may still hold are this album's."""
        return self.kind not in ("other", "newer")


def judge(settings: Settings, known: Witness | None = None, *, thorough: bool = False) -> Setback | None:
    """None: the log holds all that is known of it, or there is nothing to compare it with. A few milliseconds.

    `known`: what the caller knows of it, if the tables know less. `thorough`: reads all of its pages as well.
    Raises sqlite3.OperationalError when another program has locked it, OSError when its folder may not be entered.
    """
    both = filter(None, (known, witness_of(settings)))
    witness = max(both, key=lambda one: one.position, default=None)
    path = settings.events_db
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        size = -1
    if size <= 0:
        if witness is None and not _size(path.with_name(f"{path.name}-wal")):
            return None
        return _against(witness, "empty" if size == 0 else "missing")
    try:
        with closing(open_untouched(path)) as db:
            setback = _compared(db, witness, thorough)
    except sqlite3.DatabaseError as error:
        if is_closed_off(error) and not is_damage(error):
            return _against(witness, "unreadable", detail=str(error))
        if not is_damage(error):
            raise
        foreign = getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB"
        setback = _against(witness, "foreign" if foreign else "damaged", detail=str(error))
    if setback and setback.kind == "damaged" and (reason := raw.read_failure(path)):
        return _against(witness, "unreadable", detail=reason)
    return setback


def _compared(db: sqlite3.Connection, witness: Witness | None, thorough: bool) -> Setback | None:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    application = db.execute("PRAGMA application_id").fetchone()[0]
    tables, logs = db.execute(_TABLES).fetchone()
    if tables and (application not in (0, APPLICATION_ID) or not logs):
        return _against(witness, "foreign")
    if version > steps()[-1][0]:
        return _against(witness, "newer", detail=str(version))
    if thorough and (answer := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
        return _against(witness, "damaged", detail=answer.splitlines()[-1])
    if witness is None:
        return None
    head = int(db.execute(_HEAD).fetchone()[0]) if tables else 0
    if head < witness.position:
        return _against(witness, "shorter" if head else "empty", head)
    row = db.execute(_EVENT_ID, (witness.position,)).fetchone()
    if row and witness.event_id and row[0] != witness.event_id:
        return _against(witness, "other", head)
    return None  # an event missing in the middle is the projector's affair: it sets the gap aside


def _against(witness: Witness | None, kind: Fate, ends: int = 0, detail: str = "") -> Setback:
    was, seen = (witness.position, witness.seen_us) if witness else (0, 0)
    return Setback(kind=kind, ends=ends, was=was, seen_us=seen, detail=detail)


def witnesses(settings: Settings) -> Iterator[Witness]:
    """Those that can be read, the most reliable first: the tables in use, earlier ones, backups."""
    for path in tables(settings.views):
        if (witness := of_tables(path)) and witness.position > 0:
            yield witness
    for path in sorted(settings.backups.glob("*.json"), reverse=True):
        if (witness := _of_backup(path)) and witness.position > 0:
            yield witness


def witness_of(settings: Settings) -> Witness | None:
    """The most reliable of them that nobody has overruled."""
    ignored = _overruled(settings)
    return next((one for one in witnesses(settings) if _key(one) not in ignored), None)


def tables(folder: Path) -> list[Path]:
    """Files of read tables: the one in use first, then the newest."""
    try:
        current = (folder / "current").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        current = ""
    files = [path for path in folder.glob("*-*.db") if _VIEWS.fullmatch(path.name)]

    def order(path: Path) -> tuple[bool, bool, int]:
        return path.name == current, path.name.startswith("views-"), _modified_us(path)

    return sorted(files, key=order, reverse=True)


def of_tables(path: Path) -> Witness | None:
    """None if the file is damaged or gone."""
    try:
        with closing(open_untouched(path)) as db:
            position, event_id = db.execute(_CHECKPOINT).fetchone()
    except (sqlite3.Error, TypeError):
        return None
    seen = max(_modified_us(path), _modified_us(path.with_name(f"{path.name}-wal")))
    return Witness(int(position), str(event_id), seen)


def _of_backup(path: Path) -> Witness | None:
    """By the description beside a backup (`kernel/backup/manifest.py`)."""
    try:
        manifest = json.loads(path.read_bytes())
        recorded = int(manifest["last_recorded_us"])
        return Witness(int(manifest["position"]), str(manifest["last_event_id"]).upper(), recorded)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def overrule(settings: Settings) -> None:
    """The person has chosen: what testifies against the log now does not count any more. Raises OSError."""
    path = _overrules(settings)
    keys = sorted(_overruled(settings) | {_key(one) for one in witnesses(settings)})
    part = path.with_suffix(".part")
    part.write_text(json.dumps(keys))
    part.replace(path)


def _overrules(settings: Settings) -> Path:
    return settings.data / "overruled.json"


def _overruled(settings: Settings) -> set[str]:
    try:
        return set(map(str, json.loads(_overrules(settings).read_bytes())))
    except (OSError, ValueError, TypeError):
        return set()


def _key(witness: Witness) -> str:
    return f"{witness.position}-{witness.event_id}"


def _modified_us(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns // 1000
    except OSError:
        return 0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
