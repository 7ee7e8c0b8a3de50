"""`albumen backup` and `albumen restore`: the log, copied somewhere safe and back."""

import argparse
import contextlib
import sqlite3
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from babel.dates import format_date

from services.cli import copied, instance
from services.cli.errors import Unsuccessful, Unusable
from services.cli.output import print_json
from services.cli.recovery import note
from services.domain.albums.events import AlbumEvent, replayed
from services.domain.files.events import ImageImported, ScanStarted
from services.domain.subject import recorded
from services.kernel.backup.checking import BadCopy
from services.kernel.backup.making import BackupFailed, make, making, prune
from services.kernel.backup.manifest import Backup
from services.kernel.backup.restoring import NothingToRestore, Restored, restore
from services.kernel.log.codec import BrokenEvent, UnknownEvent, decode_event
from services.kernel.log.event import EVENTS
from services.kernel.log.rows import COLUMNS, envelope
from services.kernel.log.setback import overrule, witness_of
from services.kernel.log.sqlite import open_reader
from services.kernel.paths import from_text
from services.kernel.settings import Settings

_LAST_SCAN: Final = "SELECT schema_version, data FROM event WHERE type = ? ORDER BY position DESC LIMIT 1"
_PHOTOS: Final = "SELECT count(DISTINCT stream) FROM event WHERE type = ?"
_ALBUMS: Final = f"SELECT {COLUMNS} FROM event WHERE stream GLOB 'album-*' ORDER BY stream, version"


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unusable and Unsuccessful."""
    if arguments.command == "backup":
        _backup(settings, arguments)
    else:
        _restore(settings, arguments)


def _backup(settings: Settings, arguments: argparse.Namespace) -> None:
    own = arguments.dest is None
    folder = settings.backups if own else arguments.dest.expanduser().absolute()
    if not settings.events_db.exists():
        raise Unusable(f"There is no library in {settings.data} yet: albumen up FOLDER creates one.")
    if folder.exists() and not folder.is_dir():
        raise Unusable(f"{folder} is a file: give a folder for the backup.")
    if root := next((root for root in _photo_folders(settings) if folder.is_relative_to(root)), None):
        raise Unusable(
            f"{folder} is inside {root}, which is only read. Choose another folder for the backup."
        )
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with making(settings):
            backup = make(settings, folder, previews=arguments.previews)
            if own:
                prune(folder, backup)
    except BackupFailed as error:
        raise Unsuccessful(str(error)) from error
    except OSError as error:
        raise Unusable(f"{folder} can't be created ({error.strerror}). Choose another folder.") from error
    assert backup.manifest is not None
    report = _described(backup.path, backup.manifest.last_recorded_us) | _backup_fields(backup)
    if arguments.json:
        print_json(report)
    else:
        print(f"{backup.path}: {_summary(report)}; read back and checked.")


def _photo_folders(settings: Settings) -> list[Path]:
    """Those of the settings and of the last scan."""
    with (
        contextlib.suppress(sqlite3.Error, UnknownEvent, BrokenEvent),
        closing(open_reader(settings.events_db)) as db,
    ):
        row = db.execute(_LAST_SCAN, (ScanStarted.TYPE,)).fetchone()
        scan = decode_event(ScanStarted.TYPE, *row) if row else None
        if isinstance(scan, ScanStarted):
            return [*settings.photos, *(Path(from_text(root)) for root in scan.roots)]
    return list(settings.photos)


def _backup_fields(backup: Backup) -> dict[str, Any]:
    return {"path": str(backup.path), "bytes": backup.size, "made": backup.time.isoformat()}


def _restore(settings: Settings, arguments: argparse.Namespace) -> None:
    source = (arguments.source or settings.backups).expanduser().absolute()
    try:
        with instance.all_stopped(settings):
            copied.own_library(settings)
            witness = witness_of(settings)
            restored = restore(settings, source)
            overrule(settings)  # the person has chosen this log, however old it is
            if witness and witness.position > restored.contents.position:
                note(settings, "restore", witness)
    except (NothingToRestore, BadCopy) as error:
        raise Unsuccessful(f"{error} Nothing was changed.") from error
    except OSError as error:
        raise Unsuccessful(
            f"{error.filename or settings.data}: {error.strerror or error}. The log is as it was."
        ) from error
    report = _described(settings.events_db, restored.contents.last_recorded_us)
    if arguments.json:
        print_json(report | msgspec.to_builtins(restored, enc_hook=str))
        return
    for reason in restored.passed_over:
        print(f"Skipped: {reason}", file=sys.stderr)
    print(f"Restored {_summary(report)}, from {restored.source}.")
    for line in _notes(restored):
        print(line)


def _notes(restored: Restored) -> list[str]:
    notes = [f"{restored.previews} previews restored."] if restored.previews else []
    if restored.aside:
        notes.append(f"The previous data is in {restored.aside}.")
    if restored.models:
        notes.append(f"Models to fetch or add again (albumen models): {', '.join(restored.models)}.")
    return [*notes, "Start it with albumen up."]


def _described(log: Path, last_recorded_us: int) -> dict[str, Any]:
    """What a log holds, in numbers that a person knows."""
    with closing(open_reader(log)) as db:
        events = db.execute("SELECT coalesce(max(position), 0) FROM event").fetchone()[0]
        photos = db.execute(_PHOTOS, (ImageImported.TYPE,)).fetchone()[0]
        return {"events": events, "photos": photos, "albums": _albums(db), "until_us": last_recorded_us}


def _albums(db: sqlite3.Connection) -> int:
    """How many there are that nobody has deleted."""
    of: dict[str, list[Any]] = {}
    for row in map(envelope, db.execute(_ALBUMS)):
        if issubclass(EVENTS.get(row.type, object), AlbumEvent):
            of.setdefault(row.stream, []).append(row)
    albums = (replayed(recorded(rows)) for rows in of.values())
    return sum(1 for album in albums if album and not album.deleted)


def _summary(report: dict[str, Any]) -> str:
    """`126 events up to 28 November 2026, 98 photos, 25 albums`."""
    day = format_date(datetime.fromtimestamp(report["until_us"] / 1e6), "d MMMM y", locale="en")
    until = f" up to {day}" if report["events"] else ""
    counts = ((report["photos"], "photo"), (report["albums"], "album"))
    parts = [f"{number:,} {noun if number == 1 else noun + 's'}" for number, noun in counts]
    return ", ".join([f"{report['events']:,} events{until}", *parts])
